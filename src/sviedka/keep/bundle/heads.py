"""Which signed head a bundle shows: the first that somebody outside attests, else the newest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import NotFoundError, ProofError, UsageError
from sviedka.keep import durable, layout, reading
from sviedka.keep.bundle.cosigned import COSIGNED, Cosignature, cosignature
from sviedka.keep.index import records
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import KeyType, VerifierKey
from sviedka.keep.projector import contents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.archive import Archive
MAX_OUTSIDE: Final = 16 << 20


class _Witness(msgspec.Struct):
    vkey: str


@dataclass(frozen=True)
class Head:
    """A signed head, the log's key that signed it, and what is kept beside it, by file name.

    ``witnesses`` are the keys of the cosignatures, by file name as well.
    """

    note: Note
    size: int
    root: bytes
    log: str
    outside: Mapping[str, bytes]
    witnesses: Mapping[str, str]


def covering(archive: Archive, position: int) -> Head:
    """The head to show for the entry at a position; UsageError if it has no position yet."""
    if position >= archive.log.size:
        raise UsageError("this record is not in the ledger yet", do="run `sviedka sync` first")
    kept = {
        each.file: each.hash
        for _, body, _ in contents(archive.lines(), say.COMMONS)
        for each in body.kept or ()
    }
    sizes = sorted({int(file.partition(".")[0]) for file in kept if "." in file})
    for size in sizes:
        if size > position and str(size) in kept:
            return _kept_head(archive, size, kept)
    if archive.log.tiled <= position:
        with archive.locked():
            archive.commit()
    note = archive.log.note
    if note is None:
        raise NotFoundError("this ledger has no signed head")
    return _head(archive, note, {}, {})


def _kept_head(archive: Archive, size: int, kept: Mapping[str, str]) -> Head:
    folder = archive.path / layout.LEDGER / layout.KEPT
    found = {}
    for file, digest in kept.items():
        if file.partition(".")[0] == str(size):
            found[file] = durable.read_file(folder / file, MAX_OUTSIDE)
            if hashlib.sha256(found[file]).hexdigest() != digest:
                raise ProofError("a kept file is not the one that was kept", where=file)
    note = Note.parse(found.pop(str(size)))
    known = _witnesses(archive)
    witnesses = {}
    for file in [file for file in found if COSIGNED in file]:
        key_id = file.rpartition(".")[2]
        if key_id in known:
            witnesses[file] = known[key_id]
        else:
            del found[file]  # nobody could check it
    return _head(archive, note, found, witnesses)


def _head(
    archive: Archive, note: Note, outside: Mapping[str, bytes], witnesses: Mapping[str, str]
) -> Head:
    head = checkpoint.Checkpoint.parse(note.text)
    if archive.log.root_at(head.size) != head.root:
        raise ProofError(f"the head of size {head.size} is not one of this ledger")
    for key in archive.history.log_keys_at(head.size):
        if note.verified([VerifierKey.parse(key)]):
            return Head(note, head.size, head.root, key, outside, witnesses)
    raise ProofError(f"the head of size {head.size} is not signed by the log")


def _witnesses(archive: Archive) -> dict[str, str]:
    """The keys of those who cosign, by their id in hex."""
    with archive.projector.index.reading() as db:
        known = records.records(db, case=bytes(16), kind="witness")
    found = {}
    for each in known:
        vkey = msgspec.json.decode(reading.open_record(archive, each).body, type=_Witness).vkey
        key = VerifierKey.parse(vkey)
        if key.type is KeyType.COSIGNATURE_V1:
            found[key.id.hex()] = vkey
    return found


def cosignatures(head: Head) -> tuple[Cosignature, ...]:
    """When each witness says that it saw the head; ProofError if a cosignature is wrong."""
    return tuple(
        cosignature(head.outside[file], vkey, head.note.text, file)
        for file, vkey in sorted(head.witnesses.items())
    )
