"""An import is taken back whole, but for what later imports rest on."""

import pytest

from sviedka.errors import NotFoundError
from sviedka.keep.destruction import facets, imports, ledgered
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.reading import find_item, read_original
from sviedka.keep.saving import Event
from tests.keep.world import assert_rebuilds, bring, files

SECRET = "названы по имени"


def counts(archive):
    with archive.projector.index.reading() as db:
        return db.execute(
            "SELECT kind, count(*) FROM record GROUP BY kind ORDER BY kind"
        ).fetchall()


def test_the_case_that_an_import_made_and_filled_alone_is_destroyed(world):
    with world.open() as archive:
        empty = list(archive.projector.index.dump())
        before = files(world.path / "objects"), files(world.path / "grants")
        case, imported, _ = bring(archive, [("a.txt", SECRET.encode()), ("b.txt", b"b")])
        undone = imports.undo(archive, imported, "the wrong folder")
        assert undone == imports.Undone([], [case], [])
        assert all(each.destroyed for each in archive.history.cases[case].values())
        assert (files(world.path / "objects"), files(world.path / "grants")) == before
        assert [row for row in archive.projector.index.dump() if row[0] != "applied"] == [
            row for row in empty if row[0] != "applied"
        ]
        assert_rebuilds(archive)
    assert world.findings() == []


def test_in_a_case_with_other_things_only_what_came_goes(world):
    with world.open() as archive:
        case, first, _ = bring(archive, [("a.txt", b"a")])
        _, second, _ = bring(archive, [("b.txt", b"b"), ("c.txt", b"c")], case=case)
        undone = imports.undo(archive, second, "")
        assert (len(undone.objects), undone.cases, undone.kept) == (3, [], [])
        assert counts(archive) == [("event", 2), ("file", 1), ("item", 1), ("tombstone", 1)]
        assert_rebuilds(archive)
        undone = imports.undo(archive, first, "")
        assert undone.cases == []  # the tombstone of the second is there still
        assert counts(archive) == [("event", 2), ("tombstone", 2)]
        assert_rebuilds(archive)
        with pytest.raises(NotFoundError):
            imports.undo(archive, first, "")
    assert world.findings() == []


def test_what_a_later_import_found_there_already_stays_and_is_told(world):
    with world.open() as archive:
        case, first, (shared, alone) = bring(archive, [("a.txt", b"shared"), ("b.txt", b"alone")])
        _, second, (again,) = bring(archive, [("copy.txt", b"shared")], case=case)
        assert again == shared
        undone = imports.undo(archive, first, "")
        assert undone.kept == [shared]
        assert undone.cases == []
        item = find_item(archive, shared)
        assert b"".join(read_original(archive, item)) == b"shared"
        with pytest.raises(NotFoundError):
            find_item(archive, alone)
        assert_rebuilds(archive)
        # Once nothing rests on it any more, the rest of the first import can go too.
        assert imports.undo(archive, second, "").kept == []
        assert imports.undo(archive, first, "").kept == []
        assert counts(archive) == [("event", 3), ("tombstone", 3)]
        assert_rebuilds(archive)
    assert world.findings() == []


def test_what_a_kept_record_rests_on_stays_too(world):
    with world.open() as archive:
        with archive.save(Event("ing", "", "ab" * 16)) as save:
            case = save.new_case(["evidence"])
            chat = save.record(
                case, "evidence", {"chat_id": 1, "kind": "chat", "type": "x", "v": 1}
            )
            said = {"chat": chat, "kind": "message", "message_id": 1, "unixtime": 5, "v": 1}
            message = save.record(case, "evidence", said)
            save.record(case, "evidence", said | {"message_id": 2})
            save.finish()
        with archive.save(Event("ing")) as save:
            other = save.new_case(["identity"])
            raw = {"kind": "raw", "message": message, "text": "x", "v": 1}
            save.record(other, "identity", raw)
            save.finish()
        assert imports.undo(archive, "ab" * 16, "").kept == sorted([chat, message])
        assert_rebuilds(archive)


def test_a_case_that_was_there_before_is_never_destroyed_by_an_undo(world):
    with world.open() as archive:
        with archive.save(Event("ing")) as save:
            case = save.new_case(["evidence"])
            save.finish()
        _, imported, _ = bring(archive, [("a.txt", b"a")], case=case)
        assert imports.undo(archive, imported, "").cases == []
        assert not archive.history.cases[case]["evidence"].destroyed


def test_a_thousand_files_are_taken_back_in_one_group(world):
    with world.open() as archive:
        case, _, _ = bring(archive, [("a.txt", b"a")])
        many = [(f"{n}.txt", b"%d" % n) for n in range(1100)]
        _, imported, _ = bring(archive, many, case=case)
        size = archive.log.size
        undone = imports.undo(archive, imported, "п" * 1000)
        assert len(undone.objects) == 1103  # three batches: 511 items at most in an entry
        lines = list(archive.lines(size))
        assert {Entry.parse(each).body.group.of for each in lines} == {len(lines)}
        assert sum(isinstance(Entry.parse(each).body, say.Destroy) for each in lines) == 8
        assert max(map(len, lines)) < 65_535
        assert ledgered.gone(archive.lines(), archive.history).objects >= set(undone.objects)
        assert_rebuilds(archive)
    assert world.findings() == []


def test_an_import_whose_case_was_destroyed_is_not_there(world):
    with world.open() as archive:
        case, imported, _ = bring(archive, [("a.txt", b"a")])
        facets.destroy(archive, case)
        with pytest.raises(NotFoundError):
            imports.undo(archive, imported, "")
        with pytest.raises(NotFoundError):
            imports.undo(archive, "not an id", "")
