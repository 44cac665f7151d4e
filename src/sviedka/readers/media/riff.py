"""RIFF: WAV and AVI, their INFO lists, and what broadcasters' and cameras' chunks state."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import decode
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault
from sviedka.readers.media.id3 import LARGEST, id3, size_of
from sviedka.readers.outlet import Outlet
from sviedka.readers.xmp import xmp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

MOST: Final = 5000
"""Chunks that are looked at."""
_TEXT: Final = 1 << 16  # bytes of one
_LISTS: Final = frozenset({b"INFO", b"hdrl", b"strl", b"exif"})
_NAMES: Final = {
    b"INAM": "title", b"IART": "author", b"IENG": "author", b"ITCH": "author", b"ICMS": "owner",
    b"ICOP": "copyright", b"ICMT": "comment", b"ICRD": "created_stated", b"IDIT": "created_stated",
    b"ISFT": "software", b"ISRC": "credit", b"ISBJ": "subject", b"IKEY": "keywords",
    b"ecor": "device_make", b"emdl": "device_model", b"etim": "created_stated",
    b"strd": "device_model",
}  # fmt: skip


def riff(source: FileIO, size: int) -> Iterator[Finding]:
    """The facts of a file of ``size`` bytes that begins with RIFF or RF64. struct.error."""
    source.seek(8)
    yield from stated(0, "brand", source.read(4).decode("latin-1"), "RIFF")
    open_lists = [(12, size)]
    left = MOST
    while open_lists:
        start, end = open_lists.pop()
        if end - start < 8:
            continue
        left -= 1
        if left < 0:
            yield Fault(0, "chunks", "too_many", f"more than {MOST} chunks")
            return
        source.seek(start)
        kind, length = unpack_from("<4sI", source.read(8))
        after = start + 8 + length + length % 2
        if start + 8 + length > end and kind != b"data":
            yield Fault(0, f"byte {start}", "damaged", f"a chunk {kind!r} is cut off")
        open_lists.append((after, end))
        if kind == b"LIST" and source.read(4) in _LISTS:
            open_lists.append((start + 12, min(start + 8 + length, end)))
        elif kind not in {b"LIST", b"data", b"idx1"}:
            source.seek(start + 8)
            yield from _chunk(kind, source.read(min(length, LARGEST)), size)


def _chunk(kind: bytes, content: bytes, size: int) -> Iterator[Finding]:
    if kind in _NAMES:
        text = decode(content[:_TEXT].strip(b"\0 "), "")[0]
        yield from stated(0, _NAMES[kind], text, kind.decode())
    elif kind == b"fmt ":
        channels, rate = unpack_from("<HI", content, 2)
        yield fact(0, "channels", channels, "fmt")
        yield fact(0, "sample_rate", rate, "fmt")
    elif kind == b"avih":
        width, height = unpack_from("<II", content, 32)
        yield fact(0, "width", width, "avih")
        yield fact(0, "height", height, "avih")
    elif kind == b"bext":  # EBU Tech 3285
        for name, start, end in (
            ("description", 0, 256), ("author", 256, 288), ("device_serial", 288, 320),
            ("created_stated", 320, 330), ("history_step", 602, _TEXT),
        ):  # fmt: skip
            text = decode(content[start:end].partition(b"\0")[0], "")[0]
            yield from stated(0, name, text, "bext")
    elif kind == b"_PMX":
        yield from xmp(content)
    elif kind in {b"id3 ", b"ID3 "} and size_of(content[:10]):
        yield from id3(content, Outlet(size))
