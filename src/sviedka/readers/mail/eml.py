"""A file that is one mail, as most programs save it and as Apple Mail keeps it."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from sviedka.readers.findings import Fault, frames
from sviedka.readers.mail.headers import LONGEST_HEAD, head
from sviedka.readers.mail.message import Message, fields
from sviedka.readers.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding

LARGEST: Final = 64 << 20
"""Bytes of a mail that is taken apart; most servers refuse more than 25 to 50 MB."""
_LENGTH: Final = re.compile(rb"\s*(\d{1,12})\s*\n")


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: one mail in the form of RFC 5322."""
    del arguments
    return frames(findings(io.BufferedReader(source)))


def parse_apple(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: Apple Mail's ``.emlx``: a length, the mail, and a property list."""
    del arguments
    return frames(apple(io.BufferedReader(source)))


def findings(file: BinaryIO) -> Iterator[Finding]:
    """What the mail that is the whole of ``file`` holds."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    yield from _mail(file.read(min(size, LARGEST)), size)


def apple(file: BinaryIO) -> Iterator[Finding]:
    """What the mail in an ``.emlx`` holds. The property list is the mail program's own."""
    line = file.readline(32)
    stated = _LENGTH.fullmatch(line)
    if stated is None:
        yield Fault(0, "line 1", "damaged", "it does not begin with the length of a mail")
        yield from findings(file)
        return
    size = int(stated[1])
    data = file.read(min(size, LARGEST))
    yield from _mail(data, size)
    if len(data) < min(size, LARGEST):
        yield Fault(0, "end", "damaged", f"it breaks off after {len(data)} bytes of {size}")


def _mail(data: bytes, size: int) -> Iterator[Finding]:
    if size > LARGEST:
        yield from fields(0, head(data, 0, min(len(data), LONGEST_HEAD))[0])
        what = f"a mail of {size} bytes is not taken apart; {LARGEST} at most are"
        yield Fault(0, "body", "too_big", what)
    else:
        yield from Message(Outlet(size), 0).findings(data)
