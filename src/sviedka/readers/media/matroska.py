"""Matroska and WebM (RFC 9559): what the head of a file states; EBML is RFC 8794."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import unpack
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import Outlet, PartError
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

SIGN: Final = b"\x1aE\xdf\xa3"
MOST: Final = 20_000
"""Elements that are looked at."""
_LARGEST: Final = 1 << 20  # bytes of a text
_BLOCK: Final = 1 << 20
_DEEPEST: Final = 16
_EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)
_CLUSTER: Final = 0x1F43B675
_HOLDERS: Final = frozenset({
    0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0, 0x1254C367, 0x7373, 0x67C8,
    0x1941A469, 0x61A7,
})  # fmt: skip
"""EBML, Segment, Info, Tracks, TrackEntry, Video, Tags, Tag, SimpleTag, Attachments, each file."""
_TEXTS: Final = {
    0x4282: ("brand", "DocType"), 0x4D80: ("encoder", "MuxingApp"),
    0x5741: ("software", "WritingApp"), 0x7BA9: ("title", "Title"), 0x86: ("encoding", "CodecID"),
    0x536E: ("track", "Name"),
}  # fmt: skip
_NUMBERS: Final = {0xB0: ("width", "PixelWidth"), 0xBA: ("height", "PixelHeight")}
_SEGMENT_ID, _DATE, _SCALE, _DURATION = 0x73A4, 0x4461, 0x2AD7B1, 0x4489
_TAG_NAME, _TAG_STRING = 0x45A3, 0x4487
_FILE_NAME, _FILE_TYPE, _FILE_DATA = 0x466E, 0x4660, 0x465C
_TAGS: Final = {
    "ENCODER": "encoder", "ENCODED_BY": "author", "ARTIST": "author", "AUTHOR": "author",
    "DIRECTOR": "author", "COPYRIGHT": "copyright", "COMMENT": "comment", "TITLE": "title",
    "DESCRIPTION": "description", "DATE_RECORDED": "created_stated", "DATE": "created_stated",
    "CREATION_TIME": "created_stated", "RECORDING_LOCATION": "place_name", "LOCATION": "place_name",
    "HANDLER_NAME": "track", "MAKE": "device_make", "MODEL": "device_model",
}  # fmt: skip


def matroska(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no such file."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    if source.read(4) != SIGN:
        raise InputError("this does not begin as Matroska does")
    reading = _Reading(source)
    try:
        yield from reading.level(0, reading.end, 0)
    except PartError as error:
        yield Fault(0, "elements", error.trouble, error.what)


class _Reading:
    def __init__(self, source: FileIO) -> None:
        self._source = source
        self.end = source.seek(0, 2)
        self._outlet = Outlet(self.end)
        self._left = MOST
        self._scale = 1_000_000  # nanoseconds
        self._tag = ""
        self._file = ("", "")  # name, media type

    def level(self, start: int, end: int, depth: int) -> Iterator[Finding]:
        """The facts of the elements between two places. PartError where they are damaged."""
        if depth > _DEEPEST:
            raise PartError("too_deep", f"elements more than {_DEEPEST} deep")
        while start < end:
            self._left -= 1
            if self._left < 0:
                raise PartError("too_many", f"more than {MOST} elements")
            kind, head = self._number(start, marked=True)
            size, more = self._number(start + head, marked=False)
            begin = start + head + more
            start = begin + size if size >= 0 else end
            if kind in _HOLDERS:
                yield from self.level(begin, min(start, end), depth + 1)
            elif start > end:
                raise PartError("damaged", f"an element at byte {begin} is cut off")
            elif kind != _CLUSTER:
                yield from self._element(kind, begin, start - begin)

    def _element(self, kind: int, start: int, size: int) -> Iterator[Finding]:
        if kind == _FILE_DATA:
            name, media = self._file
            yield from inside(
                self._outlet, name, f"attachment {name}", self._blocks(start, size), media
            )
            return
        content = self._at(start, min(size, _LARGEST))
        self._remember(kind, content)
        text = content.decode("utf-8", "replace").partition("\0")[0]
        if kind in _TEXTS:
            yield from stated(0, _TEXTS[kind][0], text, _TEXTS[kind][1])
        elif kind in _NUMBERS:
            yield fact(0, _NUMBERS[kind][0], int.from_bytes(content[:8], "big"), _NUMBERS[kind][1])
        elif kind == _SEGMENT_ID:
            yield from stated(0, "document_id", content[:16].hex(), "SegmentUUID")
        elif kind == _DATE and len(content) == 8:
            yield from self._made(unpack(">q", content)[0])
        elif kind == _DURATION and len(content) in {4, 8}:
            (length,) = unpack(">f" if len(content) == 4 else ">d", content)
            yield fact(0, "duration", round(length * self._scale / 1e9, 3), "Duration")
        elif kind == _TAG_STRING and self._tag.upper() in _TAGS:
            yield from stated(0, _TAGS[self._tag.upper()], text, f"tag {self._tag}")

    def _remember(self, kind: int, content: bytes) -> None:
        """What later elements are about."""
        if kind == _SCALE:
            self._scale = int.from_bytes(content[:8], "big")
        elif kind == _TAG_NAME:
            self._tag = content.decode("utf-8", "replace")
        elif kind == _FILE_NAME:
            self._file = (content.decode("utf-8", "replace"), self._file[1])
        elif kind == _FILE_TYPE:
            self._file = (self._file[0], content.decode("utf-8", "replace"))

    def _made(self, nanoseconds: int) -> Iterator[Finding]:
        try:
            time = _EPOCH + timedelta(microseconds=nanoseconds / 1000)
        except OverflowError:
            return
        yield fact(0, "created_stated", f"{time:%Y-%m-%dT%H:%M:%SZ}", "DateUTC")

    def _number(self, place: int, *, marked: bool) -> tuple[int, int]:
        """A number of variable length and that length; -1 for a size that is not known."""
        first = self._at(place, 1)
        length = 9 - first[0].bit_length() if first and first[0] else 9
        if length > (4 if marked else 8):
            raise PartError("damaged", f"no element at byte {place}")
        value = int.from_bytes(self._at(place, length), "big")
        if marked:
            return value, length
        most = (1 << 7 * length) - 1
        return (-1 if value & most == most else value & most), length

    def _blocks(self, start: int, size: int) -> Iterator[bytes]:
        for place in range(start, start + size, _BLOCK):
            yield self._at(place, min(_BLOCK, start + size - place))

    def _at(self, place: int, size: int) -> bytes:
        self._source.seek(place)
        return self._source.read(size)
