"""What HTTP does to a body on its way: chunks, compression (RFC 9112, 7.1; RFC 9110, 8.4)."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Final

from sviedka.readers.web.stream import FREE, GZIP, RATIO, BombError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DECODABLE: Final = frozenset({b"gzip", b"x-gzip", b"deflate"})
_LINE: Final = 256  # bytes of the line before a chunk
_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(?:;[^\n]*)?\r?\n")
_BIGGEST: Final = 1 << 40
_STEP: Final = 1 << 18


class Dechunker:
    """Takes chunks apart as they come, in pieces of any size, until the last has ``ended``."""

    def __init__(self) -> None:
        self._line = b""
        self._left = 0  # bytes of this chunk, with the line feed behind it
        self.ended = False
        self.broken = False

    def feed(self, data: memoryview) -> list[memoryview]:
        """The content among the next bytes; ``broken`` is set if these are no chunks."""
        found: list[memoryview] = []
        at = 0
        while at < len(data) and not (self.ended or self.broken):
            if self._left > 2:
                part = data[at : at + self._left - 2]
                found.append(part)
                self._left -= len(part)
                at += len(part)
            elif self._left:
                self.broken = data[at] != b"\r\n"[2 - self._left]
                self._left -= 1
                at += 1
            else:
                at = self._begin(data, at)
        return found

    def _begin(self, data: memoryview, at: int) -> int:
        part = bytes(data[at : at + _LINE])
        end = part.find(b"\n")
        self._line += part if end < 0 else part[: end + 1]
        if end < 0:
            self.broken = len(self._line) > _LINE
            return at + len(part)
        size = self._line.split(b";")[0].strip()
        self._line = b""
        try:
            count = int(size, 16)
        except ValueError:
            count = -1
        if not 0 <= count < _BIGGEST or b"_" in size:
            self.broken = True
        self.ended = count == 0
        self._left = count + 2
        return at + end + 1


def dechunked(blocks: Iterable[memoryview]) -> Iterator[memoryview]:
    """A body out of its chunks, or as it is where it begins with none.

    Some recorders take the chunks away and leave the header. DamagedError where they break off.
    """
    blocks = iter(blocks)
    first = b""
    while len(first) < _LINE and b"\n" not in first and (block := next(blocks, None)):
        first += block
    chunks = Dechunker() if _CHUNK.match(first) else None
    for each in chain([memoryview(first)], blocks):
        if chunks is None:
            yield each
            continue
        yield from chunks.feed(each)
        if chunks.broken:
            break
    if chunks and not chunks.ended:
        raise DamagedError("the chunks of the body break off")


def decompressed(blocks: Iterable[memoryview], coding: bytes) -> Iterator[memoryview]:
    """A body out of ``gzip`` or ``deflate``; as it is, if it was no gzip to begin with.

    DamagedError where it breaks off, BombError if it becomes more than a body may.
    """
    blocks = iter(blocks)
    first = next(blocks, None)
    if first is None:
        return
    all_blocks = chain([first], blocks)
    window = _wrapping(coding, first[0])
    if window:
        yield from _inflated(all_blocks, coding.decode("latin-1"), window)
    else:
        yield from all_blocks


def _wrapping(coding: bytes, first: int) -> int:
    """What zlib is told of a stream that begins so; 0 if it is none."""
    if coding.endswith(b"gzip"):  # it may have been taken out of it when it was recorded
        return 16 + zlib.MAX_WBITS if first == GZIP[0] else 0
    # What is called deflate comes with and without its zlib wrapping.
    return zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS


def _inflated(blocks: Iterable[memoryview], name: str, window: int) -> Iterator[memoryview]:
    taken = given = 0
    inflate = zlib.decompressobj(window)
    for block in blocks:
        rest: bytes | memoryview = block
        taken += len(block)
        while rest and not inflate.eof:
            try:
                data = inflate.decompress(rest, _STEP)
            except zlib.error as error:
                raise DamagedError(f"the body is no {name}") from error
            given += len(data)
            if given > max(FREE, RATIO * taken):
                raise BombError(f"the body inflates to more than {RATIO} times its size")
            if data:
                yield memoryview(data)
            rest = inflate.unconsumed_tail
    if not inflate.eof:
        raise DamagedError(f"the body breaks off as {name}")


def body(blocks: Iterable[memoryview], transfer: bytes, content: bytes) -> Iterator[memoryview]:
    """A body as its author wrote it, as far as the codings are known here."""
    if b"chunked" in transfer.lower():
        blocks = dechunked(blocks)
    for coding in _known(content):
        blocks = decompressed(blocks, coding)
    return iter(blocks)


def unknown(content: bytes) -> bytes:
    """The codings that ``body`` leaves around a body."""
    codings = _codings(content)
    return b", ".join(codings[: len(codings) - len(_known(content))])


def _known(content: bytes) -> list[bytes]:
    """The codings to undo, the outermost first, up to one that is not known here."""
    return list(takewhile(DECODABLE.__contains__, reversed(_codings(content))))


def _codings(content: bytes) -> list[bytes]:
    named = [each.strip().lower() for each in content.split(b",")]
    return [each for each in named if each not in {b"", b"identity"}]


def beginning(start: bytes, transfer: bytes, content: bytes, most: int) -> bytes:
    """The first bytes of a body whose coded bytes begin so; b"" if they cannot be told."""
    found = bytearray()
    with suppress(BombError, DamagedError):
        for block in body([memoryview(start)], transfer, content):
            found += block
            if len(found) >= most:
                break
    return bytes(found[:most])
