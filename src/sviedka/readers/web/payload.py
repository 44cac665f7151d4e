"""One resource out of a web archive: the bytes that its author wrote, out of all codings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import InputError
from sviedka.readers.web import coding, heads
from sviedka.readers.web.stream import (
    GZIP,
    BombError,
    DamagedError,
    Input,
    Window,
    inflated,
    pieces,
)
from sviedka.readers.web.zipped import Section, members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from sviedka.readers.web.heads import Head

_STEP: Final = 1 << 18


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the record is: in the file, or in an entry of it; as ``findings.Record`` says."""

    file: bytes
    offset: int
    skip: int


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What stands before a payload: HTTP status, and fields with their names in lower case.

    ``coded`` are codings of the content that are not known here and are still around it.
    """

    status: int | None
    fields: list[tuple[bytes, bytes]]
    coded: bytes


def read(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """For the sandbox: a frame with the ``Answer``, then frames of the payload.

    InputError where the record turns out to be broken; what was given before is right.
    """
    place = msgspec.msgpack.decode(arguments, type=Place)
    try:
        yield from _frames(source, place)
    except (BombError, DamagedError) as error:
        raise InputError(str(error), where=f"offset {place.offset}") from error


def _frames(source: FileIO, place: Place) -> Iterator[bytes]:
    given = Input(_entry(source, place.file) if place.file else source)
    given.seek(place.offset)
    gzipped = given.peek(len(GZIP)) == GZIP
    window = Window(inflated(given) if gzipped else pieces(given))
    _skip(window, place.skip)
    head = _head(window)
    left = head.size(b"content-length")
    if left is None:
        raise DamagedError("a record without a usable Content-Length")
    before = window.position
    http = None
    if heads.begins(window.peek(heads.FIRST)) and head.get(b"warc-type") != b"resource":
        data = window.head(min(left, heads.LONGEST))
        http = heads.parse(data) if data is not None else None
    fields = (http or head).all()
    transfer, content = (
        (http.get(name) if http else b"") for name in (b"transfer-encoding", b"content-encoding")
    )
    coded = coding.unknown(content)
    status = heads.status(http.first) if http else None
    yield msgspec.msgpack.encode(Answer(status, fields, coded))
    blocks = _blocks(window, left - (window.position - before))
    for block in coding.body(blocks, transfer, content):
        yield bytes(block)


def _entry(source: FileIO, path: bytes) -> Section:
    for each in members(source)[0]:
        if each.path.encode(errors="replace") == path:
            return Section(source, each)
    raise DamagedError("there is no such file in the package")


def _skip(window: Window, size: int) -> None:
    while size:
        taken = len(window.take(min(size, _STEP)))
        if not taken:
            raise DamagedError("the record is not where it was")
        size -= taken


def _head(window: Window) -> Head:
    if window.peek(5) == b"WARC/":
        data = window.head(heads.LONGEST)
        head = heads.parse(data) if data is not None else None
    else:
        head = heads.arc(window.line(heads.LONGEST))
    if head is None:
        raise DamagedError("no record begins here")
    return head


def _blocks(window: Window, left: int) -> Iterator[memoryview]:
    while left:
        block = window.take(min(left, _STEP))
        if not block:
            raise DamagedError(f"the record ends {left} bytes before its Content-Length")
        left -= len(block)
        yield block
