"""Which witnesses an archive trusts, by whose word, and what they have seen of its ledger."""

from __future__ import annotations

import re
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
LAST_SECOND: Final = 253_402_300_799
"""POSIX seconds: the end of the year 9999, behind which dates cannot be shown."""
_NAME: Final = re.compile(r"([0-9]{1,16})\.cosig\.[0-9a-f]{8}")


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
    """The files of kept heads that the ledger names, as far as this device can read it."""
    with archive.projector.index.reading() as db:
        known = records.records(db, case=bytes.fromhex(say.COMMONS), kind="kept")
    for position in sorted({each.batch.entry for each in known}):
        for line in archive.lines(position):
            body = Entry.parse(line).body
            if isinstance(body, say.Content):
                yield from body.kept or ()
            break


def seen(archive: Archive) -> Iterator[Seen]:
    """What trusted witnesses have seen of this very ledger, the largest head first.

    A cosignature speaks for itself, so the files are enough, without the entries that name them.
    What is wrong is left out: ``verify`` tells of it.
    """
    witnesses = trusted(archive)
    for size, name in sorted(_cosignatures(archive), reverse=True):
        if size <= archive.log.size:
            found = _check(archive, size, name, witnesses)
            if found:
                yield found


def newest(archive: Archive) -> Seen | None:
    """The largest head that a trusted witness has seen; of several witnesses any."""
    return next(seen(archive), None)


def _cosignatures(archive: Archive) -> list[tuple[int, str]]:
    """The size of the head and the name of each file of a cosignature."""
    folder = archive.path / layout.LEDGER / layout.KEPT
    with durable.storage_errors(folder):
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return [(int(found[1]), found[0]) for found in map(_NAME.fullmatch, names) if found]


def _check(archive: Archive, size: int, name: str, witnesses: list[Trusted]) -> Seen | None:
    text = str(Checkpoint(archive.found.origin, size, archive.log.root_at(size)))
    path = archive.path / layout.LEDGER / layout.KEPT / name
    try:
        line = durable.read_file(path, MAX_NOTE).decode().removesuffix("\n")
        note = Note(text, (Signature.parse(line),))
        for each in witnesses:
            for one in note.verified([each.key]):
                if one.time is not None and one.time <= LAST_SECOND:
                    return Seen(size, one.time, each)
    except (FormatError, NotFoundError, ProofError, UnicodeDecodeError):
        pass
    return None
