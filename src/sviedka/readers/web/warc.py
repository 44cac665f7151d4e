"""A WARC or ARC file, record by record, plain or in gzip members; what is broken is stepped over.

Behind a fault the next record is looked for from the fault's own beginning on, so that a wrong
length hides nothing: of a file in gzip members the next member that holds a record, of a plain one
the next line that begins one.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.web import heads
from sviedka.readers.web.findings import Problem, Software, frames
from sviedka.readers.web.record import Reading
from sviedka.readers.web.stream import (
    GZIP,
    BombError,
    DamagedError,
    Input,
    Window,
    inflated,
    pieces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Trouble
    from sviedka.readers.web.findings import Found
    from sviedka.readers.web.heads import Head
    from sviedka.readers.web.stream import Seekable

_MEMBER: Final = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")  # four flags, the others reserved
_WARC: Final = re.compile(rb"\nWARC/[01]\.[0-9]{1,2}\r?\n[A-Za-z-]{1,64}:")
_ARC: Final = re.compile(
    rb"\n[a-z][a-z0-9+.-]{1,20}:[^ \r\n]{1,4000} [0-9A-Fa-f.:]{0,45} [0-9]{14} "
)
_BLANK: Final = re.compile(rb"[\r\n]+")
_OVERLAP: Final = 5000
_PROBLEMS: Final = 1000
"""So many are told one by one; a file that is no WARC at all has one at every step."""
_AGAIN: Final = 8
_FREE: Final = 64 << 20
_LOOK: Final = 1 << 14
"""In looking for where a file goes on, ``_FREE`` bytes and so many times its size may be read once
more; each time counts as ``_LOOK`` at least."""


def read(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """For the sandbox: frames of what a WARC or ARC file holds; InputError if it is neither."""
    del arguments
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    return frames(Warc(source, size).found())


class Warc:
    """A WARC or ARC file. ``name`` and ``base`` say where it lies in the file that is read."""

    def __init__(self, file: Seekable, size: int, name: bytes = b"", base: int | None = 0) -> None:
        self._input = Input(file)
        self._name = name
        self._base = base
        self._arc = False
        self._version = b""
        self._problems = 0
        self._budget = _FREE + _AGAIN * size
        self._records = 0

    def found(self) -> Iterator[Found]:
        """All that is in it, in order. InputError if no record is."""
        yield from self._told(self._plain() if self._is_plain() else self._members())

    def scattered(self) -> Iterator[Found]:
        """The records of gzip members wherever they lie among other bytes; InputError if none."""
        yield from self._told(self._members())

    def _is_plain(self) -> bool:
        """Whether records stand in the file as they are; whatever may stand before the first."""
        start = self._input.peek(_OVERLAP)
        if start.startswith((GZIP, b"WARC/")):
            return not start.startswith(GZIP)
        if heads.arc(start.partition(b"\n")[0] + b"\n"):
            return True
        scattered = self._next_member(0, 0)
        self._input.seek(0)
        return not scattered

    def _told(self, found: Iterator[Found]) -> Iterator[Found]:
        yield from found
        where = self._input.position
        if self._problems > _PROBLEMS:
            more = self._problems - _PROBLEMS
            yield Problem(self._name, where, "too_many", f"{more} more problems")
        if self._budget < 0:
            yield Problem(self._name, where, "too_many", "so many that the rest was not read")
        if not self._records:
            raise InputError(
                "there is no record in it", where=self._name.decode("utf-8", "replace")
            )

    # In gzip members

    def _members(self) -> Iterator[Found]:
        source = self._input
        while beginning := source.peek(len(GZIP)):
            start = source.position
            if beginning != GZIP:
                yield from self._problem(start, "damaged", "bytes that belong to no record")
                if not self._next_member(start, start):
                    return
                continue
            try:
                yield from self._member(Window(inflated(source)), start)
            except (BombError, DamagedError) as error:
                trouble: Trouble = "too_big" if isinstance(error, BombError) else "damaged"
                yield from self._problem(start, trouble, str(error))
                if not self._next_member(start + 1, source.position):
                    return

    def _member(self, window: Window, start: int) -> Iterator[Found]:
        """The records of one member, of which there should be one."""
        several = False
        while window.peek(1):
            skip = window.position
            head = self._head(window)
            if head is None:
                yield from self._problem(start, "damaged", "a gzip member that holds no record")
                _drain(window)
                return
            reading = Reading(head)
            try:
                reading.run(window)
                self._close(reading, window)
                last = not window.peek(1)
            except (BombError, DamagedError):
                yield from self._give(reading, start, None, skip)
                raise
            if not last and not several:
                several = True
                what = "one gzip member holds several records, which cannot be read apart"
                yield from self._problem(start, "damaged", what)
            length = self._input.position - start if last else None
            yield from self._give(reading, start, length, skip)
            if not last and window.peek(5) != b"WARC/" and not self._arc:
                _drain(window)

    def _next_member(self, position: int, reached: int) -> bool:
        """Go to the next member, from there on, that begins with a record; False if none does."""
        source = self._input
        if not self._may_go_back(position, reached):
            return False
        source.seek(position)
        while source.find(_MEMBER, _OVERLAP) is not None:
            found = source.position
            begins = self._begins(found)
            source.seek(found)
            if begins:
                return True
            source.seek(found + 1)
        return False

    def _begins(self, position: int) -> bool:
        self._input.seek(position)
        window = Window(inflated(self._input))
        try:
            if window.peek(5) == b"WARC/":
                return True
            return heads.arc(window.line(heads.LONGEST)) is not None
        except (BombError, DamagedError):
            return False

    # Plain

    def _plain(self) -> Iterator[Found]:
        source = self._input
        origin, window = 0, Window(pieces(source))
        while window.peek(1):
            start = origin + window.position
            head = self._head(window)
            again = start
            if head is not None:
                again = origin + window.position
                reading = Reading(head)
                reading.run(window)
                self._close(reading, window)
                length = origin + window.position - start
                sound = reading.trouble is None
                yield from self._give(reading, start, length, 0)
                if sound:
                    continue
            else:
                yield from self._problem(start, "damaged", "bytes that belong to no record")
            if not self._next_line(again, origin + window.position):
                return
            origin, window = source.position, Window(pieces(source))

    def _next_line(self, position: int, reached: int) -> bool:
        """Go to the next line, from there on, that begins a record; False if none does."""
        source = self._input
        if not self._may_go_back(position, reached):
            return False
        source.seek(position)
        if source.find(_ARC if self._arc else _WARC, _OVERLAP) is None:
            return False
        source.seek(source.position + 1)
        return True

    # Both

    def _head(self, window: Window) -> Head | None:
        """The head of the record that begins here; None if none does."""
        if window.peek(5) == b"WARC/":
            data = window.head(heads.LONGEST)
            head = heads.parse(data) if data is not None else None
        elif self._records and not self._arc:
            return None
        else:
            head = heads.arc(window.line(heads.LONGEST))
            self._arc = self._arc or head is not None
        return head

    def _close(self, reading: Reading, window: Window) -> None:
        """Take the blank lines behind a block; anything else there shows a wrong length."""
        if reading.trouble:
            return
        blank = 0
        while mark := _BLANK.match(window.peek(4)):
            window.skip(mark.end())
            blank += mark.end()
        ahead = window.peek(5)
        if not ahead or (blank and (self._arc or b"WARC/".startswith(ahead))):
            return
        reading.misfit("a record does not end where its Content-Length says")

    def _give(self, reading: Reading, start: int, length: int | None, skip: int) -> Iterator[Found]:
        first = reading.head.first
        if not self._records:
            self._version = first[:16]
            yield Software(self._name, b"", self._version)
        self._records += 1
        for trouble, what in reading.problems:
            yield from self._problem(start, trouble, what)
        at = None if self._base is None else self._base + start
        yield reading.found(self._name, (start, length, skip, at))
        if reading.software:
            yield Software(self._name, reading.software, self._version)

    def _problem(self, offset: int, trouble: Trouble, what: str) -> Iterable[Found]:
        self._problems += 1
        if self._problems > _PROBLEMS:
            return ()
        return (Problem(self._name, offset, trouble, what),)

    def _may_go_back(self, position: int, reached: int) -> bool:
        self._budget -= max(reached - position, _LOOK)
        return self._budget >= 0


def _drain(window: Window) -> None:
    while window.take(1 << 20):
        pass
