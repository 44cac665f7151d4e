"""Which signed head a bundle shows: the first that somebody outside attests, else the newest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka.errors import NotFoundError, ProofError, SviedkaError, UsageError
from sviedka.keep import durable, layout, reading
from sviedka.keep.bundle.cosigned import COSIGNED, Cosignature, cosignature
from sviedka.keep.index import records
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import KeyType, VerifierKey
from sviedka.keep.projector import contents
from sviedka.keep.stamps import authorities, checking, extra, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cryptography.x509 import Certificate

    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.checking import Stamp

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


class Attested(NamedTuple):
    """That somebody outside saw the first ``size`` entries, at ``time`` (POSIX seconds).

    The entry at ``entered`` says so: whoever has seen that entry wrote later than ``time``.
    """

    size: int
    entered: int
    time: int


class Heads:
    """The signed heads that an archive can show; what is kept beside the ledger is read once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._kept: dict[int, dict[str, str]] = {}
        self._entered: dict[str, int] = {}
        for position, body, _ in contents(archive.lines(), say.COMMONS):
            for each in body.kept or ():
                self._kept.setdefault(int(each.file.partition(".")[0]), {})[each.file] = each.hash
                self._entered.setdefault(each.file, position)
        self._read: dict[int, Head] = {}

    def covering(self, position: int) -> Head:
        """The head to show for the entry at a position; UsageError if it has no position yet."""
        archive = self._archive
        if position >= archive.log.size:
            raise UsageError("this record is not in the ledger yet", do="run `sviedka sync` first")
        for size in [*self._outside, *self._promised]:
            if size > position:
                return self._kept_head(size)
        if archive.log.tiled <= position:
            with archive.locked():
                archive.commit()
        note = archive.log.note
        if note is None:
            raise NotFoundError("this ledger has no signed head")
        if archive.log.tiled not in self._read:
            self._read[archive.log.tiled] = _head(archive, note, {}, {})
        return self._read[archive.log.tiled]

    @cached_property
    def attested(self) -> Sequence[Attested]:
        """Every cosignature and time stamp of every kept head; raises what is wrong with one.

        Of time stamps those that rest on a root that was pinned, where the extra is installed.
        """
        roots = authorities.roots(authorities.known(self._archive))
        found = []
        for size in self._outside:
            head = self._kept_head(size)
            for file, vkey in sorted(head.witnesses.items()):
                seen = cosignature(head.outside[file], vkey, head.note.text, file)
                found.append(Attested(size, self._entered[file], seen.time))
            found += [
                Attested(size, self._entered[stamp.file], stamp.time)
                for stamp in _good(_stamps(head, roots))
                if stamp.trusted and stamp.time is not None
            ]
        return found

    @cached_property
    def _outside(self) -> list[int]:
        """Sizes of the kept heads that somebody outside attests."""
        return sorted(
            size
            for size, files in self._kept.items()
            if str(size) in files and (names.tokens(files) or any(COSIGNED in one for one in files))
        )

    @cached_property
    def _promised(self) -> list[int]:
        """Sizes of those beside which an OpenTimestamps proof lies: it may only be a promise."""
        return sorted(
            size
            for size, files in self._kept.items()
            if str(size) in files and size not in self._outside and names.proofs(files)
        )

    @cached_property
    def _witnesses(self) -> dict[str, str]:
        return _witnesses(self._archive)

    def _kept_head(self, size: int) -> Head:
        if size in self._read:
            return self._read[size]
        folder = self._archive.path / layout.LEDGER / layout.KEPT
        found = {}
        for file, digest in self._kept[size].items():
            found[file] = durable.read_file(folder / file, MAX_OUTSIDE)
            if hashlib.sha256(found[file]).hexdigest() != digest:
                raise ProofError("a kept file is not the one that was kept", where=file)
        note = Note.parse(found.pop(str(size)))
        for each in names.proofs(found)[:-1]:
            del found[each.file]  # the newest shows all that these do
        witnesses = {}
        for file in [file for file in found if COSIGNED in file]:
            key_id = file.rpartition(".")[2]
            if key_id in self._witnesses:
                witnesses[file] = self._witnesses[key_id]
            else:
                del found[file]  # nobody could check it
        self._read[size] = _head(self._archive, note, found, witnesses)
        return self._read[size]


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


def stamps(head: Head) -> tuple[str, ...]:
    """The time stamps of a head in words: whose, and when; of those not read here, the files.

    Raises what is wrong with one.
    """
    if not extra.there():
        return tuple(each.file("tsr") for each in names.tokens(head.outside))
    said = []
    for each in _good(_stamps(head)):
        if each.authority and each.time is not None:
            when = datetime.fromtimestamp(each.time, UTC)
            said.append(f"{each.signer} {when:%Y-%m-%d %H:%M} UTC ({each.file})")
    return tuple(said)


def _stamps(
    head: Head, roots: Mapping[str, Sequence[Certificate]] | None = None
) -> Iterator[tuple[str, Stamp | SviedkaError]]:
    if extra.there():
        yield from checking.stamps(bytes(head.note), head.outside, roots)


def _good(found: Iterator[tuple[str, Stamp | SviedkaError]]) -> Iterator[Stamp]:
    """The stamps, if all of them hold."""
    for file, each in found:
        if isinstance(each, SviedkaError):
            each.where = each.where or file
            raise each
        yield each
