"""Compressed bytes made whole again in pieces of a bounded size, whatever they expand to."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.readers.findings import BLOCK
from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MEMORY: Final = 128 << 20
"""Bytes that a dictionary of LZMA may take; ``xz -9`` takes 65 MiB."""
_ERRORS: Final = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)  # bz2 raises OSError


class Expander(Protocol):
    """What takes compressed bytes and gives back at most ``BLOCK`` at a time."""

    def expand(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` makes, in pieces."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has come to its end."""

    @property
    def unused_data(self) -> bytes:
        """What followed its end."""


class Inflate:
    """DEFLATE by zlib, whose machine keeps what it could not take yet apart."""

    def __init__(self, wbits: int) -> None:
        self._machine = zlib.decompressobj(wbits)

    def expand(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` makes, in pieces."""
        piece = b""
        while data or len(piece) == BLOCK:
            piece = self._machine.decompress(data, BLOCK)
            yield piece
            data = self._machine.unconsumed_tail

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has come to its end."""
        return self._machine.eof

    @property
    def unused_data(self) -> bytes:
        """What followed its end."""
        return self._machine.unused_data


class Decompress:
    """bzip2 and LZMA, whose machines keep what they could not take yet."""

    def __init__(self, machine: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._machine = machine

    def expand(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` makes, in pieces."""
        yield self._machine.decompress(data, BLOCK)
        while not self._machine.needs_input and not self._machine.eof:
            yield self._machine.decompress(b"", BLOCK)

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has come to its end."""
        return self._machine.eof

    @property
    def unused_data(self) -> bytes:
        """What followed its end."""
        return self._machine.unused_data


def deflate() -> Expander:
    """Of raw DEFLATE data, as in a ZIP."""
    return Inflate(-zlib.MAX_WBITS)


def gzip() -> Expander:
    """Of one gzip member, its header and checksum included."""
    return Inflate(zlib.MAX_WBITS | 16)


def bzip2() -> Expander:
    """Of one bzip2 stream."""
    return Decompress(bz2.BZ2Decompressor())


def xz() -> Expander:
    """Of one .xz or .lzma stream."""
    return Decompress(lzma.LZMADecompressor(memlimit=MEMORY))


def expanded(expander: Expander, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What compressed ``blocks`` hold, up to the end of one stream.

    PartError if they are damaged or end early; what came before it is sound as far as it goes.
    """
    for block in blocks:
        yield from _pieces(expander, block)
        if expander.eof:
            return
    raise PartError("damaged", "its compressed data end early")


def streams(make: Callable[[], Expander], blocks: Iterable[bytes]) -> Iterator[bytes]:
    """What compressed ``blocks`` hold, stream after stream, as gzip, bzip2 and xz allow.

    Zero bytes after the last are padding. PartError as ``expanded`` raises it.
    """
    expander, begun = make(), False
    for block in blocks:
        data = block
        while data:
            if not begun:
                data = data.lstrip(b"\0")
                begun = bool(data)
            yield from _pieces(expander, data)
            if not expander.eof:
                break
            data = expander.unused_data
            expander, begun = make(), False
    if begun:
        raise PartError("damaged", "its compressed data end early")


def _pieces(expander: Expander, block: bytes) -> Iterator[bytes]:
    try:
        yield from filter(None, expander.expand(block))
    except _ERRORS as error:
        raise PartError("damaged", f"its compressed data are broken: {error}") from error
