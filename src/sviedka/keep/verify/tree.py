"""The tree of a ledger, built again from its entries and compared with everything that is stored.

An entry and the tile that holds its hash may contradict each other. Which of them is damaged, the
signed root tells: the one that does not lead to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keep.ledger.log import CHECKPOINT, JOURNAL
from sviedka.keep.ledger.merkle import HASH_SIZE, leaf_hash, subtree_root
from sviedka.keep.ledger.paths import FULL, TilePath
from sviedka.keep.ledger.tiles import TileBuilder, TileReader
from sviedka.keep.verify.stored import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sviedka.keep.ledger.note import Note
    from sviedka.keep.verify.report import Notebook


class Tree:
    """The entries of a ledger and their tree; all that is wrong stands in the notebook.

    ``size`` and ``root`` are of all entries, those of the journal included; ``whole`` is False if
    not every leaf is known, from its entry or from its tile: then they are of those before.
    """

    def __init__(self, folder: Path, notebook: Notebook) -> None:
        self._stored = Stored(folder, notebook)
        self._lost: set[int] = set()
        """Positions of entries that are altered or cannot be read."""
        self.whole = True
        self._tiles: dict[str, bytes] = {}
        builder = self._settle(*self._read_leaves())
        self._tail = self._behind() if self.whole else []
        filled = builder.add(map(leaf_hash, self._tail)) | builder.edge()
        self._tiles |= {str(path): data for path, data in filled.items()}
        self.size = builder.size
        self.root = builder.root()
        self._reader = TileReader(self._tiles.__getitem__, self.size)

    @property
    def note(self) -> Note | None:
        """The newest signed head, if there is one that can be read."""
        return self._stored.note

    @property
    def files(self) -> set[str]:
        """The paths, within the ledger, of the files that belong to it."""
        return self._stored.files

    def entries(self) -> Iterator[bytes | None]:
        """All entries in order; None for one that is altered or cannot be read."""
        tiled = self.size - len(self._tail)
        for start in range(0, tiled, FULL):
            bundle = self._stored.bundle(start // FULL)
            for position in range(start, min(start + FULL, tiled)):
                yield bundle[position - start] if bundle and position not in self._lost else None
        yield from self._tail

    def root_at(self, size: int) -> bytes:
        """The root over the first ``size`` entries."""
        return subtree_root(0, size, self._reader.hash_at)

    def _read_leaves(self) -> tuple[list[bytes], dict[int, bytes]]:
        """The leaf hashes of each bundle, and those of the tile where it has others."""
        rows: list[bytes] = []
        others: dict[int, bytes] = {}
        for index in range(-(-self._stored.size // FULL)):
            width = self._stored.width(index)
            bundle = self._stored.bundle(index, tell=True)
            stored = self._stored.tile(TilePath(0, index, width))
            if bundle is None and stored is None:
                self.whole = False
                break
            if bundle is None:
                self._lost.update(range(index * FULL, index * FULL + width))
            row = b"".join(map(leaf_hash, bundle)) if bundle else stored or b""
            if stored is not None and stored != row:
                others[index] = stored
            rows.append(row)
        return rows, others

    def _settle(self, rows: Sequence[bytes], others: Mapping[int, bytes]) -> TileBuilder:
        """Decide whom to believe where entries and tiles differ, and compare the upper tiles."""
        builder, filled = _built(rows)
        root = self._stored.root if self.whole else None
        rebuilt, refilled = builder, filled
        if others and root not in (None, builder.root()):
            rebuilt, refilled = _built([others.get(at, row) for at, row in enumerate(rows)])
        if rebuilt is not builder and rebuilt.root() == root:
            self._tell_entries(rows, others)
            builder, filled = rebuilt, refilled
        else:
            self._tell_tiles(others, sure=builder.root() == root)
        if root not in (None, builder.root()):
            self._stored.damage("the entries do not lead to the root of this head", CHECKPOINT)
        self._tiles = {str(path): data for path, data in filled.items()}
        for path, data in filled.items():
            if self.whole and path.level > 0 and self._stored.tile(path) not in (None, data):
                self._stored.damage("this tile does not hold the hashes of those below it", path)
        return builder

    def _tell_tiles(self, others: Mapping[int, bytes], *, sure: bool) -> None:
        for index in others:
            if sure:
                path = TilePath(0, index, self._stored.width(index))
                self._stored.damage("this tile does not hold the hashes of its entries", path)
            else:
                what = "these entries and the tile over them contradict each other"
                self._stored.damage(what, self._stored.bundle_path(index))

    def _tell_entries(self, rows: Sequence[bytes], others: Mapping[int, bytes]) -> None:
        for index, stored in others.items():
            for at in range(0, len(stored), HASH_SIZE):
                if rows[index][at : at + HASH_SIZE] != stored[at : at + HASH_SIZE]:
                    position = index * FULL + at // HASH_SIZE
                    self._lost.add(position)
                    path = self._stored.bundle_path(index)
                    self._stored.damage(f"entry {position} is altered", path)

    def _behind(self) -> list[bytes]:
        """The entries of the journal behind those in tiles, which it may repeat."""
        waiting, tiled = self._stored.journal, self._stored.size
        if waiting is None:
            return []
        known = tiled - waiting.start
        if not 0 <= known <= len(waiting.entries):
            what = f"it has {len(waiting.entries)} entries from {waiting.start} on"
            self._stored.damage(f"{what}, and the tiles hold {tiled}", JOURNAL)
            return []
        for position, entry in enumerate(waiting.entries[:known], waiting.start):
            if leaf_hash(entry) != self._leaf(position):
                self._stored.damage(f"entry {position} is another one in the tiles", JOURNAL)
                return []
        return waiting.entries[known:]

    def _leaf(self, position: int) -> bytes:
        index, at = divmod(position, FULL)
        row = self._tiles[str(TilePath(0, index, self._stored.width(index)))]
        return row[at * HASH_SIZE : (at + 1) * HASH_SIZE]


def _built(rows: Sequence[bytes]) -> tuple[TileBuilder, dict[TilePath, bytes]]:
    """The tree over rows of leaf hashes, with all its tiles."""
    builder = TileBuilder()
    filled: dict[TilePath, bytes] = {}
    for row in rows:
        filled |= builder.add(row[at : at + HASH_SIZE] for at in range(0, len(row), HASH_SIZE))
    return builder, filled | builder.edge()
