"""Reading the sequencer's ledger out of a sync folder: all of it checked before any of it counts.

docs/format.md §8.2: a head is taken only if a log key in force signed it, it continues what this
device has seen, and all entries up to it are there, hash to its root and keep the rules of §3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import (
    ForkError,
    NewerFormatError,
    NotFoundError,
    ProofError,
    RollbackError,
    SviedkaError,
)
from sviedka.keep import layout
from sviedka.keep.ledger import bundles, merkle
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.log import CHECKPOINT
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.notekeys import VerifierKey
from sviedka.keep.ledger.paths import FULL
from sviedka.keep.ledger.tiles import TileReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.ledger.history import History
    from sviedka.keep.ledger.log import Log
    from sviedka.keep.sync.folder import SyncFolder

HEAD: Final = f"{layout.LEDGER}/{CHECKPOINT}"
MAX_BUNDLE: Final = FULL * (2 + bundles.MAX_ENTRY)


@dataclass(frozen=True)
class Arrived:
    """Entries that follow those of the ledger here, the head over them all, what they add up to."""

    entries: list[bytes]
    note: Note
    history: History


def read_head(folder: SyncFolder) -> tuple[Note, Checkpoint]:
    """The head in the folder, unverified; NotFoundError if none, FormatError if it is no head."""
    try:
        note = Note.parse(folder.read(HEAD, MAX_NOTE))
    except NotFoundError as error:
        error.where = HEAD  # whichever folder above it is missing
        raise
    return note, Checkpoint.parse(note.text)


def signed(note: Note, history: History, size: int) -> bool:
    """Whether the key that signs heads of this size, as ``history`` knows it, signed the note.

    ProofError if a signature claims to be by that key and is not.
    """
    keys = [VerifierKey.parse(key) for key in history.log_keys_at(size)] if history.size else []
    return bool(note.verified(keys))


def pull(folder: SyncFolder, log: Log, history: History) -> Arrived | None:
    """What the folder's ledger adds to ``log``; None if nothing.

    ``history`` is that of ``log``; it is the caller's to give away, for entries are tried on it.
    NotFoundError if part of the ledger is not there (yet); RollbackError if it is an older one;
    ForkError if the log key signed another history; ProofError, FormatError, NewerFormatError,
    NotPermittedError for what no honest sequencer writes.
    """
    note, head = read_head(folder)
    if head.size <= log.size:
        _compare(note, head, log, history)
        return None
    known = signed(note, history, head.size)
    try:
        new = _try(folder, log, history, head)
        if not signed(note, history, head.size):
            raise ProofError("no log key in force signed this head", where=HEAD)
    except (NotFoundError, NewerFormatError):
        raise
    except SviedkaError as error:
        if known and _is_another(folder, log, head):
            raise _fork(head.size) from error
        raise
    return Arrived(new, note, history)


def _compare(note: Note, head: Checkpoint, log: Log, history: History) -> None:
    """Hold a head that is no newer against the ledger here; returns if it is the same."""
    if not signed(note, history, head.size):
        raise ProofError("no log key in force signed this head", where=HEAD)
    if head.root != log.root_at(head.size):
        raise _fork(head.size)
    if head.size < log.size:
        raise RollbackError(
            f"this folder has {head.size} entries; this device has seen {log.size}",
            where=HEAD,
            do="it may be an older copy; let the device that gives positions sync with it",
        )


def _try(folder: SyncFolder, log: Log, history: History, head: Checkpoint) -> list[bytes]:
    """The entries from the ledger's size to the head's, applied to the history as they come."""
    tree = log.frontier()
    roots: dict[int, bytes] = {}

    def root_at(size: int) -> bytes:
        return log.root_at(size) if size < log.size else roots[size]

    roots[log.size] = tree.root()
    found = []
    for data in entries(folder, log.size, head.size):
        history.apply(Entry.parse(data), root_at)
        tree.append(merkle.leaf_hash(data))
        roots[tree.size] = tree.root()
        found.append(data)
    if tree.root() != head.root:
        raise ProofError("the entries do not lead to the root of this head", where=HEAD)
    if history.found is not None and head.origin != history.found.origin:
        raise ProofError("this is the head of another log", where=HEAD)
    return found


def _is_another(folder: SyncFolder, log: Log, head: Checkpoint) -> bool:
    """Whether the folder has all entries of this head, and they do not begin with those here."""
    tree, before = merkle.Frontier(), b""
    try:
        for data in entries(folder, 0, head.size):
            tree.append(merkle.leaf_hash(data))
            before = tree.root() if tree.size == log.size else before
    except SviedkaError:
        return False
    return tree.root() == head.root and before != log.root_at(log.size)


def _fork(size: int) -> ForkError:
    return ForkError(
        f"the log key signed a history of {size} entries that is not the one here",
        where=HEAD,
        do="keep this folder: it is the proof; ask whoever gives positions what happened",
    )


def entries(folder: SyncFolder, start: int, stop: int) -> Iterator[bytes]:
    """The entries from ``start`` to ``stop`` as the folder has them, bundle by bundle."""
    tiles = TileReader(lambda name: folder.read(f"{layout.LEDGER}/{name}", MAX_BUNDLE), stop)
    for index in range(start // FULL, -(-stop // FULL)):
        yield from tiles.bundle(index)[max(start - index * FULL, 0) :]
