"""Boxes within boxes: the ISO base media file format (ISO/IEC 14496-12, 4.2) and QuickTime."""

from __future__ import annotations

from struct import unpack
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

MOST: Final = 20_000
"""Boxes of one file that are looked at; a film in fragments has one for every few seconds."""
LARGEST: Final = 4 << 20
"""Bytes of a box that are read."""


class Box(NamedTuple):
    """A box: its four letters, and where its content begins and ends in the file."""

    kind: bytes
    start: int
    end: int


class Boxes:
    """The boxes of one open file."""

    def __init__(self, source: FileIO) -> None:
        self._source = source
        self.end = source.seek(0, 2)
        self._left = MOST

    def inside(self, start: int, end: int) -> Iterator[Box]:
        """The boxes between two places. PartError where a box reaches beyond what holds it."""
        while end - start >= 8:
            self._left -= 1
            if self._left < 0:
                raise PartError("too_many", f"more than {MOST} boxes")
            size, kind = unpack(">I4s", self._at(start, 8))
            head = 8
            if size == 1:
                size, head = unpack(">Q", self._at(start + 8, 8).ljust(8, b"\0"))[0], 16
            elif size == 0:  # to the end
                size = end - start
            if size < head or start + size > end:
                yield Box(kind, start + head, end)
                raise PartError("damaged", f"a box {kind!r} at byte {start} is cut off")
            yield Box(kind, start + head, start + size)
            start += size

    def content(self, box: Box, skip: int = 0, most: int = LARGEST) -> bytes:
        """The first bytes of a box."""
        return self._at(box.start + skip, min(max(box.end - box.start - skip, 0), most))

    def _at(self, place: int, size: int) -> bytes:
        self._source.seek(place)
        return self._source.read(size)
