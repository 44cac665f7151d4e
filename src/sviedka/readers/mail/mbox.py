"""A mail box: mails one after another, each begun by a line "From ...".

RFC 4155 and the dialects that it leaves alone (mboxo, mboxrd, mboxcl; carriage returns, any bytes
in the line). Mails are given as they stand: a ">" that a program put before "From " stays.
"""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from sviedka.errors import InputError
from sviedka.readers.facts import fact
from sviedka.readers.findings import Part, frames
from sviedka.readers.mail import headers
from sviedka.readers.mail.eml import LARGEST
from sviedka.readers.mail.message import Message
from sviedka.readers.outlet import Outlet, PartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding

MOST: Final = 1_000_000
"""Mails and attachments of one mail box."""
BEGINS: Final = re.compile(
    rb"From [^\n]{0,900}?\d:\d\d[^\n]{0,100}\r?\n(?:[!-9;-~]{1,200}:|>From )"
)
"""The line that begins a mail (an address and a time), and the beginning of a field after it."""

_BLOCK: Final = 1 << 20
_AHEAD: Final = 1300  # bytes: the longest that BEGINS matches
_MARK: Final = b"\nFrom "
_EMPTY: Final = re.compile(rb"\n(?=\r\n)|.\n(?=\n)", re.DOTALL)  # what ends before an empty line
_LAST: Final = re.compile(rb"\n(\r?\n)\Z")
_BEHIND: Final = 8  # bytes: what _EMPTY looks back, and the length of _MARK


class _Mail(NamedTuple):
    """Where a mail stands: its line "From ...", its own bytes."""

    line: bytes
    start: int
    stop: int


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the mails of a mail box, and what they hold."""
    del arguments
    return frames(findings(io.BufferedReader(source, _BLOCK)))


def findings(file: BinaryIO) -> Iterator[Finding]:
    """Each mail as a part, then what its head states, its text, and its attachments."""
    size = file.seek(0, os.SEEK_END)
    out = Outlet(size, MOST)
    for number, mail in enumerate(_mails(file, size), 1):
        place = f"mail {number}"
        if out.full:
            yield out.refusal(place)
            return
        length = mail.stop - mail.start
        opened = length <= LARGEST
        part = Part(out.number(), 0, b"", "message/rfc822", place, opened=opened)
        if opened:
            file.seek(mail.start)
            data = file.read(length)
            yield from out.give(part, [data])
        else:
            what = f"a mail of {length} bytes is not taken apart; {LARGEST} at most are"
            yield from out.give(part, _blocks(file, mail), PartError("too_big", what))
        yield fact(part.number, "mail_envelope", headers.text(mail.line), "From_")
        if opened:
            yield from Message(out, part.number).findings(data)


def _mails(file: BinaryIO, size: int) -> Iterator[_Mail]:
    """Where each mail stands, found in one pass; ``file`` may be moved meanwhile."""
    line, start = b"", None
    for at, stop in _beginnings(file, size):
        if start is not None:
            yield _Mail(line, start, stop)
        file.seek(at)
        line = file.readline(_AHEAD)
        start = at + len(line)
        line = line[len("From ") :].strip()
    if start is None:
        raise InputError("this is no mail box: no mail begins in it")
    file.seek(max(start, size - 3))
    empty = _LAST.search(file.read(3))  # the line that belongs to the box, as before every other
    yield _Mail(line, start, max(start, size) - (len(empty[1]) if empty else 0))


def _beginnings(file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """Where mails begin, and where what stands before each ends (without the empty line)."""
    held, base, begin = b"\n\n\n", -3, 2  # as if an empty line stood before the file
    while base + len(held) < size or begin < len(held):
        file.seek(base + len(held))
        block = file.read(_BLOCK)
        held += block
        # What begins later than this may go on in the next block.
        stop = len(held) - _AHEAD if block else len(held)
        at = held.find(_MARK, begin, max(begin, stop))
        while at >= 0:
            empty = _EMPTY.match(held, at - 2)
            if empty and BEGINS.match(held, at + 1):
                yield base + at + 1, base + empty.end()
            at = held.find(_MARK, at + 1, max(begin, stop))
        if not block:
            return
        cut = max(stop - _BEHIND, 0)
        begin = max(begin, stop - len(_MARK) + 1)  # where none has been looked for yet
        held, base, begin = held[cut:], base + cut, begin - cut


def _blocks(file: BinaryIO, mail: _Mail) -> Iterator[bytes]:
    for at in range(mail.start, mail.stop, _BLOCK):
        file.seek(at)
        yield file.read(min(_BLOCK, mail.stop - at))
