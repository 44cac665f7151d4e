"""The ledger on disk: a journal that acknowledges, tiles that others can read (format.md §4).

It knows positions, hashes and files, not what entries mean nor whose key signs heads.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sviedka.errors import IntegrityError, NotFoundError, UsageError
from sviedka.keep import durable
from sviedka.keep.ledger import bundles, journal, merkle
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.lock import hold
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.paths import FULL
from sviedka.keep.ledger.tilefolder import TileFolder
from sviedka.keep.ledger.tiles import TileReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sviedka.keep.ledger.paths import TilePath

CHECKPOINT: Final = "checkpoint"
JOURNAL: Final = "journal"
_MAX_JOURNAL: Final = 2**32
"""Bytes. Group commits keep a journal under some megabytes; this is what memory can take."""

_Stamp: TypeAlias = tuple[int, int, int] | None
"""What tells that a file is another one or has grown: inode, size, time; None if there is none."""


@dataclass(frozen=True)
class _View:
    """The ledger as it stood on disk at one moment."""

    stamps: tuple[_Stamp, _Stamp]
    note: Note | None
    tiles: TileReader
    start: int | None
    """Position of the journal's first entry; None if there is no journal here."""
    tail: list[bytes]
    """The entries of the journal that are not in tiles."""
    end: int
    """Where the next record of the journal goes."""


class Log:
    """Entries by position. ``size`` counts those in tiles and those in the journal alike.

    What it shows is the ledger as it was at the last ``refresh``, ``append``, ``commit`` or
    ``adopt``; another process may write meanwhile without disturbing that.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = TileFolder(folder)
        self._roots: dict[int, bytes] = {}
        self._view = self._look()

    @classmethod
    def create(cls, folder: Path) -> Log:
        """A new ledger without entries, which gives positions."""
        log = cls(folder)
        if log.size or log.note or log.has_journal:
            raise UsageError("there is a ledger already", where=str(folder))
        log.start_journal()
        return log

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.tiled + len(self._view.tail)

    @property
    def tiled(self) -> int:
        """How many entries the tiles under the newest checkpoint hold."""
        return self.tiles.size

    @property
    def tiles(self) -> TileReader:
        """The tree under the newest checkpoint."""
        return self._view.tiles

    @property
    def note(self) -> Note | None:
        """The newest signed head; whether the right key signed it is not verified here."""
        return self._view.note

    @property
    def has_journal(self) -> bool:
        """Whether positions are given here; elsewhere entries only arrive by ``adopt``."""
        return self._view.start is not None

    def refresh(self) -> None:
        """Look again at what is on disk; another process may have written."""
        if self._stamps() != self._view.stamps:
            self._view = self._look()
            self._roots.clear()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The entries of these positions, in order, each compared with the tree."""
        tiles, tail = self.tiles, self._view.tail
        stop = self.size if stop is None else min(stop, self.size)
        while start < min(stop, tiles.size):
            bundle = tiles.bundle(start // FULL)
            for entry in bundle[start % FULL : stop - start // FULL * FULL]:
                if merkle.leaf_hash(entry) != tiles.hash_at(0, start):
                    raise IntegrityError(
                        "an entry is not the one that the tree holds", where=f"entry {start}"
                    )
                yield entry
                start += 1
        yield from tail[start - tiles.size : max(stop - tiles.size, 0)]

    def tile(self, path: TilePath) -> bytes:
        """The bytes of one tile or bundle, as they lie here; NotFoundError if it does not."""
        return self._files.read(str(path))

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        if not 0 <= size <= self.size:
            raise UsageError(f"the ledger has {self.size} entries, not {size}")
        if size not in self._roots:
            if len(self._roots) > FULL:
                self._roots.clear()
            self._roots[size] = self._root(size)
        return self._roots[size]

    def frontier(self) -> merkle.Frontier:
        """The right edge of the tree over all entries, to go on from."""
        size, start, edge = self.tiled, 0, []
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                edge.append(self.tiles.hash_at(level, start >> level))
                start += 1 << level
        tree = merkle.Frontier(size, edge)
        for entry in self._view.tail:
            tree.append(merkle.leaf_hash(entry))
        return tree

    def append(self, entries: Sequence[bytes]) -> None:
        """Make entries durable at the next positions: one write, one sync, then they stand.

        Call it within ``locked``. After a StorageError none of them stands, unless the disk would
        not even take back what it had written; the next ``refresh`` tells.
        """
        records, view = journal.frame(entries), self._view
        path = self.folder / JOURNAL
        with durable.storage_errors(path):
            file = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                os.ftruncate(file, view.end)
                os.lseek(file, view.end, os.SEEK_SET)
                try:
                    durable.write_all(file, records)
                    os.fsync(file)
                except OSError:
                    os.ftruncate(file, view.end)
                    os.fsync(file)
                    raise
            finally:
                os.close(file)
        view.tail.extend(entries)
        self._view = replace(view, stamps=self._stamps(), end=view.end + len(records))

    def commit(self, note: Note) -> None:
        """Bring the journal's entries into tiles, under a signed head of the present size.

        Call it within ``locked``.
        """
        if self._view.start is None:
            raise UsageError("positions are not given here", where=str(self.folder))
        self._extend(self._view.tail, note, since=self._view.start)
        self._start_journal()

    def adopt(self, entries: Sequence[bytes], note: Note) -> None:
        """Take entries that the sequencer has given positions, under its head over them all.

        Call it within ``locked``. If there is a journal, it ends with that.
        """
        if self._view.tail:
            raise UsageError("entries of the journal would be lost", where=str(self.folder))
        if self.has_journal:
            durable.remove(self.folder / JOURNAL)
        self._extend(entries, note, since=0)
        self.refresh()

    def start_journal(self) -> None:
        """Give positions here from now on. Call it within ``locked``."""
        if self.has_journal:
            raise UsageError("positions are given here already", where=str(self.folder))
        self._start_journal()

    def verify(self) -> None:
        """Read all of it again from disk; IntegrityError or FormatError names what is altered.

        Not judged: who signed the head, and what the entries say.
        """
        view = self._look()
        if view.tiles.verify() != view.tiles.root():
            raise IntegrityError("the entries do not lead to the signed root", where=CHECKPOINT)

    @contextmanager
    def locked(self, wait: float, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold the ledger for writing, and see what others wrote before.

        ``waiting`` is called once if another process has it; BusyError after ``wait`` seconds.
        """
        with hold(self.folder, wait, waiting):
            self.refresh()
            yield

    def _extend(self, entries: Sequence[bytes], note: Note, *, since: int) -> None:
        """Write tiles, then the checkpoint, then clear away what they replaced.

        ``since`` is a size up to which nothing can be left that a wider tile replaced.
        """
        builder, size = self.tiles.builder(), self.tiled
        tiles = builder.add(map(merkle.leaf_hash, entries))
        head = Checkpoint.parse(note.text)
        if (head.size, head.root) != (builder.size, builder.root()):
            raise IntegrityError("a head does not fit the entries under it", where=CHECKPOINT)
        partial = bundles.pack(self.entries(size - size % FULL, size))
        tiles |= builder.edge(size)
        tiles |= dict(bundles.append(size, partial, entries))
        self._files.write(tiles)
        durable.write_file(self.folder / CHECKPOINT, bytes(note))
        self._files.clear(since, builder.size)

    def _start_journal(self) -> None:
        durable.write_file(self.folder / JOURNAL, journal.header(self.size))
        self.refresh()

    def _look(self) -> _View:
        """Read what is on disk; IntegrityError or FormatError if it does not fit together."""
        while True:
            stamps = self._stamps()
            head = self._read(CHECKPOINT, MAX_NOTE)
            records = self._read(JOURNAL, _MAX_JOURNAL)
            # A journal is replaced only after a checkpoint: if that one is still the same, the two
            # belong together, whatever another process is doing.
            if self._stamps()[0] == stamps[0]:
                break
        note = Note.parse(head) if head is not None else None
        tiles = self._tree(note)
        if records is None:
            return _View(stamps, note, tiles, None, [], 0)
        read = journal.parse(records)
        return _View(stamps, note, tiles, read.start, _beyond(tiles, read), read.length)

    def _tree(self, note: Note | None) -> TileReader:
        """The tree under a head, of which the tiles at its edge are known to be right."""
        if note is None:
            return TileReader(self._files.read, 0)
        head = Checkpoint.parse(note.text)
        tiles = TileReader(self._files.read, head.size)
        if tiles.root() != head.root:
            raise IntegrityError("the tiles do not lead to the signed root", where=CHECKPOINT)
        return tiles

    def _root(self, size: int) -> bytes:
        if size <= self.tiled:
            return merkle.subtree_root(0, size, self.tiles.hash_at)
        builder = self.tiles.builder()
        builder.add(map(merkle.leaf_hash, self._view.tail[: size - self.tiled]))
        return builder.root()

    def _read(self, name: str, most: int) -> bytes | None:
        try:
            return durable.read_file(self.folder / name, most)
        except NotFoundError:
            return None

    def _stamps(self) -> tuple[_Stamp, _Stamp]:
        return _stamp(self.folder / CHECKPOINT), _stamp(self.folder / JOURNAL)


def _beyond(tiles: TileReader, read: journal.Journal) -> list[bytes]:
    """The entries of a journal that are not in tiles; the others must be those of the tiles."""
    known = tiles.size - read.start
    if not 0 <= known <= len(read.entries):
        raise IntegrityError(
            f"the journal holds {len(read.entries)} entries from {read.start} on, "
            f"and the tiles hold {tiles.size}",
            where=JOURNAL,
        )
    for position, entry in enumerate(read.entries[:known], read.start):
        if merkle.leaf_hash(entry) != tiles.hash_at(0, position):
            raise IntegrityError("the journal and the tiles differ", where=f"entry {position}")
    return read.entries[known:]


def _stamp(path: Path) -> _Stamp:
    try:
        with durable.storage_errors(path):
            found = path.stat()
    except NotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
