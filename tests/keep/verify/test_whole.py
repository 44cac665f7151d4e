"""What a verification says of archives that are whole, and of those that are not."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sviedka.errors import NotAnArchiveError, RollbackError
from sviedka.keep.ledger import bundles, merkle
from sviedka.keep.verify import Depth, Severity, verify
from tests.keep.verify import world

DEPTHS = list(Depth)


def said(report, severity=Severity.DAMAGE):
    return [each for each in report.findings if each.severity is severity]


def where(report, severity=Severity.DAMAGE):
    return {each.where for each in said(report, severity)}


def files(copy, pattern):
    return sorted(path for path in copy.path.glob(pattern) if path.is_file())


def objects(copy):
    return files(copy, "objects/*/*")


def name(copy, path):
    return path.relative_to(copy.path).as_posix()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_whole_archive_is_clean_to_anyone(original, depth):
    report = verify(original.path, depth)
    assert report.findings == ()
    assert report.clean
    assert report.intact
    assert report.head.size == report.counts.entries == 12
    assert (report.counts.objects, report.counts.grants, report.counts.heads) == (7, 5, 1)
    assert (report.counts.read > 0) is (depth is Depth.HASHES)


def test_a_whole_archive_is_clean_to_those_who_hold_its_keys(original):
    report = original.verify()
    assert report.findings == ()
    assert report.counts.originals == 3
    assert report.counts.records == 12
    assert report.counts.closed == 0


def test_it_says_who_outside_has_seen_which_head_and_since_when_nobody_has(original):
    keyless, deep = verify(original.path), original.verify()
    (seen,) = deep.outside
    assert (seen.size, seen.time) == (9, world.COSIGNED_AT)
    assert keyless.outside[0].time is None
    assert deep.attested == 9
    assert len(deep.alone_since) == 10


def test_nothing_is_written(original):
    def state():
        return {path: path.stat().st_mtime_ns for path in original.path.rglob("*")}

    before = state()
    original.verify()
    assert state() == before


def test_progress_ends_at_the_total(original):
    told = []
    original.verify(progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    done, total = told[-1]
    # Originals are counted as they come out, a little shorter than the objects that hold them.
    assert 0 < done <= total


def test_a_stranger_to_the_archive_learns_what_it_could_not_open(original, tmp_path):
    stranger = world.founded(tmp_path)
    foreign = replace(original, device=stranger.device)
    report = foreign.verify()
    assert report.intact
    assert report.counts.closed == report.counts.objects
    assert report.counts.originals == 0


def test_what_is_no_archive_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotAnArchiveError):
            verify(path)


def test_every_missing_file_is_named(copy):
    for path in [path for path in copy.path.rglob("*") if path.is_file()]:
        if path.name.startswith(("index.db", "journal")):
            continue
        data = path.read_bytes()
        path.unlink()
        for report in (verify(copy.path), copy.verify()):
            assert name(copy, path) in where(report), path
        path.write_bytes(data)
    assert copy.verify().clean


def test_every_truncated_file_is_found(copy, interrupted):
    for each in (copy, interrupted):
        for path in [path for path in each.path.rglob("*") if path.is_file()]:
            if path.name.startswith("index.db"):
                continue
            data = path.read_bytes()
            for length in {0, len(data) // 2, len(data) - 1}:
                path.write_bytes(data[:length])
                assert not each.verify().clean, (path, length)
            path.write_bytes(data)


def test_bytes_behind_the_end_of_a_file_are_found(copy, interrupted):
    for each in (copy, interrupted):
        for path in [path for path in each.path.rglob("*") if path.is_file()]:
            if path.name.startswith("index.db"):
                continue
            data = path.read_bytes()
            path.write_bytes(data + b"\0")
            assert not each.verify().clean, path
            path.write_bytes(data)


def test_all_damage_is_told_not_the_first_only(copy):
    harmed = [objects(copy)[0], objects(copy)[2], *files(copy, "grants/*/*")[:2]]
    harmed += [copy.path / "archive.toml", copy.path / "ledger" / "tile" / "0" / "000.p" / "12"]
    for path in harmed:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert {name(copy, path) for path in harmed} <= where(copy.verify())


def test_two_objects_that_changed_places_are_both_named(copy):
    one, two = [path for path in objects(copy) if 4096 < path.stat().st_size < 8192][:2]
    assert one.stat().st_size == two.stat().st_size
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)
    scrubbed = verify(copy.path, Depth.HASHES)
    assert where(scrubbed) == {name(copy, one), name(copy, two)}
    assert {each.what.partition(":")[0] for each in said(scrubbed)} == {
        "under this name lies another object"
    }
    assert not copy.verify().intact
    assert verify(copy.path, Depth.SIZES).intact  # that is what it says it looks at


def test_a_damaged_tile_is_told_from_a_damaged_entry(copy):
    tile = copy.path / "ledger" / "tile" / "0" / "000.p" / "12"
    bundle = copy.path / "ledger" / "tile" / "entries" / "000.p" / "12"
    for path, words in ((tile, "tile does not hold"), (bundle, "entry 0 is altered")):
        data = path.read_bytes()
        path.write_bytes(data[:20] + bytes([data[20] ^ 4]) + data[21:])
        findings = said(verify(copy.path))
        assert findings[0].where == name(copy, path)
        assert words in findings[0].what
        path.write_bytes(data)


def test_a_removed_leaf_is_found_even_if_the_tiles_are_made_to_fit(copy):
    tiles = copy.path / "ledger" / "tile"
    entries = bundles.unpack((tiles / "entries" / "000.p" / "12").read_bytes(), 12)
    kept = entries[:5] + entries[6:]
    (tiles / "entries" / "000.p" / "12").unlink()
    (tiles / "0" / "000.p" / "12").unlink()
    (tiles / "entries" / "000.p" / "11").write_bytes(bundles.pack(kept))
    (tiles / "0" / "000.p" / "11").write_bytes(b"".join(map(merkle.leaf_hash, kept)))
    assert not verify(copy.path).intact


def test_a_ledger_put_back_to_an_older_copy_is_found_by_those_who_saw_the_newer(copy):
    older = copy.path.parent / "older"
    shutil.copytree(copy.path / "ledger", older)
    with copy.open() as archive, archive.save(world.Event("ing")) as save:
        save.record(copy.case, "status", {"kind": "note", "text": "newer", "v": 1})
        save.finish()
    newer = replace(copy, state=archive.state)
    assert newer.verify().clean
    shutil.rmtree(copy.path / "ledger")
    shutil.move(older, copy.path / "ledger")
    assert verify(copy.path).intact  # nothing in the folder can tell
    assert any("has seen" in each.what for each in said(newer.verify()))
    with pytest.raises(RollbackError):
        copy.open()


def test_a_fork_is_found_by_those_who_saw_the_other_side(copy, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(copy.path, other)
    shutil.copytree(copy.home, tmp_path / "other home")
    sides = [copy, replace(copy, path=other, home=tmp_path / "other home")]
    for side in sides:
        with side.open() as archive:
            with archive.save(world.Event("ing")) as save:
                save.record(copy.case, "status", {"kind": "note", "text": str(side.path), "v": 1})
                save.finish()
            side.state = archive.state
    assert sides[0].verify().intact
    crossed = replace(sides[0], state=sides[1].state)
    assert any("another log" in each.what for each in said(crossed.verify()))


def test_foreign_things_are_reported_and_harmless_ones_told_apart(copy):
    foreign = ["notes.txt", "objects/aa/readme", "ledger/tile/0/1000", "ledger/more/x", "grants/x"]
    for path in foreign:
        (copy.path / path).parent.mkdir(parents=True, exist_ok=True)
        (copy.path / path).write_bytes(b"")
    (copy.path / "empty folder").mkdir()
    (copy.path / "link").symlink_to("/dev/null")
    (copy.path / os.fsdecode(b"\xff")).mkdir()
    leftover = copy.path / "objects" / "ab" / ("ab" * 32)
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"left by an interrupted save")
    (copy.path / "ledger" / "checkpoint.tmp").write_bytes(b"")
    report = copy.verify()
    assert where(report, Severity.WARNING) == {*foreign, "ledger/more", "empty folder", "\\xff"}
    assert where(report, Severity.NOTE) == {name(copy, leftover), "ledger/checkpoint.tmp"}
    assert where(report) == {"link"}


def test_a_link_in_the_place_of_an_object_is_damage(copy):
    path = objects(copy)[0]
    path.rename(copy.path.parent / "elsewhere")
    path.symlink_to(copy.path.parent / "elsewhere")
    assert name(copy, path) in where(verify(copy.path))


def test_what_was_destroyed_and_is_still_here_is_reported(copy):
    for destroyed in copy.destroyed:
        path = copy.path / "objects" / destroyed[:2] / destroyed
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"put back from a backup")
    report = verify(copy.path)
    assert report.intact
    assert len(said(report, Severity.WARNING)) == len(copy.destroyed)
    assert all("destroyed" in each.what for each in said(report, Severity.WARNING))


def test_the_index_is_not_judged(copy):
    for suffix in ("", "-wal", "-shm", "-journal"):
        (copy.path / f"index.db{suffix}").write_bytes(b"anything")
    assert copy.verify().clean


def test_entries_that_only_the_journal_has_are_part_of_it(interrupted):
    report = interrupted.verify()
    assert report.clean
    assert report.counts.entries == report.head.size
    assert report.counts.records == 4


def test_a_checkpoint_with_a_signature_too_many_is_found(copy):
    path = copy.path / "ledger" / "checkpoint"
    with path.open("ab") as file:
        file.write("— stranger 9876543210AAAA\n".encode())
    assert "ledger/checkpoint" in where(verify(copy.path))


def test_damage_in_one_entry_does_not_hide_damage_in_objects(copy):
    bundle = copy.path / "ledger" / "tile" / "entries" / "000.p" / "12"
    data = bytearray(bundle.read_bytes())
    data[-200] ^= 1
    bundle.write_bytes(data)
    path = next(path for path in objects(copy) if path.stat().st_size > 100_000)
    flipped = bytearray(path.read_bytes())
    flipped[70_000] ^= 1
    path.write_bytes(flipped)
    report = verify(copy.path, Depth.HASHES)
    assert name(copy, path) in where(report)
    assert any(each.where == "entry 11" for each in said(report))


def test_the_folder_may_be_read_only(copy):
    for path in [copy.path, *copy.path.rglob("*")]:
        Path(path).chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert copy.verify().clean
    finally:
        for path in [copy.path, *copy.path.rglob("*")]:
            Path(path).chmod(0o700)
