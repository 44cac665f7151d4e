"""The stamps of an archive: what the ledger says of them, and their files beside the heads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from sviedka.errors import FormatError, IntegrityError, UsageError
from sviedka.keep import durable, layout, reading
from sviedka.keep.author import stated
from sviedka.keep.index import records
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.saving import Event
from sviedka.keep.witness import trusting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sviedka.keep.archive import Archive

KEPT: Final = "kept"
ATTEMPT: Final = "attempt"
MAX_FILE: Final = 16 << 20
"""Bytes of any of the files: a list of revocations takes most."""


class _Kept(msgspec.Struct):
    reason: Literal["stamped", "cosigned", "published"]
    size: int
    authority: str = ""
    file: str = ""
    time: str = ""
    until: str = ""
    pending: bool = False


class _Attempt(msgspec.Struct):
    authority: str
    size: int
    time: str
    why: str


@dataclass(frozen=True)
class Kept:
    """A stamp as the record of its keeping states it, and the position of its entry.

    ``authority`` is the id of a record, "" for an OpenTimestamps proof that is not one calendar's;
    such a proof is ``pending`` until a block attests it. ``time`` and ``until`` are a token's.
    """

    size: int
    file: str
    authority: str
    time: datetime | None
    until: datetime | None
    pending: bool
    position: int


@dataclass(frozen=True)
class Attempt:
    """A stamp that was not had: of which authority (record id), when it was asked, and why not."""

    authority: str
    size: int
    time: str
    why: str
    position: int


def stamped(archive: Archive) -> list[Kept]:
    """The stamps that the ledger knows of, as far as this device can read it, in its order."""
    return [
        Kept(said.size, said.file, said.authority, _time(said.time), _time(said.until),
             said.pending, at)
        for at, said in _records(archive, KEPT, _Kept)
        if said.reason == "stamped"
    ]  # fmt: skip


def attempts(archive: Archive) -> list[Attempt]:
    """What was asked for in vain, in the order of the ledger."""
    return [
        Attempt(said.authority, said.size, said.time, said.why, at)
        for at, said in _records(archive, ATTEMPT, _Attempt)
    ]


def positions(archive: Archive) -> set[int]:
    """Entries that only say what became of heads outside."""
    with archive.projector.index.reading() as db:
        found = [
            each
            for kind in (KEPT, ATTEMPT)
            for each in records.records(db, case=bytes.fromhex(say.COMMONS), kind=kind)
        ]
    return {each.batch.entry for each in found}


def files(archive: Archive) -> dict[str, str]:
    """All files beside kept heads that the ledger names, with their SHA-256."""
    return {each.file: each.hash for each in trusting.kept(archive)}


def folder(archive: Archive) -> Path:
    """Where they lie."""
    return archive.path / layout.LEDGER / layout.KEPT


def read(archive: Archive, file: str, digest: str) -> bytes:
    """One of them; IntegrityError if it is not the one that the ledger names, NotFoundError."""
    data = read_any(archive, file)
    if hashlib.sha256(data).hexdigest() != digest:
        raise IntegrityError("a kept file is not the one that was kept", where=file)
    return data


def read_any(archive: Archive, file: str) -> bytes:
    """A file that may lie there without being named; FormatError, NotFoundError."""
    return durable.read_file(folder(archive) / file, MAX_FILE)


def head(archive: Archive, size: int | None = None) -> tuple[int, bytes]:
    """A signed head, as it is kept or will be: its size and exact bytes; the newest by default.

    UsageError if there is none of that size.
    """
    if size is None:
        if archive.log.size > archive.log.tiled:
            with archive.locked():
                archive.catch_up()
                archive.commit()
        size = archive.log.tiled
    known = files(archive)
    if str(size) in known:
        return size, read(archive, str(size), known[str(size)])
    note = archive.log.note
    if note is None or Checkpoint.parse(note.text).size != size:
        raise UsageError(
            f"no signed head of {size} entries is kept here",
            do="leave --head out, so that the newest is taken",
        )
    keys = [VerifierKey.parse(each) for each in archive.history.log_keys_at(size)]
    signed = tuple(each for each in note.signatures if any(each.by(key) for key in keys))
    return size, bytes(Note(note.text, signed))


def keep(archive: Archive, new: Mapping[str, bytes], said: Mapping[str, Any]) -> None:
    """Files first, durably, the last of them last; then the entry that names them.

    ``said`` is what the record says beside its kind and reason. Call it within ``locked``.
    """
    known = files(archive)
    new = {name: data for name, data in new.items() if name not in known}
    durable.write_files(folder(archive), new)
    record = {"kind": KEPT, "reason": "stamped", "v": 1, **said}
    with archive.save(Event("dsv")) as save:
        save.record(say.COMMONS, "evidence", record)
        for name, data in new.items():
            save.keep_head(name, hashlib.sha256(data).hexdigest())
        save.finish()


def record_attempts(archive: Archive, failed: list[tuple[str, int, str]]) -> None:
    """Enter that stamps were not had: of each the authority's record, the head's size, and why."""
    if not failed:
        return
    with archive.save(Event("dsv")) as save:
        for authority, size, why in failed:
            record = {
                "authority": authority, "kind": ATTEMPT, "size": size,
                "time": stated(archive.now()), "v": 1, "why": why,
            }  # fmt: skip
            save.record(say.COMMONS, "evidence", record)
        save.finish()


def _records(archive: Archive, kind: str, shape: type[Any]) -> list[tuple[int, Any]]:
    with archive.projector.index.reading() as db:
        found = records.records(db, case=bytes.fromhex(say.COMMONS), kind=kind)
    bodies = reading.bodies(archive, found)
    return [
        (each.batch.entry, msgspec.json.decode(body, type=shape))
        for each, body in zip(found, bodies, strict=True)
        if body
    ]


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise FormatError("a record of a stamp states a time that is none") from error
