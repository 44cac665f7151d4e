"""Files come in byte for byte, once, and what cannot come in is said."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.capture import files
from sviedka.capture.filepaths import names_of
from sviedka.errors import AmbiguousError, InputError, UsageError
from tests.capture.interrupting import stop_after
from tests.keep.world import assert_rebuilds
from tests.material.files import LINKS, SECRET, contents, write_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.capture.intake import Outcome
    from tests.capture.opened import Capturing, Everything


def add(world: Capturing, *roots: Path, **options: Any) -> Outcome:
    """The files alone; what they hold is ``contents``' own."""
    options.setdefault("look_inside", False)
    with world.open() as archive:
        outcome = files.add(archive, roots, **options)
    assert outcome
    return outcome


def fill(folder: Path, **contents: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def places(found: Everything) -> list[tuple[bytes, bytes | None]]:
    """What lay at each place that was noted, in the order of the ledger."""
    return [
        (each.bytes_of("path"), found.originals.get(each.value.get("item", "")))
        for each in found.kind("file")
    ]


def test_everything_comes_back(world: Capturing, tmp_path: Path) -> None:
    folder = tmp_path / "тэчка"
    write_files(folder)
    outcome = add(world, folder)
    found = world.read()
    expected = contents(1)
    assert {path: content for path, content in places(found) if content is not None} == expected
    assert sorted(found.originals.values()) == sorted(set(expected.values()))
    links = {each.bytes_of("path"): each.value["link"] for each in found.kind("file")
             if "link" in each.value}  # fmt: skip
    assert links == {
        name.encode(): target.format(outside="тэчка.outside.txt") for name, target in LINKS.items()
    }
    assert SECRET not in found.outside()
    for each in found.kind("file"):
        info = (folder / os.fsdecode(each.bytes_of("path"))).lstat()
        assert each.value["mode"] == info.st_mode & 0o7777
        assert abs(float(each.value["mtime"]) - info.st_mtime) < 1e-3
    (source,) = found.values("source")
    assert source["sort"] == "files"
    assert source["name"] == "тэчка"
    size = sum(map(len, found.originals.values()))
    assert source["totals"] == {"bytes": size, "items": len(found.originals), "missing": 0}
    assert (outcome.items, outcome.size) == (len(found.originals), size)
    assert outcome.places == len(expected) + len(LINKS)
    assert outcome.known == len(expected) - outcome.items
    with world.open() as archive:
        assert names_of(archive.projector.index)
        assert_rebuilds(archive)


def test_the_same_folder_twice_adds_nothing(world: Capturing, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_files(folder)
    os.mkfifo(folder / "pipe")
    first = add(world, folder)
    assert first.missing == 1
    size = world.size()
    again = add(world, Path(f"{folder}/"))
    assert again.took_nothing
    assert (again.case, again.known, again.missing) == (first.case, len(contents(1)), 1)
    assert world.size() == size


def test_what_changed_is_added_beside_what_was(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", a=b"one", b=b"two")
    add(world, folder)
    (folder / "a").write_bytes(b"ONE")
    (folder / "c").write_bytes(b"two")
    outcome = add(world, folder)
    assert (outcome.items, outcome.places, outcome.known) == (1, 2, 2)
    found = world.read()
    assert places(found)[2:] == [(b"a", b"ONE"), (b"c", b"two")]
    assert sorted(found.originals.values()) == [b"ONE", b"one", b"two"]
    (folder / "a").write_bytes(b"one")
    assert add(world, folder).took_nothing


def test_the_same_file_in_a_new_place_is_noted_and_can_be_taken_back(
    world: Capturing, tmp_path: Path
) -> None:
    folder = fill(tmp_path / "f", a=b"one")
    add(world, folder)
    (folder / "b").write_bytes(b"one")
    outcome = add(world, folder)
    assert (outcome.items, outcome.places) == (0, 1)
    assert not outcome.took_nothing
    found = world.read()
    assert len(found.originals) == 1
    assert [each["import"] for each in found.values("source")][-1] == outcome.import_id


def test_a_link_that_leads_elsewhere_is_noted_again(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", a=b"one")
    for target, new in (("a", 2), ("a", 0), ("b", 1), ("a", 1)):
        (folder / "link").unlink(missing_ok=True)
        (folder / "link").symlink_to(target)
        assert add(world, folder).places == new


def test_single_files(world: Capturing, tmp_path: Path) -> None:
    fill(tmp_path, a=b"one", b=b"two")
    first = add(world, tmp_path / "a")
    assert (first.label, first.items) == ("a", 1)
    both = add(world, tmp_path / "a", tmp_path / "b")
    assert (both.case, both.items) == (first.case, 1)
    found = world.read()
    assert places(found) == [(b"a", b"one"), (b"b", b"two")]
    assert [each["sort"] for each in found.values("source")] == ["file", "files"]
    folder = fill(tmp_path / "folder", only=b"three")
    add(world, folder)
    assert world.read().values("source")[-1]["sort"] == "files"


def test_two_folders_of_one_name_are_both_kept(world: Capturing, tmp_path: Path) -> None:
    one = fill(tmp_path / "1" / "docs", a=b"one", b=b"same")
    two = fill(tmp_path / "2" / "docs", a=b"ONE", b=b"same")
    add(world, one, two)
    found = world.read()
    assert sorted(found.originals.values()) == [b"ONE", b"one", b"same"]
    noted = {(b"docs/a", b"one"), (b"docs/a", b"ONE"), (b"docs/b", b"same")}
    assert set(places(found)) == noted
    assert add(world, one, two).took_nothing
    apart = add(world, two)
    assert apart.items == 0
    assert (b"a", b"ONE") in places(world.read())


def test_a_case_of_another_sort_is_not_taken_for_the_folders_own(
    world: Capturing, tmp_path: Path
) -> None:
    with world.open() as archive:
        other = files.add(archive, [fill(tmp_path / "x", a=b"1")])
        assert other
    named_like_an_id = fill(tmp_path / other.case[:6], a=b"2")
    assert add(world, named_like_an_id).case != other.case


def test_two_cases_of_one_name_are_asked_back(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", a=b"1")
    first = add(world, folder)
    with world.open() as archive, archive.save(files.Event("ing")) as save:
        files.open_case(save, "f", "files", files.FACETS)
        save.finish()
    with pytest.raises(AmbiguousError):
        add(world, folder)
    assert add(world, folder, case=first.case).took_nothing


def test_a_case_without_evidence_is_refused(world: Capturing, tmp_path: Path) -> None:
    with world.open() as archive, archive.save(files.Event("ing")) as save:
        case = save.new_case(["identity"])
        save.finish()
    size = world.size()
    with pytest.raises(UsageError, match="evidence"):
        add(world, fill(tmp_path / "f", a=b"1"), case=case)
    assert world.size() == size


def test_an_empty_folder_and_a_link_are_refused(world: Capturing, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    size = world.size()
    for name in ("empty", "link", "none"):
        with pytest.raises(InputError):
            add(world, tmp_path / name)
    with world.open() as archive:
        assert files.add(archive, [tmp_path / "empty"], leave=[tmp_path / "x"]) is None
    assert world.size() == size


def test_the_archive_does_not_swallow_itself(world: Capturing, tmp_path: Path) -> None:
    fill(tmp_path, a=b"one")
    outcome = add(world, tmp_path)
    assert outcome.items == 1
    with pytest.raises(InputError, match="archive"):
        add(world, world.path)


def test_a_file_that_changes_while_it_is_read(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "f", a=b"calm", grows=b"before")
    fstat = os.fstat

    def late(file: int) -> os.stat_result:
        found = fstat(file)
        if found.st_ino == (folder / "grows").stat().st_ino:
            os.truncate(folder / "grows", found.st_size + 1)
        return found

    with monkeypatch.context() as patch:
        patch.setattr("sviedka.keep.vault.seal.os.fstat", late)
        outcome = add(world, folder)
    assert (outcome.items, outcome.missing) == (1, 1)
    assert "it changed while it was read" in outcome.notes[0]
    assert [each.get("untaken") for each in world.read().values("file")] == [None, "changed"]
    assert add(world, folder).items == 1
    assert add(world, folder).took_nothing


def test_what_goes_while_others_are_sealed(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "f", a=b"one", b=b"two")
    look = files.look

    def looked(*given: Any) -> Any:
        found = look(*given)
        (folder / "b").unlink()
        return found

    monkeypatch.setattr(files, "look", looked)
    outcome = add(world, folder)
    assert (outcome.items, outcome.missing) == (1, 1)
    found = world.read().kind("file")
    untaken = {each.value["path"]: each.value.get("untaken") for each in found}
    assert untaken == {"a": None, "b": "missing"}


@pytest.mark.skipif(sys.platform != "linux", reason="root reads everything elsewhere")
def test_what_may_not_be_read_is_said_once(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", a=b"one", closed=b"two")
    fill(folder / "inside", hidden=b"three")
    (folder / "closed").chmod(0)
    (folder / "inside").chmod(0)
    try:
        for new in (3, 0):
            outcome = without_rights(lambda: add(world, folder))
            assert outcome == (new, 2)
    finally:
        (folder / "inside").chmod(0o700)
    found = world.read()
    untaken = {each.bytes_of("path"): each.value.get("untaken") for each in found.kind("file")}
    assert untaken == {b"a": None, b"closed": "unreadable", b"inside": "unreadable"}
    (folder / "closed").chmod(0o600)
    assert add(world, folder).items == 2


def without_rights(adding: Callable[[], Outcome]) -> tuple[int, int]:
    """What is noted and what is missing, where even root may not read what is closed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            drop_rights()
            outcome = adding()
            os.write(writing, bytes([outcome.places, outcome.missing]))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    places, missing = os.read(reading, 2)
    return places, missing


def drop_rights() -> None:
    """Give up all capabilities, and so root's right to read what is closed (capset(2))."""
    version = 0x20080522
    header = ctypes.create_string_buffer(struct.pack("Ii", version, 0))
    assert ctypes.CDLL(None).capset(header, bytes(24)) == 0


@pytest.mark.parametrize("kill", [False, True])
def test_interrupted_between_any_two_groups(
    founded: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill: bool
) -> None:
    folder = fill(tmp_path / "f", a=b"1", b=b"2", c=b"1", d=b"3", e=b"2")
    monkeypatch.setattr(files, "GROUP_FILES", 1)
    whole = founded.copy(tmp_path / "whole")
    add(whole, folder)
    undisturbed = whole.read().told()
    for after in range(5):
        world = founded.copy(tmp_path / str(after))
        child = os.fork()
        if not child:
            try:
                stop_after(after, signal.SIGKILL if kill else signal.SIGTERM)
                add(world, folder)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        add(world, folder)
        assert world.read().told() == undisturbed
        assert add(world, folder).took_nothing


def test_many_files(world: Capturing, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    for number in range(2000):
        path = folder / f"{number % 7}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number // 2}")
    told: list[tuple[int, int]] = []
    outcome = add(world, folder, progress=lambda done, total: told.append((done, total)))
    assert (outcome.items, outcome.places) == (1000, 2000)
    size = sum(len(str(each // 2)) for each in range(2000))
    assert told[-1] == (size, size)
    assert told == sorted(told)
    again = add(world, folder)
    assert again.took_nothing
    assert again.known == 2000
    assert len(world.read().originals) == 1000
