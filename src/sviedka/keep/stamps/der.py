"""Just enough of DER (X.690) to find a part of a structure: definite lengths, one-byte tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTEGER: Final = 0x02
OCTETS: Final = 0x04
OID: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
FIRST: Final = 0xA0
"""``[0]``, constructed."""
_LONGEST: Final = 4
"""Bytes of a length: what we read is far below 4 GiB."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element of ``data``, from ``start`` to ``end``; its content begins at ``inner``."""

    data: bytes
    tag: int
    start: int
    inner: int
    end: int

    def __bytes__(self) -> bytes:
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """What it holds."""
        return self.data[self.inner : self.end]

    @property
    def parts(self) -> Sequence[Part]:
        """The elements that it consists of; FormatError if it does not."""
        found, at = [], self.inner
        while at < self.end:
            found.append(_read(self.data, at, self.end))
            at = found[-1].end
        return found


def parse(data: bytes) -> Part:
    """The one element that some bytes are; FormatError if they are not."""
    part = _read(data, 0, len(data))
    if part.end != len(data):
        raise FormatError("there is something behind the end of this DER structure")
    return part


def child(part: Part, index: int, tag: int) -> Part:
    """An element of another by its place; FormatError if there is none, or it has another tag."""
    parts = part.parts
    if index >= len(parts) or parts[index].tag != tag:
        raise FormatError("a DER structure lacks a part, or has another in its place")
    return parts[index]


def write(tag: int, content: bytes) -> bytes:
    """An element."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 + len(length)]) + length + content


def _read(data: bytes, at: int, end: int) -> Part:
    if end - at < 2 or data[at] & 0x1F == 0x1F:
        raise FormatError("this is not DER")
    inner, length = at + 2, data[at + 1]
    if length >= 0x80:
        count = length - 0x80
        inner += count
        if not 0 < count <= _LONGEST or inner > end:
            raise FormatError("a length in this DER structure is none")
        length = int.from_bytes(data[at + 2 : inner])
    if length > end - inner:
        raise FormatError("a DER structure ends too early")
    return Part(data, data[at], at, inner, inner + length)
