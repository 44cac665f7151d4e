"""Reading bytes in order: out of a file, out of a gzip member of it, up to a blank line."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GZIP: Final = b"\x1f\x8b\x08"
"""How a gzip member begins: two bytes of magic, and deflate (RFC 1952, 2.3.1)."""
PIECE: Final = 1 << 14
"""Bytes that are inflated at once: at most 1032 times as many come out (zlib's Technical Details),
and what a member leaves over of them is soon read again."""
_BLOCK: Final = 1 << 18
FREE: Final = 64 << 20
RATIO: Final = 200
"""A member may inflate to ``FREE`` bytes, or to so many times its size: pages hardly reach a
tenth of that."""
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_NEAR: Final = 3  # bytes of a blank line that may stand before the part that is looked through


class Seekable(Protocol):
    """A file, or a part of one, as far as reading needs it."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""

    def seek(self, offset: int, /) -> object:
        """Move to an offset."""


class DamagedError(Exception):
    """The stream is not what it should be; it says why. Never leaves this package."""


class BombError(Exception):
    """More comes out of it than may. Never leaves this package."""


class Input:
    """A file, read forward in pieces, with the last piece to be given back in part."""

    def __init__(self, file: Seekable) -> None:
        self._file = file
        self._block = b""
        self._at = 0
        self._end = 0

    @property
    def position(self) -> int:
        """Offset of the next byte."""
        return self._end - len(self._block) + self._at

    def seek(self, position: int) -> None:
        """Go on from an offset."""
        start = self._end - len(self._block)
        if start <= position <= self._end:
            self._at = position - start
            return
        self._file.seek(position)
        self._block, self._at, self._end = b"", 0, position

    def piece(self, most: int = PIECE) -> bytes:
        """The next bytes, at most so many; none at the end."""
        if self._at == len(self._block):
            self._block, self._at = self._file.read(_BLOCK), 0
            self._end += len(self._block)
        piece = self._block[self._at : self._at + most]
        self._at += len(piece)
        return piece

    def back(self, count: int) -> None:
        """Give back so many of the bytes that came last."""
        self._at -= count

    def peek(self, size: int) -> bytes:
        """The next bytes without taking them; fewer only at the end."""
        while len(self._block) - self._at < size:
            more = self._file.read(_BLOCK)
            if not more:
                break
            self._block, self._at = self._block[self._at :] + more, 0
            self._end += len(more)
        return self._block[self._at : self._at + size]

    def find(self, pattern: re.Pattern[bytes], overlap: int) -> int | None:
        """Where the pattern, at most ``overlap`` bytes long, is next; None if nowhere.

        It is the position then, or the end.
        """
        more = True
        while True:
            found = pattern.search(self._block, self._at)
            if found and (found.end() < len(self._block) or not more):
                self._at = found.start()
                return self.position
            if not more:
                self._at = len(self._block)
                return None
            more = self._follow(overlap)

    def _follow(self, overlap: int) -> bool:
        """Read on, keeping so many bytes before; False at the end."""
        more = self._file.read(_BLOCK)
        keep = max(self._at, len(self._block) - overlap)
        self._block, self._at = self._block[keep:] + more, 0
        self._end += len(more)
        return bool(more)


def pieces(source: Input) -> Iterator[bytes]:
    """What is left of a file."""
    while piece := source.piece(_BLOCK):
        yield piece


def inflated(source: Input) -> Iterator[bytes]:
    """One gzip member, decompressed; behind it, ``source`` stands at its end.

    DamagedError if it is no member or is cut off, BombError if it is one.
    """
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    taken = given = 0
    while not inflate.eof:
        piece = source.piece()
        if not piece:
            raise DamagedError("a gzip member is cut off")
        try:
            data = inflate.decompress(piece)
        except zlib.error as error:
            raise DamagedError("a gzip member is damaged") from error
        taken += len(piece)
        given += len(data)
        if given > max(FREE, RATIO * taken):
            raise BombError(f"a gzip member inflates to more than {RATIO} times its size")
        if data:
            yield data
    source.back(len(inflate.unused_data))


class Window:
    """A stream of blocks, to be taken line by line or in bulk. ``position`` counts from 0."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._held = b""
        self._at = 0
        self._end = 0

    @property
    def position(self) -> int:
        """How many bytes were taken."""
        return self._end - len(self._held) + self._at

    def _more(self) -> bool:
        """Hold one block more; False at the end."""
        block = next(self._blocks, b"")
        self._held = self._held[self._at :] + block if self._at < len(self._held) else block
        self._at = 0
        self._end += len(block)
        return bool(block)

    def peek(self, size: int) -> bytes:
        """The next bytes without taking them; fewer only at the end."""
        while len(self._held) - self._at < size and self._more():
            pass
        return self._held[self._at : self._at + size]

    def head(self, most: int) -> bytes | None:
        """Lines up to a blank one, with it; None if there is none within ``most`` bytes."""
        seen = 0
        while True:
            found = _BLANK.search(self._held, self._at + seen)
            end = found.end() - self._at if found else len(self._held) - self._at
            if found and end <= most:
                return self._cut(end)
            if end > most:
                return None
            seen = max(0, end - _NEAR)
            if not self._more():
                return None

    def line(self, most: int) -> bytes:
        """Bytes up to a line feed, with it; or the next ``most``, or what is left."""
        while True:
            found = self._held.find(b"\n", self._at, self._at + most)
            held = len(self._held) - self._at
            if found >= 0:
                return self._cut(found + 1 - self._at)
            if held >= most or not self._more():
                return self._cut(min(held, most))

    def take(self, most: int) -> memoryview:
        """The next bytes, at most so many; none only at the end."""
        if self._at == len(self._held) and not self._more():
            return memoryview(b"")
        taken = memoryview(self._held)[self._at : self._at + most]
        self._at += len(taken)
        return taken

    def skip(self, size: int) -> None:
        """Take bytes that were seen by ``peek``."""
        self._at += size

    def _cut(self, size: int) -> bytes:
        taken = self._held[self._at : self._at + size]
        self._at += size
        return taken
