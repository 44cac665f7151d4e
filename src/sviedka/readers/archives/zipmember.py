"""The bytes of one member of a ZIP, and where a member stands."""

from __future__ import annotations

import lzma
import struct
from typing import TYPE_CHECKING, BinaryIO, Final
from zlib import crc32

from sviedka.readers.archives.expanding import MEMORY, Decompress, bzip2, deflate, expanded
from sviedka.readers.archives.zipdirectory import LOCAL, LOCAL_HEADER, standing
from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.archives.expanding import Expander
    from sviedka.readers.archives.zipdirectory import Member

ANYWAY: Final = 64 << 20
"""Bytes that any member may hold, however few they are when compressed."""
TIMES: Final = 100
"""And beyond those, how many times as many; DEFLATE goes to 1,032, honest files seldom to 50."""

_ENCRYPTED: Final = 0x2041  # flags: encrypted, strongly, its header too
_SIZED_LATER: Final = 0x0008  # flag: checksum and sizes follow the data
_AES: Final = 99
_DESCRIPTOR: Final = b"PK\7\x08"
_BLOCK: Final = 1 << 16


class Content:
    """The bytes of a member that begin at ``at``, checked against what ``member`` says.

    Iterated over once; PartError if they are encrypted, of an unknown method, damaged, or far too
    many. ``end`` is how far the compressed bytes were used.
    """

    def __init__(self, file: BinaryIO, member: Member, at: int) -> None:
        self._file = file
        self._member = member
        self._at = self.end = at
        # Only a local header of what was written as a stream leaves it open.
        self._sized = bool(member.compressed) or not member.flags & _SIZED_LATER

    def __iter__(self) -> Iterator[bytes]:
        member = self._member
        if member.flags & _ENCRYPTED or member.method == _AES:
            raise PartError("encrypted", "it is encrypted and needs a password")
        made = crc = 0
        for piece in self._pieces():
            made += len(piece)
            if self._sized and made > member.size:
                raise PartError("damaged", f"it holds more than the {member.size} bytes it states")
            if made > ANYWAY + TIMES * (self.end - self._at):
                raise PartError("too_big", "it grows so much when unpacked that it may be a bomb")
            crc = crc32(piece, crc)
            yield piece
        if self._sized and made < member.size:
            raise PartError("damaged", f"it holds {made} bytes of the {member.size} it states")
        if crc != (member.crc if self._sized else self._later()):
            raise PartError("damaged", "its checksum is wrong")

    def _pieces(self) -> Iterator[bytes]:
        method = self._member.method
        if method == 0:
            if not self._sized:
                raise PartError("unsupported", "nothing says where it ends")
            yield from self._raw()
        elif method == 8:
            yield from self._expanded(deflate())
        elif method == 12:
            yield from self._expanded(bzip2())
        elif method == 14:
            yield from self._expanded(self._lzma())
        else:
            raise PartError("unsupported", f"it is compressed by method {method}")

    def _raw(self) -> Iterator[bytes]:
        """The compressed bytes, as far as the file goes; without end if their size is unknown."""
        left = self._member.compressed - (self.end - self._at)
        while left > 0 or not self._sized:
            self._file.seek(self.end)  # other members may have been read between two blocks
            block = self._file.read(min(left, _BLOCK) if self._sized else _BLOCK)
            if not block:
                return
            left -= len(block)
            self.end += len(block)
            yield block

    def _expanded(self, expander: Expander) -> Iterator[bytes]:
        yield from expanded(expander, self._raw())
        self.end -= len(expander.unused_data)

    def _lzma(self) -> Expander:
        """APPNOTE 5.8.8: version, length of properties, and the five bytes of LZMA's own."""
        self._file.seek(self.end)
        header = self._file.read(9)
        if len(header) < 9 or header[2:4] != b"\5\0" or header[4] >= 9 * 5 * 5:
            raise PartError("damaged", "its LZMA header is broken")
        (dictionary,) = struct.unpack_from("<I", header, 5)
        if dictionary > MEMORY:
            raise PartError("too_big", f"it needs {dictionary} bytes of memory to be unpacked")
        self.end += len(header)
        rest, lc = divmod(header[4], 9)
        pb, lp = divmod(rest, 5)
        if lc + lp > 4:
            raise PartError("unsupported", "it is compressed by an odd LZMA")
        chain = {
            "id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp,
            "pb": pb,
        }  # fmt: skip
        return Decompress(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain]))

    def _later(self) -> int:
        """The checksum that follows the data (4.3.9); with it they are over."""
        self._file.seek(self.end)
        found = self._file.read(8).removeprefix(_DESCRIPTOR)
        return int.from_bytes(found[:4], "little")


def standing_at(file: BinaryIO, at: int) -> tuple[Member, int] | None:
    """The member whose local header stands at ``at``, and where its data begin; or None."""
    file.seek(at)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or not header.startswith(LOCAL):
        return None
    named, extra = struct.unpack_from("<2H", header, LOCAL_HEADER.size - 4)
    rest = file.read(named + extra)
    if len(rest) < named + extra:
        return None
    return standing(header, rest, at), at + len(header) + len(rest)


def next_standing(file: BinaryIO, at: int, stop: int) -> int | None:
    """Where between ``at`` and ``stop`` the next local header may begin."""
    held = b""
    while at < stop:
        file.seek(at)
        block = file.read(min(_BLOCK, stop - at))
        if not block:
            return None
        found = (held + block).find(LOCAL)
        if found >= 0:
            return at - len(held) + found
        at += len(block)
        held = block[1 - len(LOCAL) :]
    return None
