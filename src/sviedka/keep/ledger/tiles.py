"""A log's Merkle tree as tiles of 256 hashes: which to write, and how to prove from them.

C2SP tlog-tiles, "Merkle Tree". Nothing here touches a disk: a builder gives names and bytes, a
reader is handed a function that fetches bytes by name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, IntegrityError, NotFoundError, UsageError
from sviedka.keep.ledger import bundles, merkle
from sviedka.keep.ledger.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from sviedka.keep.ledger.paths import ENTRIES, FULL, LEVEL_BITS, TilePath, edge_paths, hashes_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Read = Callable[[str], bytes]
    """Fetches a file of the log by its path; NotFoundError if there is none."""

TILE_BYTES: Final = FULL * HASH_SIZE

_CACHED_TILES: Final = 64
"""Half a megabyte; a proof out of a million entries needs about five."""


class TileBuilder:
    """A growing tree as its partial tiles: all that a log keeps between two appends.

    ``edge[l]`` is the partial tile of level ``l`` as concatenated hashes, empty if there is none.
    """

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise UsageError(f"no tree has {size} leaves")
        widths = {path.level: path.width for path in edge_paths(size)}
        if [len(row) for row in edge] != [
            widths.get(level, 0) * HASH_SIZE for level in range(max(widths, default=-1) + 1)
        ]:
            raise UsageError(f"not the partial tiles of a tree of {size} leaves")
        self.size = size
        self._edge = list(edge)

    def add(self, leaves: Iterable[bytes]) -> dict[TilePath, bytes]:
        """Append leaf hashes and give the tiles that became full; ``edge`` gives the others."""
        row = merkle.join(leaves)
        before, after = self.size, self.size + len(row) // HASH_SIZE
        if after > MAX_SIZE:
            raise UsageError(f"a log holds at most {MAX_SIZE} entries")
        filled: dict[TilePath, bytes] = {}
        level = 0
        while row:
            if level == len(self._edge):
                self._edge.append(b"")
            row = self._edge[level] + row
            whole = len(row) - len(row) % TILE_BYTES
            self._edge[level] = row[whole:]
            first = hashes_at(level + 1, before)
            for nth, at in enumerate(range(0, whole, TILE_BYTES)):
                filled[TilePath(level, first + nth)] = row[at : at + TILE_BYTES]
            row, level = _raise(row[:whole], LEVEL_BITS), level + 1
        self.size = after
        return filled

    def edge(self, since: int = 0) -> dict[TilePath, bytes]:
        """The partial tiles of the tree as it stands, but not those already there at ``since``."""
        return {
            path: self._edge[path.level]
            for path in edge_paths(self.size)
            if hashes_at(path.level, since) != hashes_at(path.level, self.size)
        }

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        found = b""
        for row in self._edge:
            # What lies below hangs to the right of this level's hashes, as one narrower node.
            found = merkle.root_of_row(row + found) if row else found
        return found or EMPTY_ROOT


class TileReader:
    """The tree of ``size`` leaves as its tiles hold it, and the log's entries.

    Tiles are checked for their length only: whoever uses a proof verifies it against a signed
    root, and ``verify`` goes through the whole log. What ``read`` raises passes through, except
    that a full tile serves for a partial one that is gone (C2SP tlog-tiles, "Partial Tiles").
    """

    def __init__(self, read: Read, size: int) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise UsageError(f"no tree has {size} leaves")
        self.size = size
        self._read = read
        self._tile = lru_cache(_CACHED_TILES)(self._fetch_tile)

    def hash_at(self, level: int, index: int) -> bytes:
        """The hash of a complete node of the tree."""
        if level < 0 or not 0 <= index < self.size >> level:
            raise UsageError(f"a tree of {self.size} has no complete node {index} at level {level}")
        tile_level, height = divmod(level, LEVEL_BITS)
        tile, place = divmod(index << height, FULL)
        row = self._tile(tile_level, tile)[place * HASH_SIZE :][: HASH_SIZE << height]
        return _raise(row, height)

    def builder(self) -> TileBuilder:
        """A builder that goes on from here."""
        edge = {path.level: self._tile(path.level, path.index) for path in edge_paths(self.size)}
        levels = range(max(edge, default=-1) + 1)
        return TileBuilder(self.size, [edge.get(level, b"") for level in levels])

    def root(self) -> bytes:
        """The root that the partial tiles lead to."""
        return self.builder().root()

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The path from leaf ``index`` to the root."""
        return merkle.inclusion_proof(index, self.size, self.hash_at)

    def consistency_proof(self, size: int) -> list[bytes]:
        """That this tree begins with the tree of ``size`` leaves."""
        return merkle.consistency_proof(size, self.size, self.hash_at)

    def bundle(self, index: int) -> list[bytes]:
        """The entries of one bundle as stored, not compared with the tree."""
        path = self._path(ENTRIES, index)
        data, width = self._fetch(path)
        return bundles.unpack(data, width, where=str(path))[: path.width]

    def entry(self, index: int) -> bytes:
        """One entry; IntegrityError if its hash is not the one in the tree."""
        leaf = self.hash_at(0, index)
        entry = self.bundle(index // FULL)[index % FULL]
        if merkle.leaf_hash(entry) != leaf:
            raise IntegrityError(f"entry {index} is not the one that the tree holds")
        return entry

    def verify(self) -> bytes:
        """Build the tree again from all entries, compare it with every tile, and give its root.

        IntegrityError or FormatError names the first tile or bundle that is not as it should be.
        """
        rebuilt = TileBuilder()
        for index in range(-(-self.size // FULL)):
            self._compare(rebuilt.add(map(merkle.leaf_hash, self.bundle(index))))
        self._compare(rebuilt.edge())
        return rebuilt.root()

    def _compare(self, tiles: Mapping[TilePath, bytes]) -> None:
        for path, data in tiles.items():
            if self._tile(path.level, path.index) != data:
                raise IntegrityError(
                    "a tile does not hold the hashes of the entries", where=str(path)
                )

    def _path(self, level: int, index: int) -> TilePath:
        """The name under which a tree of this size keeps a tile."""
        held = hashes_at(max(level, 0), self.size) - index * FULL
        if index < 0 or held <= 0:
            raise UsageError(f"a log of {self.size} has no tile {index} at level {level}")
        return TilePath(level, index, min(held, FULL))

    def _fetch_tile(self, level: int, index: int) -> bytes:
        path = self._path(level, index)
        data, width = self._fetch(path)
        if len(data) != width * HASH_SIZE:
            raise FormatError(
                f"{len(data)} bytes are not a tile of {width} hashes", where=str(path)
            )
        return data[: path.width * HASH_SIZE]

    def _fetch(self, path: TilePath) -> tuple[bytes, int]:
        """The bytes of a tile, and how wide a tile they should be."""
        try:
            return self._read(str(path)), path.width
        except NotFoundError:
            if path.width == FULL:
                raise
        return self._read(str(path.full)), FULL


def _raise(row: bytes, levels: int) -> bytes:
    """The hashes that many levels above a row of whole subtrees."""
    for _ in range(levels):
        row = merkle.parents(row)
    return row
