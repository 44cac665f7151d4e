"""Where the parts of a tiled log lie: ``tile/<L>/<N>[.p/<W>]`` (C2SP tlog-tiles, "Merkle Tree")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, UsageError
from sviedka.keep.ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL: Final = 256
"""How many hashes a full tile, and entries a full bundle, holds."""

LEVEL_BITS: Final = 8
"""Levels of the tree in one level of tiles."""

TOP_LEVEL: Final = 63
"""The highest level that a path can name."""

ENTRIES: Final = -1
"""The level that stands for bundles of entries (as in golang.org/x/mod/sumdb/tlog)."""

# Seven groups of three digits hold 2^63 - 1. No index has a leading group of zeros, or one tile
# would have several names.
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)"
    r"/(?P<index>(?!x000/)(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class TilePath:
    """The name of one tile of hashes, or of one bundle of entries (level ``ENTRIES``).

    ``index`` counts tiles within the level; ``width`` below 256 says that the tile is partial.
    """

    level: int
    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not (
            ENTRIES <= self.level <= TOP_LEVEL
            and 0 <= self.index <= MAX_SIZE
            and 0 < self.width <= FULL
        ):
            raise UsageError(f"no such tile: {self.level}, {self.index}, {self.width}")

    def __str__(self) -> str:
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        suffix = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{'entries' if self.level == ENTRIES else self.level}/{index}{suffix}"

    @classmethod
    def parse(cls, path: str) -> TilePath:
        """Read a path, relative to the log; FormatError if it names no tile or bundle."""
        found = _PATH.fullmatch(path)
        if not found:
            raise FormatError(f"not the path of a tile: {path[:80]!r}")
        level = ENTRIES if found["level"] == "entries" else int(found["level"])
        index = int(found["index"].replace("x", "").replace("/", ""))
        width = int(found["width"] or FULL)
        if level > TOP_LEVEL or index > MAX_SIZE or (found["width"] and width >= FULL):
            raise FormatError(f"not the path of a tile: {path[:80]!r}")
        return cls(level, index, width)

    @property
    def full(self) -> TilePath:
        """The full tile that this one is, or will be, the beginning of."""
        return TilePath(self.level, self.index)


def hashes_at(level: int, size: int) -> int:
    """Hashes, and so complete nodes, at a level of tiles in a tree of ``size`` leaves."""
    return size >> level * LEVEL_BITS


def edge_paths(size: int) -> Iterator[TilePath]:
    """The partial tiles of a tree of ``size`` leaves, lowest level first."""
    level = 0
    while hashes := hashes_at(level, size):
        if width := hashes % FULL:
            yield TilePath(level, hashes // FULL, width)
        level += 1
