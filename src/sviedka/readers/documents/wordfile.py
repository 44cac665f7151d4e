"""The parts of a Word 97 file: its header, the table of pieces, lists of strings ([MS-DOC])."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from struct import error as StructError  # noqa: N812 (it is a class, whatever it is called)
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from sviedka.readers.outlet import PartError
from sviedka.readers.wording import UTF_16

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 1 << 27
"""Bytes of UTF-16 that a document may have; pieces may all point to the same place."""
PIECES: Final = 1 << 20
STRINGS: Final = 10_000
_SIGN: Final = 0xA5EC
_WORD_97: Final = 0xC1
_COMPRESSED: Final = 1 << 30
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_STORIES: Final = (  # 2.5.4, FibRgLw97, from ccpText on; the fourth is reserved
    "", "footnotes", "headers", "", "comments", "endnotes", "text boxes", "header text boxes",
)  # fmt: skip
_CODE: Final = re.compile("\x13[^\x13\x14\x15]*[\x14\x15]?")
"""What a field computes from, 2.8.25; what it shows follows."""


@dataclass(frozen=True, slots=True)
class Header:
    """The file information block, 2.5: where everything else lies."""

    stream: bytes
    """The whole stream ``WordDocument``."""

    @classmethod
    def parse(cls, stream: bytes) -> Header:
        """Raises PartError for what is encrypted, or is none."""
        if len(stream) < 0x200 or unpack_from("<H", stream)[0] != _SIGN:
            raise PartError("damaged", "the text does not begin as Word's does")
        header = cls(stream)
        if header._flags & _ENCRYPTED:
            raise PartError("encrypted", "the document needs a password")
        return header

    @property
    def _flags(self) -> int:
        return int(unpack_from("<H", self.stream, 0x0A)[0])

    @property
    def old(self) -> bool:
        """Whether it is of Word 6 or 95."""
        return bool(unpack_from("<H", self.stream, 2)[0] < _WORD_97)

    @property
    def table(self) -> str:
        """The stream with the tables."""
        return "1Table" if self._flags & _SECOND_TABLE else "0Table"

    def simple(self) -> bytes:
        """The text of Word 6 or 95, in the encoding of its time."""
        start, end = unpack_from("<II", self.stream, 0x18)
        return self.stream[start:end]

    def extent(self, index: int, table: bytes) -> bytes:
        """What FibRgFcLcb97 (2.5.6) says of ``index``, out of the stream with the tables."""
        place = 0x9A + 8 * index
        if place + 8 > len(self.stream):
            return b""
        start, size = unpack_from("<II", self.stream, place)
        return table[start : start + size]


def passages(header: Header, table: bytes) -> Iterator[tuple[str, str]]:
    """The name and the text of each story: the body, named "", footnotes, comments and others."""
    try:
        whole = b"".join(_pieces(header.stream, header.extent(33, table)))
        lengths = unpack_from("<8I", header.stream, 0x4C)
    except StructError as error:
        raise PartError("damaged", "the table of pieces of text is damaged") from error
    ends = [0, *accumulate(2 * length for length in lengths)]
    for name, (start, end) in zip(_STORIES, pairwise(ends), strict=True):
        text = whole[start:end].decode(UTF_16, "replace")
        yield name, _CODE.sub("", text).replace("\x15", "")


def _pieces(stream: bytes, clx: bytes) -> Iterator[bytes]:
    """The pieces of text in order, in UTF-16 (2.9.38, 2.9.177)."""
    at = 0
    while clx[at : at + 1] == b"\1":  # Prc: formatting, to be passed over
        at += 3 + unpack_from("<H", clx, at + 1)[0]
    size = unpack_from("<I", clx, at + 1)[0]
    if clx[at] != 2 or size > len(clx) - at - 5:
        raise PartError("damaged", "the table of pieces of text is damaged")
    count = min((size - 4) // 12, PIECES)
    places = unpack_from(f"<{count + 1}I", clx, at + 5)
    left = LONGEST
    for index, (start, end) in enumerate(pairwise(places)):
        offset = unpack_from("<I", clx, at + 5 + 4 * (count + 1) + 8 * index + 2)[0]
        length = max(end - start, 0)
        left -= 2 * length
        if left < 0:
            raise PartError("too_big", "more text than any document has: a bomb?")
        if offset & _COMPRESSED:
            place = (offset & ~_COMPRESSED) // 2
            yield stream[place : place + length].decode("cp1252", "replace").encode(UTF_16)
        else:
            yield stream[offset : offset + 2 * length]


def strings(data: bytes) -> list[str]:
    """A string table, 2.2.4: extended, or empty if it is not."""
    if len(data) < 6 or data[:2] != b"\xff\xff":
        return []
    count, extra = unpack_from("<HH", data, 2)
    found: list[str] = []
    at = 6
    while len(found) < min(count, STRINGS) and at + 2 <= len(data):
        end = at + 2 + 2 * unpack_from("<H", data, at)[0]
        found.append(data[at + 2 : end].decode(UTF_16, "replace"))
        at = end + extra
    return found
