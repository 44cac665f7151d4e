"""What only keys can find: entries whose sealed contents are not what they should be."""

import os
from dataclasses import replace

import pytest

from sviedka.errors import FormatError
from sviedka.keep import records
from sviedka.keep.age import HybridIdentity
from sviedka.keep.archive import Archive
from sviedka.keep.author import Draft, Notice, compose
from sviedka.keep.keys import machine
from sviedka.keep.keys import state as states
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.saving import Event
from sviedka.keep.vault.seal import seal_stream
from sviedka.keep.verify import Severity, verify
from tests.keep.verify.test_whole import said, where

NOTE = {"kind": "note", "text": "x", "v": 1}


def written(copy, make, **options):
    """The report on an archive to which ``make`` has added something with a save."""
    with Archive(copy.path, copy.device, copy.home, **options) as archive:
        with archive.save(Event("ing")) as save:
            make(archive, save)
            save.finish()
        copy.state = archive.state
    assert verify(copy.path).clean  # nobody without a key can tell
    return copy.verify()


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b'{"v":1,"kind":"note"}',
        b'{"kind":"note", "v":1}',
        b'{"kind":"note","kind":"note","v":1}',
        b'{"kind":"note"}',
        b'{"kind":7,"v":1}',
        b'{"kind":"note","v":1}\n',
        b'{"kind":"note\xff","v":1}',
        b"[" * 10_000,
    ],
)
def test_a_malformed_record_is_found(copy, data):
    def encode(record, _facet):
        return data if record == NOTE else records.encode(record, _facet)

    def make(_archive, save):
        save.record(copy.case, "status", NOTE)

    (finding,) = said(written(copy, make, encode=encode))
    assert "record" in finding.where


def test_records_are_held_to_what_the_caller_knows_of_their_kinds(original):
    def check(record, facet):
        if record["kind"] == "note" and facet == "evidence":
            raise FormatError("no such record here")

    report = verify(original.path, holder=original.holder, check=check)
    assert [each.what for each in said(report)] == ["no such record here"]


def test_an_original_without_a_record_is_found(copy):
    def make(_archive, save):
        made = save.item_of(copy.case, "evidence", [b"unexplained"])
        (part,) = save._parts[copy.case, "evidence"]
        part.records.pop()
        copy.items = (made.sealed.object,)

    report = written(copy, make)
    assert [each.what for each in said(report)] == ["no record says what this object holds"]
    assert report.counts.closed == 1  # and it was hashed at least


def test_a_record_that_says_something_else_of_an_original_is_found(copy):
    def make(_archive, save):
        sealed = seal_stream(
            save._objects, save._recipient(copy.case, "evidence")[0], [b"original"]
        )
        save.item(copy.case, "evidence", replace(sealed, sha256="00" * 32))

    assert "not the original" in said(written(copy, make))[0].what


def test_a_record_about_an_object_of_another_entry_is_found(copy):
    def make(_archive, save):
        record = {"kind": "item", "object": copy.deleted, "sha256": "00" * 32, "size": 1, "v": 1}
        save.record(copy.case, "evidence", record)

    (finding,) = said(written(copy, make))
    assert finding.what == "an item record names an object of another entry"


def test_an_event_that_does_not_stand_first_is_found(copy):
    def make(_archive, save):
        save.record(copy.case, "evidence", save._event_record(()))

    (finding,) = said(written(copy, make))
    assert "stands first" in finding.what


def test_an_object_sealed_to_another_key_is_found(copy):
    def make(_archive, save):
        stranger = HybridIdentity.generate().recipient
        save.item(copy.case, "evidence", seal_stream(save._objects, stranger, [b"for others"]))

    assert len(said(written(copy, make))) == 1


def test_a_group_that_was_cut_off_leaves_harmless_files(copy):
    with copy.open() as archive:
        with archive.save(Event("ing")) as save:
            save.record(copy.case, "status", NOTE)
            save.record(copy.case, "evidence", NOTE)
            save._target = _Cut(archive)
            save.finish()
        copy.state = archive.state
    report = copy.verify()
    assert report.clean
    assert len([each for each in said(report, Severity.NOTE) if "objects/" in each.where]) == 2


class _Cut:
    """An archive that loses power in the middle of a group."""

    def __init__(self, archive):
        self._archive = archive

    def __getattr__(self, name):
        return getattr(self._archive, name)

    def append(self, drafts):
        archive = self._archive
        with archive.locked():
            archive.catch_up()
            entries = compose(drafts, archive.device, archive.history, archive.head, archive.now())
            archive.log.append([entries[0].data])
            archive.catch_up()
            archive.update_state(archive.state.advanced(archive.head))


@pytest.fixture
def writer(copy, tmp_path):
    """A second device, which gives no positions and has something in its outbox."""
    device = DeviceKeys.generate(os.urandom)
    home = tmp_path / "second home"
    home.mkdir()
    with copy.open() as archive:
        origin = archive.found.origin
        log = SigningKey(origin, KeyType.ED25519, bytes(32))
        member = device.member(origin, ["writer"], str(log.verifier))
        with archive.save(Event("add")) as save:
            data = say.MemberData(add=member)
            save.state(Draft(say.MemberChange, {"data": data}, Notice("add")))
            save.finish()
        state = archive.state
        found = archive.archive_id
    folder = DeviceFolder(home, found)
    folder.make()
    mine = machine.fingerprint(found, machine.machine_id(home, os.urandom))
    made = states.DeviceState(
        archive=found, backup="", device=device.id, head=archive.head, index=bytes(32),
        log=log.seed, machine=mine, outer=state.outer, sequencer=False, v=1,
    )  # fmt: skip
    states.save(folder, device, made)
    (copy.path / "index.db").unlink()
    second = replace(copy, device=device, home=home, state=made)
    with second.open() as archive, archive.save(Event("cap")) as save:
        save.record(copy.case, "status", NOTE)
        save.item_of(copy.case, "evidence", [b"from the field"])
        save.finish()
    return second


def test_what_waits_in_the_outbox_is_verified_as_what_stands(writer):
    report = writer.verify()
    assert report.clean
    assert report.counts.waiting == 2
    assert report.counts.entries == report.head.size
    (path,) = (writer.path / "outbox").iterdir()
    data = path.read_bytes()
    for at in range(0, len(data), 97):
        path.write_bytes(data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :])
        assert not writer.verify().clean, at
    for length in range(0, len(data), 97):
        path.write_bytes(data[:length])
        assert not writer.verify().clean, length
    path.write_bytes(data)
    path.rename(path.with_name("0000000007"))
    assert where(writer.verify()) == {"outbox/0000000007"}


def test_an_outbox_that_was_not_cleared_yet_is_no_fork(writer, copy):
    (path,) = (writer.path / "outbox").iterdir()
    waiting = [entry.data for entry in outbox.read(path.read_bytes())]
    (copy.path / "index.db").unlink()
    data = path.read_bytes()
    path.unlink()
    with copy.open() as archive:
        with archive.locked():
            archive.log.append(waiting)
            archive.catch_up()
            archive.update_state(archive.state.advanced(archive.head))
        copy.state = archive.state
    path.write_bytes(data)
    report = copy.verify()
    assert report.clean
    assert report.counts.waiting == 0
