"""A stream of bytes that is read once, in order, and may turn out to be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO


class Stream:
    """What ``blocks`` hold, at most ``most`` bytes; ``trouble`` is why it ended before its time."""

    def __init__(self, blocks: Iterable[bytes], most: int) -> None:
        self._blocks = iter(blocks)
        self._held = b""
        self._left = most
        self.offset = 0
        self.trouble: PartError | None = None

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer only at the end."""
        return b"".join(self.pieces(size))

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next ``size`` bytes as they come; fewer only at the end."""
        while size > 0:
            self._held = self._held or self._next()
            if not self._held:
                return
            piece, self._held = self._held[:size], self._held[size:]
            self.offset += len(piece)
            size -= len(piece)
            yield piece

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes, or fewer at the end, which are read again later."""
        while len(self._held) < size and (block := self._next()):
            self._held += block
        return self._held[:size]

    def skip(self, size: int) -> bool:
        """Leave out ``size`` bytes; whether there were that many."""
        return sum(map(len, self.pieces(size))) == size

    def _next(self) -> bytes:
        if self.trouble:
            return b""
        try:
            block = next(filter(None, self._blocks), b"")
        except PartError as error:
            self.trouble = error
            return b""
        self._left -= len(block)
        if self._left >= 0:
            return block
        what = "it grows so much when unpacked that it may be a bomb"
        self.trouble = PartError("too_big", what)
        return b""


def file_blocks(file: BinaryIO, size: int = 1 << 16) -> Iterator[bytes]:
    """A file from where it stands to its end, in blocks of ``size`` bytes."""
    while block := file.read(size):
        yield block
