"""Two devices and an honest folder."""

import hashlib
import os
import shutil

import pytest

from sviedka import errors
from sviedka.keep import durable
from sviedka.keep import sync as syncing
from sviedka.keep.destruction.facets import destroy
from sviedka.keep.index import items
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.saving import Event
from sviedka.keep.sync import inventory
from tests.keep.sync import places


def test_a_new_device_reads_what_it_was_granted(world):
    first, second, _ = world
    assert second.head() == first.head()
    assert second.texts() == ["from the first"]
    assert second.dump() == first.dump()


def test_what_a_device_saves_gets_its_position_and_comes_back(world):
    first, second, folder = world
    second.save(text="from the second")
    assert second.texts() == ["from the first", "from the second"]
    report = second.sync(folder)
    assert (report.provisional, report.findings, report.waiting) == (1, [], [])
    report = first.sync(folder)
    assert report.positioned == 4
    assert (report.findings, report.waiting) == ([], [])
    assert first.texts() == ["from the first", "from the second"]
    report = second.sync(folder)
    assert report.adopted == 4
    assert (report.provisional, report.findings, report.waiting) == (0, [], [])
    assert second.head() == first.head()
    assert second.dump() == first.dump()
    assert not list((second.path / "outbox").iterdir())


def test_any_device_brings_the_ledger_to_a_new_folder(world, tmp_path):
    first, second, _ = world
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    second.save(text="by way of another stick")
    report = second.sync(fresh)
    assert (report.findings, report.waiting, report.provisional) == ([], [], 1)
    assert first.sync(fresh).positioned == 4
    assert second.sync(fresh).adopted == 4
    assert second.head() == first.head()
    assert second.dump() == first.dump()


def test_what_comes_after_its_entries_is_read_then(world):
    first, second, folder = world
    case = first.save(text="early")
    first.sync(folder)
    base = next(folder.iterdir())
    away = folder / "away"
    for name in ("objects", "grants", "keys"):
        (base / name).rename(away.with_name(f"away-{name}"))
        report = second.sync(folder)
        assert report.findings == []
    assert second.texts() == ["from the first"]
    for name in ("keys", "objects", "grants"):
        shutil.rmtree(base / name, ignore_errors=True)
        away.with_name(f"away-{name}").rename(base / name)
        second.sync(folder)
    assert second.texts() == ["from the first", "early"]
    assert second.dump() == first.dump()
    assert first.save(case, "more")


def test_a_group_that_the_ledger_has_overtaken_is_withdrawn(world):
    first, second, folder = world
    case = first.save(text="to be destroyed")
    first.sync(folder)
    second.sync(folder)
    second.save(case, "too late")
    second.save(text="unharmed")
    with first.open() as archive:
        destroy(archive, case)
    first.sync(folder)
    second.sync(folder)
    assert second.texts() == ["from the first", "unharmed"]
    assert len(list((second.path / "outbox").glob("*.withdrawn"))) == 2
    report = first.sync(folder)
    assert (report.positioned, report.findings) == (6, [])
    assert second.sync(folder).provisional == 0
    assert first.texts() == second.texts() == ["from the first", "unharmed"]
    assert second.dump() == first.dump()
    with second.open() as archive:
        bodies = [Entry.parse(each).body for each in archive.log.entries(archive.log.size - 6)]
    assert [type(body) for body in bodies[:2]] == [say.Open, say.Open]


def test_what_was_destroyed_goes_everywhere(world):
    first, second, folder = world
    case = first.save(text="to be destroyed")
    for place in (first, second, first):
        place.sync(folder)
    base = next(folder.iterdir())
    with first.open() as archive:
        before = inventory.of_ledger(archive.log.entries(), archive.history)
        destroy(archive, case)
    first.sync(folder)
    second.sync(folder)
    with second.open() as archive:
        gone = before.objects.keys() - set(archive.objects.names())
        assert len(gone) == 3
        assert not any(name.startswith(case) for name in archive.state.outer)
        assert not gone & {path.name for path in (base / "objects").rglob("*")}
    assert first.dump() == second.dump()


def test_a_case_that_was_written_and_destroyed_on_the_way_is_nowhere(world):
    first, second, folder = world
    case = second.save(text="a mistake")
    with second.open() as archive:
        destroy(archive, case)
    for place in (second, first, second):
        report = place.sync(folder)
        assert (report.findings, report.waiting) == ([], [])
    assert first.texts() == second.texts() == ["from the first"]
    assert first.dump() == second.dump()
    with second.open() as archive, first.open() as other:
        assert set(archive.objects.names()) == set(other.objects.names())


def test_items_longer_than_memory_blocks_are_carried(world):
    first, second, folder = world
    text = "long " * 500_000
    second.save(text=text[:900_000])
    with second.open() as archive, archive.save(Event("ing")) as save:
        case = save.new_case(["evidence"])
        save.item_of(case, "evidence", [text.encode()] * 3)
        save.finish()
    second.sync(folder)
    assert first.sync(folder).positioned == 7
    with first.open() as archive, archive.projector.index.reading() as db:
        assert sum(each.size for each in items.items(db)) >= 3 * len(text)
    assert first.texts()[-1] == text[:900_000]


def test_a_sync_with_a_folder_that_is_not_there_says_so(world):
    first, _, folder = world
    with pytest.raises(errors.UsageError, match="no such folder"):
        first.sync(folder / "missing")


def test_a_device_that_was_not_admitted_gets_no_archive(world, tmp_path):
    _, _, folder = world
    asked = syncing.join(
        folder, tmp_path / "home", places.PASSPHRASE, ["reader"], random=os.urandom
    )
    again = syncing.join(
        folder, tmp_path / "home", places.PASSPHRASE, ["reader"], random=os.urandom
    )
    assert again.request == asked.request
    assert syncing.identify(folder, os.urandom) == asked.archive
    with pytest.raises(errors.AccessError, match="not admitted"):
        syncing.arrive(
            folder, tmp_path / "new", tmp_path / "home", asked.archive, asked.device,
            random=os.urandom,
        )  # fmt: skip
    assert not (tmp_path / "new").exists()


def test_a_new_device_wants_an_empty_folder(world, tmp_path):
    first, _, folder = world
    third = places.join(tmp_path / "third", folder, first)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "of things").touch()
    for path in (third.path, tmp_path / "full"):
        with pytest.raises(errors.UsageError):
            syncing.arrive(folder, path, third.home, "0" * 64, third.device, random=os.urandom)


def test_kept_heads_go_everywhere_and_only_as_they_were_kept(world):
    first, second, folder = world
    first.sync(folder)
    first.save(text="a head that the other does not have")
    for place in (first, second):
        with place.open() as archive:
            name, data = str(archive.log.tiled), bytes(archive.log.note)
            durable.write_file(archive.log.folder / "checkpoints" / name, data)
            with archive.save(Event("cre")) as save:
                save.keep_head(name, hashlib.sha256(data).hexdigest())
                save.record(say.COMMONS, "evidence", {"kind": "note", "text": name, "v": 1})
                save.finish()
    second.sync(folder)
    there = next(folder.glob("*/ledger/checkpoints/*"))
    good = there.read_bytes()
    there.write_bytes(b"swapped")
    report = first.sync(folder)
    assert [type(each.error) for each in report.findings] == [errors.IntegrityError]
    assert report.positioned == 0
    second.sync(folder)
    assert first.sync(folder).positioned == 1
    assert second.sync(folder).findings == []
    for place in (first, second):
        kept = {path.name: path.read_bytes() for path in place.path.glob("ledger/checkpoints/*")}
        assert len(kept) == 2
        assert good in kept.values()
        place.check()
