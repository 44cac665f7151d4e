"""A copied folder used twice: the second is told, and nothing forks."""

import shutil

import pytest

from sviedka import errors
from sviedka.keep.archive import Archive
from sviedka.keep.keys import machine
from sviedka.keep.saving import Event


def files(place):
    return {
        str(path.relative_to(place.root)): path.read_bytes()
        for path in place.root.rglob("*")
        if path.is_file() and not path.name.startswith("index.db")
    }


def test_an_archive_copied_without_its_keys_does_not_open(world, tmp_path):
    first, _, _ = world
    copy = first.copy(tmp_path / "copy")
    shutil.rmtree(copy.home)
    with pytest.raises(errors.NotFoundError) as told:
        copy.save()
    assert "join" in told.value.do


def test_keys_that_were_copied_to_another_machine_do_not_write(world, tmp_path, monkeypatch):
    for place in world[:2]:
        copy = place.copy(tmp_path / f"copy of {place.root.name}")
        before = files(copy)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(machine, "machine_id", lambda *_: "f" * 32)
            with pytest.raises(errors.OtherMachineError):
                copy.save()
        assert files(copy) == before


def test_the_second_of_two_copies_with_one_home_is_told_before_it_writes(world, tmp_path):
    for place in world[:2]:
        copy = tmp_path / f"copy of {place.root.name}"
        shutil.copytree(place.path, copy)
        newer = place.root / "archive"
        place.save(text="in the one copy")
        # The same home, the other copy.
        newer.rename(newer.with_name("aside"))
        copy.rename(newer)
        before = files(place)
        with pytest.raises((errors.RollbackError, errors.ForkError)):
            place.save(text="in the other")
        assert files(place) == before
        shutil.rmtree(newer)
        newer.with_name("aside").rename(newer)
        place.save(text="the first goes on")
        assert "in the one copy" in place.texts()


def test_two_open_copies_with_one_home_do_not_write_past_each_other(world, tmp_path):
    for place in world[:2]:
        copy = tmp_path / f"copy of {place.root.name}"
        shutil.copytree(place.path, copy)

        def write(archive):
            with archive.save(Event("ing")) as save:
                save.new_case(["status"])
                save.finish()

        with place.open() as one, Archive(copy, place.device, place.home, now=one.now) as other:
            write(one)
            with pytest.raises((errors.RollbackError, errors.ForkError)):
                write(other)
            write(one)


def test_a_sequencer_copied_with_its_keys_is_told_at_the_folder(world, tmp_path):
    first, second, folder = world
    copy = first.copy(tmp_path / "copy")
    first.save(text="one")
    first.sync(folder)
    copy.save(text="other")
    there = files_of(folder)
    with pytest.raises((errors.RollbackError, errors.ForkError)):
        copy.sync(folder)
    assert files_of(folder) == there
    second.sync(folder)
    assert first.sync(folder).findings == []
    assert second.head() == first.head()


def test_a_device_copied_with_its_keys_is_told_at_the_folder(world, tmp_path):
    first, second, folder = world
    copy = second.copy(tmp_path / "copy")
    second.save(text="one")
    copy.save(text="other")
    second.sync(folder)
    with pytest.raises(errors.ForkError):  # its place in the folder's outbox is taken
        copy.sync(folder)
    first.sync(folder)
    with pytest.raises(errors.ForkError):  # and then in the ledger
        copy.sync(folder)
    third = second.copy(tmp_path / "third")
    second.sync(folder)
    second.save(text="more")
    second.sync(folder)
    first.sync(folder)
    with pytest.raises(errors.RollbackError):  # which has what this copy never wrote
        third.sync(folder)
    second.sync(folder)
    assert first.texts() == second.texts() == ["from the first", "one", "more"]


def test_an_archive_that_was_taken_back_to_an_earlier_state_is_told(world, tmp_path):
    first, second, folder = world
    old = first.copy(tmp_path / "old")
    first.save(text="later")
    shutil.rmtree(first.path)
    old.path.rename(first.path)
    with pytest.raises(errors.RollbackError):
        first.save(text="on the old one")
    with pytest.raises(errors.RollbackError):
        first.sync(folder)
    assert second.sync(folder).findings == []


def files_of(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
