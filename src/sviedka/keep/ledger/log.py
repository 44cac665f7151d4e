"""The ledger on disk: a journal that acknowledges, tiles that others can read (format.md §4).

It knows positions, hashes and files, not what entries mean nor whose key signs heads.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.errors import BusyError, IntegrityError, NotFoundError, UsageError
from sviedka.keep import durable
from sviedka.keep.ledger import bundles, journal, merkle
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath, edge_paths
from sviedka.keep.ledger.tiles import TileReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

CHECKPOINT: Final = "checkpoint"
JOURNAL: Final = "journal"
_ALTERED: Final = "an entry is not the one that the tree holds"
_POLL: Final = 0.02
"""Seconds between two looks whether another process has let the ledger go."""


class Log:
    """Entries by position. ``size`` counts those in tiles and those in the journal alike."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note: Note | None = None
        """The newest signed head, not verified here."""
        self._tiles = TileReader(self._read, 0)
        self._tail: list[bytes] = []
        self._journal_end = 0
        self._roots: dict[int, bytes] = {}
        self._stamp: object = None
        self.refresh()

    @classmethod
    def create(cls, folder: Path) -> Log:
        """A new ledger without entries."""
        if (folder / JOURNAL).exists() or (folder / CHECKPOINT).exists():
            raise UsageError("there is a ledger already", where=str(folder))
        durable.write_file(folder / JOURNAL, journal.header(0))
        return cls(folder)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.tiled + len(self._tail)

    @property
    def tiled(self) -> int:
        """How many entries the tiles under the newest checkpoint hold."""
        return self._tiles.size

    @property
    def tiles(self) -> TileReader:
        """The tree under the newest checkpoint."""
        return self._tiles

    def refresh(self) -> None:
        """Look again at what is on disk; another process may have written."""
        stamp = [self._stat(name) for name in (CHECKPOINT, JOURNAL)]
        if stamp == self._stamp:
            return
        self._load_tiles()
        self._load_journal()
        self._roots.clear()
        self._stamp = stamp

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The entries of these positions, in order, each compared with the tree."""
        stop = self.size if stop is None else min(stop, self.size)
        tail, tiled = self._tail, self.tiled
        while start < min(stop, tiled):
            bundle = self._tiles.bundle(start // FULL)
            for entry in bundle[start % FULL : stop - start // FULL * FULL]:
                if merkle.leaf_hash(entry) != self._tiles.hash_at(0, start):
                    raise IntegrityError(_ALTERED, where=f"entry {start}")
                yield entry
                start += 1
        yield from tail[start - tiled : max(stop - tiled, 0)]

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        if not 0 <= size <= self.size:
            raise UsageError(f"the ledger has {self.size} entries, not {size}")
        if size not in self._roots:
            if len(self._roots) > FULL:
                self._roots.clear()
            self._roots[size] = self._root(size)
        return self._roots[size]

    def append(self, entries: Sequence[bytes]) -> None:
        """Make entries durable at the next positions: one write, one sync, then they stand.

        Call it within ``locked``. After a StorageError none of them counts.
        """
        records = journal.frame(entries)
        path = self.folder / JOURNAL
        with durable.storage_errors(path):
            file = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                os.ftruncate(file, self._journal_end)
                os.lseek(file, self._journal_end, os.SEEK_SET)
                try:
                    durable.write_all(file, records)
                    os.fsync(file)
                except OSError:
                    os.ftruncate(file, self._journal_end)
                    raise
            finally:
                os.close(file)
        self._tail.extend(entries)
        self._journal_end += len(records)
        self._stamp = [self._stat(name) for name in (CHECKPOINT, JOURNAL)]

    def commit(self, note: Note) -> None:
        """Bring the journal's entries into tiles, under a signed head of the present size."""
        self._extend(self._tail, note)
        durable.write_file(self.folder / JOURNAL, journal.header(self.size))
        self.refresh()

    def adopt(self, entries: Sequence[bytes], note: Note) -> None:
        """Take entries that the sequencer has given positions, under its head over them all."""
        if self._tail:
            raise UsageError("a ledger with a journal of its own takes no other's entries")
        self._extend(entries, note)
        self.refresh()

    @contextmanager
    def locked(self, wait: float, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the ledger for writing, and see what others wrote before.

        ``waiting`` is called once if another process has it; BusyError after ``wait`` seconds.
        """
        with durable.storage_errors(self.folder):
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _lock(folder, wait, waiting)
            self.refresh()
            yield
        finally:
            os.close(folder)

    def _extend(self, entries: Sequence[bytes], note: Note) -> None:
        """Write tiles, then the checkpoint, then clear away what they replace."""
        before = self._tiles
        builder = before.builder()
        filled = builder.add(map(merkle.leaf_hash, entries))
        head = Checkpoint.parse(note.text)
        if (head.size, head.root) != (builder.size, builder.root()):
            raise IntegrityError("a head does not fit the entries under it", where=CHECKPOINT)
        partial = bundles.pack(before.bundle(before.size // FULL)) if before.size % FULL else b""
        files = filled | builder.edge(before.size)
        files |= dict(bundles.append(before.size, partial, entries))
        durable.write_files(self.folder, {str(path): data for path, data in files.items()})
        durable.write_file(self.folder / CHECKPOINT, bytes(note))
        self._remove_narrower(before.size, builder.size)

    def _remove_narrower(self, before: int, after: int) -> None:
        """Remove partial tiles that wider ones replace, and those of interrupted commits."""
        kept = {str(path) for path in _edge(after)}
        for path in {str(path.full) for size in (before, after) for path in _edge(size)}:
            folder = self.folder / f"{path}.p"
            if not folder.is_dir():
                continue
            for partial in list(folder.iterdir()):
                if f"{path}.p/{partial.name}" not in kept:
                    durable.remove(partial)
            if not any(folder.iterdir()):
                with durable.storage_errors(folder):
                    folder.rmdir()

    def _load_tiles(self) -> None:
        try:
            self.note = Note.parse(self._read(CHECKPOINT))
        except NotFoundError:
            self.note, self._tiles = None, TileReader(self._read, 0)
            return
        head = Checkpoint.parse(self.note.text)
        self._tiles = TileReader(self._read, head.size)
        if self._tiles.root() != head.root:
            raise IntegrityError("the tiles do not lead to the signed root", where=CHECKPOINT)

    def _load_journal(self) -> None:
        try:
            read = journal.parse(self._read(JOURNAL))
        except NotFoundError:
            self._tail, self._journal_end = [], 0
            return
        known = self.tiled - read.start
        if not 0 <= known <= len(read.entries):
            raise IntegrityError(
                f"the journal begins at {read.start} with {len(read.entries)} entries, "
                f"and the tiles hold {self.tiled}",
                where=JOURNAL,
            )
        for position, entry in enumerate(read.entries[:known], read.start):
            if merkle.leaf_hash(entry) != self._tiles.hash_at(0, position):
                raise IntegrityError("the journal and the tiles differ", where=f"entry {position}")
        self._tail, self._journal_end = read.entries[known:], read.length

    def _root(self, size: int) -> bytes:
        hash_at = self._tiles.hash_at
        if size <= self.tiled:
            return merkle.subtree_root(0, size, hash_at)
        frontier = merkle.Frontier(self.tiled, _widest(self.tiled, hash_at))
        for entry in self._tail[: size - self.tiled]:
            frontier.append(merkle.leaf_hash(entry))
        return frontier.root()

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        with durable.storage_errors(path):
            return path.read_bytes()

    def _stat(self, name: str) -> tuple[int, int, int] | None:
        try:
            found = (self.folder / name).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def _edge(size: int) -> list[TilePath]:
    """The partial tiles and the partial bundle of a ledger of that size."""
    bundle = [TilePath(ENTRIES, size // FULL, size % FULL)] if size % FULL else []
    return [*edge_paths(size), *bundle]


def _widest(size: int, hash_at: merkle.HashAt) -> list[bytes]:
    """The widest complete nodes that make up a tree, left to right."""
    edge, start = [], 0
    while start < size:
        level = (size - start).bit_length() - 1
        edge.append(hash_at(level, start >> level))
        start += 1 << level
    return edge


def _lock(folder: int, wait: float, waiting: Callable[[], None]) -> None:
    deadline = time.monotonic() + wait
    told = False
    while True:
        try:
            return fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise BusyError(
                    "another process is writing to this archive",
                    do="wait until it is done, or end it, and run the same command again",
                ) from error
        if not told:
            waiting()
            told = True
        time.sleep(_POLL)
