"""A deleted item is gone from the archive; what lay beside it stands and can be proved."""

import hashlib
import json

import pytest

from sviedka import kinds
from sviedka.errors import NotFoundError, NotPermittedError, UsageError
from sviedka.keep.destruction import records
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.merkle import leaf_hash, verify_inclusion
from sviedka.keep.reading import find_record, open_record
from sviedka.keep.saving import Event
from tests.keep.world import assert_rebuilds, bring, files

GOES_WITH = kinds.goes_with()


def bodies(archive, kind):
    with archive.projector.index.reading() as db:
        ids = [
            each.hex() for (each,) in db.execute("SELECT id FROM record WHERE kind = ?", (kind,))
        ]
    return [json.loads(open_record(archive, find_record(archive, each)).body) for each in ids]


def test_an_item_goes_with_its_record_and_its_place_and_leaves_a_tombstone(world):
    with world.open() as archive:
        case, _, (first, second) = bring(archive, [("a.txt", b"gone"), ("b.txt", b"stays")])
        held = files(world.path / "objects")
        deleted = records.delete(archive, first, "a mistake", GOES_WITH)
        assert first in deleted.records
        assert len(deleted.records) == 2
        assert len(deleted.objects) == 1
        left = files(world.path / "objects")
        gone = {name.partition("/")[2] for name in held.keys() - left.keys()}
        assert gone > set(deleted.objects)
        assert len(gone) == 2  # the original, and the batch that was sealed again
        assert [each["path"] for each in bodies(archive, "file")] == ["b.txt"]
        (stone,) = bodies(archive, "tombstone")
        assert (stone["why"], stone["records"]) == ("a mistake", deleted.records)
        with pytest.raises(NotFoundError):
            find_record(archive, first)
        assert find_record(archive, second).batch.case.hex() == case
        assert_rebuilds(archive)
    assert world.findings() == []


def test_the_root_stands_and_the_other_records_of_the_batch_are_proved_as_before(world):
    with world.open() as archive:
        _, _, (first, second) = bring(archive, [("a.txt", b"gone"), ("b.txt", b"stays")])
        before = open_record(archive, find_record(archive, second))
        records.delete(archive, first, "", GOES_WITH)
        after = open_record(archive, find_record(archive, second))
        root = archive.batch_root(after.record.batch.entry)
    assert (before.body, before.salt, before.batch.root) == (after.body, after.salt, root)
    assert after.record.batch.object != before.record.batch.object
    at = after.batch.index(bytes.fromhex(second))
    leaf = leaf_hash(after.salt + after.body)
    proof = after.batch.path(bytes.fromhex(second))
    verify_inclusion(leaf, at, len(after.batch.ids), proof, root)
    assert bytes.fromhex(first) in after.batch.ids


def test_a_batch_is_sealed_again_to_its_own_epoch_and_can_be_once_more(world):
    with world.open() as archive:
        _, _, (first, second, third) = bring(archive, [(x, x.encode()) for x in "abc"])
        records.delete(archive, first, "", GOES_WITH)
        records.delete(archive, second, "", GOES_WITH)
        assert find_record(archive, third).batch.epoch == 1
        assert [each["path"] for each in bodies(archive, "file")] == ["c"]
        assert_rebuilds(archive)
    assert world.findings() == []


def test_an_item_is_found_by_the_hash_of_its_original(world):
    with world.open() as archive:
        bring(archive, [("a.txt", b"gone")])
        records.delete(archive, hashlib.sha256(b"gone").hexdigest(), "", GOES_WITH)
        assert bodies(archive, "file") == []


def test_a_message_goes_with_its_raw_bytes_in_another_case_and_its_row_for_counting(world):
    with world.open() as archive:
        with archive.save(Event("ing")) as save:
            case, shard = save.new_case(["evidence", "status"]), save.new_case(["identity"])
            chat = save.record(
                case, "evidence", {"chat_id": 1, "kind": "chat", "type": "group", "v": 1}
            )
            ids = []
            for number in (1, 2):
                said = {
                    "chat": chat, "kind": "message", "message_id": number, "unixtime": 5, "v": 1,
                }  # fmt: skip
                ids.append(save.record(case, "evidence", said))
                raw = {"kind": "raw", "message": ids[-1], "text": f"raw{number}", "v": 1}
                save.record(shard, "identity", raw)
                post = {"kind": "post", "media": [], "message": ids[-1], "unixtime": 5, "v": 1}
                save.record(case, "status", post)
            save.finish()
        deleted = records.delete(archive, ids[0], "", GOES_WITH)
        assert len(deleted.records) == 3
        assert [each["text"] for each in bodies(archive, "raw")] == ["raw2"]
        assert [each["message"] for each in bodies(archive, "post")] == [ids[1]]
        assert len(bodies(archive, "tombstone")) == 3
        assert_rebuilds(archive)


def test_what_tells_of_custody_stays_and_what_is_not_there_is_told(world):
    with world.open() as archive:
        _, _, (item,) = bring(archive, [("a.txt", b"a")])
        records.delete(archive, item, "", GOES_WITH)
        with archive.projector.index.reading() as db:
            marks = db.execute(
                "SELECT lower(hex(id)) FROM record WHERE kind IN ('event', 'tombstone')"
            ).fetchall()
        for (mark,) in marks:
            with pytest.raises(UsageError, match="stays"):
                records.delete(archive, mark, "", GOES_WITH)
        with pytest.raises(NotFoundError):
            records.delete(archive, item, "", GOES_WITH)


def test_of_two_who_seal_a_batch_again_unseen_by_each_other_the_first_counts(world):
    with world.open() as archive:
        bring(archive, [("a", b"a"), ("b", b"b")])
        history = archive.history.copy()
        batch, one, two = ("1" * 64, "2" * 64, "3" * 64)
        for by in (one, two):
            history._remove(say.Gone(by=by, hash=batch))
        assert history.standing(batch) == one
        assert history.standing(two) == ""
        history._remove(say.Gone(hash=batch))
        assert history.standing(batch) == ""


def test_a_reader_deletes_nothing(world, monkeypatch):
    with world.open() as archive:
        _, _, (item,) = bring(archive, [("a.txt", b"a")])
        size = archive.log.size
        member = archive.history.members[archive.device.id]
        reader = say.Member(
            device=member.device, log=member.log, proof=member.proof, roles=["reader"],
            seal=member.seal, sign=member.sign,
        )  # fmt: skip
        monkeypatch.setitem(archive.history.members, member.device, reader)
        with pytest.raises(NotPermittedError):
            records.delete(archive, item, "", GOES_WITH)
        assert archive.log.size == size


def test_the_longest_reason_fits_into_the_entry(world):
    with world.open() as archive:
        _, _, ids = bring(archive, [("a.txt", b"a")])
        size = archive.log.size
        records.delete(archive, ids[0], "п" * 1000, {})
        kinds_of = [type(Entry.parse(line).body) for line in archive.lines(size)]
        assert kinds_of == [say.Destroy, say.Content]
