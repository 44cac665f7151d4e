"""The headers of a tar archive: ustar, pax, GNU, and what was there before them (POSIX pax, 4.18).

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html; GNU's in its manual's annex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BLOCK: Final = 512
LONGEST_EXTENSION: Final = 1 << 20
"""Bytes of an extended header; what it holds are names and times."""

_LATER: Final = b" " * 8  # the checksum counts as blanks while it is made


@dataclass(frozen=True, slots=True)
class Header:
    """One header; ``kind`` is its type flag. ``size`` counts the bytes that follow it."""

    kind: bytes
    name: bytes
    size: int
    modified: int | None
    target: bytes
    owner: bytes
    extended: bool


def header(block: bytes) -> Header | None:
    """The header that a block is, or None if its checksum or a number is wrong."""
    stated = _number(block[148:156])
    if stated not in _sums(block):
        return None
    size = _number(block[124:136])
    if size is None or size < 0:
        return None
    name, kind = _text(block[0:100]), block[156:157]
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = prefix + b"/" + name
    sparse = kind == b"S"
    return Header(
        kind, name, size, _number(block[136:148]), _text(block[157:257]), _text(block[265:297]),
        extended=sparse and block[482] != 0,
    )  # fmt: skip


def records(extension: bytes) -> dict[bytes, bytes]:
    """What a pax extended header says: ``length key=value`` lines. It ends where it is broken."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(extension):
        digits, blank, _ = extension[at : at + 20].partition(b" ")
        if not blank or not digits.isdigit():
            break
        stop = at + int(digits)
        key, equals, value = extension[at + len(digits) + 1 : stop - 1].partition(b"=")
        if not equals or extension[stop - 1 : stop] != b"\n":
            break
        found[key] = value
        at = stop
    return found


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _number(field: bytes) -> int | None:
    """Octal digits, or, where the first bit is set, a binary number (GNU); None if neither."""
    if field[0] & 0x80:
        number = int.from_bytes(field, "big", signed=False) & ~(0x80 << 8 * (len(field) - 1))
        return number if field[0] == 0x80 else None
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if all(0x30 <= digit < 0x38 for digit in digits) else None


def _sums(block: bytes) -> tuple[int, int]:
    """The checksum, and the one of programs that took bytes for signed."""
    summed = block[:148] + _LATER + block[156:]
    plain = sum(summed)
    return plain, plain - 256 * sum(byte > 0x7F for byte in summed)
