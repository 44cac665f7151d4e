"""What a ZIP says of its members: in the directory at its end, and in front of each.

APPNOTE 4.3.7 (local header), 4.3.12 to 4.3.16 (directory); 4.5 and Info-ZIP for extra fields.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL: Final = b"PK\3\4"
LOCAL_HEADER: Final = struct.Struct("<4s2x4H3I2H")
_CENTRAL, _END, _END64, _LOCATOR = b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7"
_CENTRAL_HEADER: Final = struct.Struct("<4s4x4H3I3H8xI")
_END_HEADER: Final = struct.Struct("<4s4H2IH")
_LOCATOR_HEADER: Final = struct.Struct("<4s4xQ4x")
_END64_HEADER: Final = struct.Struct("<4s36x2Q")
_LONGEST_COMMENT: Final = 0xFFFF
_UNSTATED: Final = 0xFFFFFFFF  # "see the ZIP64 field"
_ZIP64, _NTFS, _UNIX_TIME = 0x0001, 0x000A, 0x5455
_NTFS_EPOCH: Final = 11_644_473_600  # seconds from 1601 to 1970


@dataclass(frozen=True, slots=True)
class Member:
    """A member as a header describes it.

    ``modified`` is in seconds since 1970, UTC; ``clock`` the maker's local time, ISO 8601, of a
    zone that nobody states; each may be missing. ``offset`` is that of the local header.
    """

    name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    offset: int
    modified: int | None
    clock: str

    @property
    def end(self) -> int:
        """Where its data end at the earliest."""
        return self.offset + LOCAL_HEADER.size + len(self.name) + self.compressed


class Directory(NamedTuple):
    """Where the directory stands, and how many bytes stand in front of the ZIP (a program)."""

    at: int
    size: int
    before: int
    comment: bytes


def directory(file: BinaryIO, size: int) -> Directory | None:
    """Find the directory of a ZIP of ``size`` bytes; None if there is none that fits."""
    start = max(0, size - _END_HEADER.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read(size - start)
    at = _end(tail)
    if at is None:
        return None
    *_, length, offset, comment = _END_HEADER.unpack_from(tail, at)
    text = tail[at + _END_HEADER.size :][:comment]
    at += start
    if wide := _end64(file, at):
        at, length, offset = wide
    before = at - length - offset
    return Directory(at - length, length, before, text) if before >= 0 else None


def _end64(file: BinaryIO, end: int) -> tuple[int, int, int] | None:
    """Where the ZIP64 end record in front of the one at ``end`` is, and what it says (4.3.14)."""
    if end < _LOCATOR_HEADER.size + _END64_HEADER.size:
        return None
    file.seek(end - _LOCATOR_HEADER.size)
    mark, stated = _LOCATOR_HEADER.unpack(file.read(_LOCATOR_HEADER.size))
    if mark != _LOCATOR:
        return None
    # Right in front, if nothing extends it; else where the locator says, which counts from the
    # beginning of the ZIP and not of what may stand before that.
    for at in (end - _LOCATOR_HEADER.size - _END64_HEADER.size, min(stated, end)):
        file.seek(at)
        record = file.read(_END64_HEADER.size)
        if len(record) == _END64_HEADER.size and record.startswith(_END64):
            return at, *_END64_HEADER.unpack(record)[1:]
    return None


def _end(tail: bytes) -> int | None:
    """Where the end record is: the last whose comment goes to the end, else the last at all."""
    found = None
    at = tail.rfind(_END)
    while at >= 0:
        if at + _END_HEADER.size <= len(tail):
            (comment,) = struct.unpack_from("<H", tail, at + _END_HEADER.size - 2)
            if at + _END_HEADER.size + comment == len(tail):
                return at
            found = at if found is None else found
        at = tail.rfind(_END, 0, at)
    return found


def listed(file: BinaryIO, found: Directory) -> Iterator[Member]:
    """What the directory lists; PartError where it breaks off."""
    file.seek(found.at)
    left = found.size
    while left >= _CENTRAL_HEADER.size:
        header = file.read(_CENTRAL_HEADER.size)
        if len(header) < _CENTRAL_HEADER.size or not header.startswith(_CENTRAL):
            raise PartError("damaged", "its directory breaks off")
        (_, flags, method, time, date, crc, compressed, size, *lengths, offset) = (
            _CENTRAL_HEADER.unpack(header)
        )
        named, extra, comment = lengths
        rest = file.read(named + extra + comment)
        left -= len(header) + len(rest)
        sizes, modified = _extra(rest[named : named + extra], (size, compressed, offset))
        yield Member(
            rest[:named], flags, method, crc, sizes[1], sizes[0], sizes[2] + found.before,
            modified, _clock(date, time),
        )  # fmt: skip


def standing(header: bytes, rest: bytes, offset: int) -> Member:
    """What a local header and the name and extra fields behind it (``rest``) say."""
    _, flags, method, time, date, crc, compressed, size, named, _ = LOCAL_HEADER.unpack(header)
    sizes, modified = _extra(rest[named:], (size, compressed))
    return Member(
        rest[:named], flags, method, crc, sizes[1], sizes[0], offset, modified, _clock(date, time)
    )


def _extra(extra: bytes, stated: tuple[int, ...]) -> tuple[list[int], int | None]:
    """The numbers that ``stated`` leaves to the ZIP64 field, and the time of last change."""
    numbers, modified = list(stated), None
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _ZIP64:
            wide = (int.from_bytes(field[i : i + 8], "little") for i in range(0, len(field), 8))
            numbers = [next(wide, n) if n == _UNSTATED else n for n in numbers]
        elif kind == _UNIX_TIME and len(field) >= 5 and field[0] & 1:
            modified = int.from_bytes(field[1:5], "little", signed=True)
        elif kind == _NTFS and field[4:8] == b"\1\0\x18\0" and len(field) >= 16:
            ticks = int.from_bytes(field[8:16], "little")  # of 100 ns
            modified = modified or ticks // 10_000_000 - _NTFS_EPOCH
    return numbers, modified


def _clock(date: int, time: int) -> str:
    """MS-DOS date and time (APPNOTE 4.4.6) as ISO 8601, or "" where no time is stated."""
    if not date:
        return ""
    year, month, day = (date >> 9) + 1980, date >> 5 & 15, date & 31
    return f"{year}-{month:02}-{day:02}T{time >> 11:02}:{time >> 5 & 63:02}:{time % 32 * 2:02}"
