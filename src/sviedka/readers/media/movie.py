"""MP4, QuickTime, 3GP: what the index of a movie states (ISO/IEC 14496-12, 8)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from struct import error as StructError  # noqa: N812 (it is a class, whatever it is called)
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.media.boxes import Boxes
from sviedka.readers.media.quicktime import metadata, user_data
from sviedka.readers.outlet import Outlet, PartError
from sviedka.readers.pictures.c2pa import PLACE, credentials
from sviedka.readers.xmp import LARGEST, xmp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding
    from sviedka.readers.media.boxes import Box

KINDS: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"})
"""The boxes with which a movie may begin."""
_DEEPEST: Final = 16
_HOLDERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
_COUNTS: Final = bytes(range(32))  # QuickTime's names begin with their length
_LATEST: Final = 1 << 33  # seconds; later than 2176 no clock of a device shows
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # C2PA 2.2, A.5.1
_ENCODERS: Final = re.compile(rb"x26[45] [ -~]{4,60}|Lavc[\d.]+(?: \w+)?|HandBrake [\d.]+")
_LOOKED_AT: Final = 1 << 16  # bytes of the samples in which encoders sign


def movie(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no movie. ``arguments`` as for pictures."""
    return frames(_findings(source, arguments.decode("ascii", "replace")))


def _findings(source: FileIO, anchors: str) -> Iterator[Finding | None]:
    boxes = Boxes(source)
    reading = _Reading(boxes)
    try:
        yield from reading.level(0, boxes.end, 0)
    except PartError as error:
        yield Fault(0, "boxes", error.trouble, error.what)
    if not reading.known:
        raise InputError("this does not begin as movies do")
    yield None
    if reading.signed:
        yield from credentials(source, "video/mp4", anchors, Outlet(boxes.end))
    else:
        yield fact(0, "c2pa_integrity", "none", PLACE)


class _Reading:
    def __init__(self, boxes: Boxes) -> None:
        self._boxes = boxes
        self._sampled = False
        self.known = self.signed = False

    def level(self, start: int, end: int, depth: int) -> Iterator[Finding]:
        """The facts of the boxes between two places."""
        if depth > _DEEPEST:
            raise PartError("too_deep", f"boxes more than {_DEEPEST} deep")
        for box in self._boxes.inside(start, end):
            self.known |= box.kind in KINDS
            if not self.known:
                return
            if box.kind in _HOLDERS:
                yield from self.level(box.start, box.end, depth + 1)
                continue
            try:
                yield from self._box(box)
            except StructError:
                yield Fault(0, _letters(box.kind), "damaged", "this box is too short")

    def _box(self, box: Box) -> Iterator[Finding]:
        match box.kind:
            case b"mvhd":
                yield from self._times(self._boxes.content(box))
            case b"tkhd":
                width, height = unpack_from(">II", self._boxes.content(box)[-8:])
                if width and height:
                    yield fact(0, "width", width >> 16, "tkhd")
                    yield fact(0, "height", height >> 16, "tkhd")
            case b"udta":
                yield from user_data(self._boxes, box)
            case b"meta":
                yield from metadata(self._boxes, box)
            case b"uuid":
                yield from self._own(box)
            case b"mdat" if not self._sampled:
                self._sampled = True
                if found := _ENCODERS.search(self._boxes.content(box, 0, _LOOKED_AT)):
                    yield from stated(0, "encoder", found[0].decode("ascii", "replace"), "mdat")
            case _:
                yield from self._named(box)

    def _named(self, box: Box) -> Iterator[Finding]:
        """Boxes that say of what kind something is."""
        if box.kind == b"ftyp":
            yield from stated(0, "brand", _letters(self._boxes.content(box, 0, 4)), "ftyp")
        elif box.kind == b"stsd":
            yield from stated(0, "encoding", _letters(self._boxes.content(box, 12, 4)), "stsd")
        elif box.kind == b"hdlr":
            content = self._boxes.content(box, 8, 512)
            name = content[16:].lstrip(_COUNTS).partition(b"\0")[0].decode("utf-8", "replace")
            yield from stated(0, "track", f"{_letters(content[:4])} {name}", "hdlr")

    def _times(self, content: bytes) -> Iterator[Finding]:
        """When it was made, by the device's clock, and how long it is (8.2.2)."""
        layout = ">QQIQ" if content[:1] == b"\1" else ">IIII"
        created, modified, scale, length = unpack_from(layout, content, 4)
        for name, seconds in (("created_stated", created), ("modified_stated", modified)):
            if 0 < seconds < _LATEST:
                time = _EPOCH + timedelta(seconds=seconds)
                yield fact(0, name, f"{time:%Y-%m-%dT%H:%M:%SZ}", "mvhd")
        if scale:
            yield fact(0, "duration", round(length / scale, 3), "mvhd")

    def _own(self, box: Box) -> Iterator[Finding]:
        """A box whose kind is a number of sixteen bytes."""
        kind = self._boxes.content(box, 0, 16)
        if kind == _XMP:
            yield from xmp(self._boxes.content(box, 16, LARGEST))
        elif kind == _C2PA:
            self.signed = True


def _letters(kind: bytes) -> str:
    return kind.decode("latin-1").strip("\0 ")
