"""Which witnesses an archive trusts, by whose word, and what they have seen of its ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import FormatError, NotFoundError, ProofError, UsageError
from sviedka.keep import durable, layout, reading
from sviedka.keep.index import records
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.note import MAX_NOTE, Note, Signature
from sviedka.keep.ledger.notekeys import KeyType, VerifierKey
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive

COSIGNED: Final = ".cosig."


class _Witness(msgspec.Struct):
    name: str
    vkey: str


@dataclass(frozen=True)
class Trusted:
    """A witness by a person's word: the record that says so, who it is, its key."""

    id: str
    name: str
    key: VerifierKey


@dataclass(frozen=True)
class Seen:
    """A head of ``size`` entries that a witness saw at ``time`` (POSIX seconds)."""

    size: int
    time: int
    witness: Trusted


def trust(archive: Archive, name: str, vkey: str) -> Trusted:
    """Record that a person vouches for a witness's key; once only.

    FormatError for what is no key, UsageError for a key that does not cosign.
    """
    key = VerifierKey.parse(vkey)
    if key.type is not KeyType.COSIGNATURE_V1:
        raise UsageError(
            "this is the key of a log, not of a witness", do="ask for what `witness key` shows"
        )
    if not name.strip():
        raise UsageError("a witness has a name, so that people know who it is")
    with archive.locked():
        archive.catch_up()
        for each in trusted(archive):
            if each.key == key:
                return each
            if each.key.id == key.id:
                raise UsageError(f"the key of {each.name} has the same id; ask for another key")
        record = {"kind": "witness", "name": name, "v": 1, "vkey": str(key)}
        with archive.save(Event("cre")) as save:
            record_id = save.record(say.COMMONS, "evidence", record)
            save.finish()
    return Trusted(record_id, name, key)


def trusted(archive: Archive) -> list[Trusted]:
    """Those whom people have vouched for."""
    with archive.projector.index.reading() as db:
        known = records.records(db, case=bytes.fromhex(say.COMMONS), kind="witness")
    found = []
    for each in known:
        said = msgspec.json.decode(reading.open_record(archive, each).body, type=_Witness)
        found.append(Trusted(each.id.hex(), said.name, VerifierKey.parse(said.vkey)))
    return found


def kept(archive: Archive) -> Iterator[say.Kept]:
    """The files of kept heads that this device knows of, the newest entry first."""
    with archive.projector.index.reading() as db:
        known = records.records(db, case=bytes.fromhex(say.COMMONS), kind="kept")
    for position in sorted({each.batch.entry for each in known}, reverse=True):
        for line in archive.lines(position):
            body = Entry.parse(line).body
            if isinstance(body, say.Content):
                yield from body.kept or ()
            break


def seen(archive: Archive) -> Iterator[Seen]:
    """What trusted witnesses have seen, each cosignature checked; the newest entered first.

    What is missing or wrong is left out: ``verify`` tells of it.
    """
    witnesses = trusted(archive)
    for each in kept(archive):
        size, cosigned, _ = each.file.partition(COSIGNED)
        if cosigned and int(size) <= archive.log.size:
            found = _check(archive, int(size), each, witnesses)
            if found:
                yield found


def newest(archive: Archive) -> Seen | None:
    """The last head that a trusted witness has seen."""
    return max(seen(archive), key=lambda each: (each.size, each.time), default=None)


def _check(archive: Archive, size: int, file: say.Kept, witnesses: list[Trusted]) -> Seen | None:
    text = str(Checkpoint(archive.found.origin, size, archive.log.root_at(size)))
    try:
        data = durable.read_file(archive.path / layout.LEDGER / layout.KEPT / file.file, MAX_NOTE)
        if hashlib.sha256(data).hexdigest() != file.hash:
            return None
        note = Note(text, (Signature.parse(data.decode().removesuffix("\n")),))
        for each in witnesses:
            for one in note.verified([each.key]):
                if one.time is not None:
                    return Seen(size, one.time, each)
    except (FormatError, NotFoundError, ProofError, UnicodeDecodeError):
        return None
    return None
