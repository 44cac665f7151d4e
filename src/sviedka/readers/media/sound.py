"""Sound: MP3, Ogg, FLAC, WAV, and the AVI that is made like it. Nothing is decoded."""

from __future__ import annotations

import re
from struct import error as StructError  # noqa: N812 (it is a class, whatever it is called)
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.media.comments import comments
from sviedka.readers.media.id3 import LARGEST, id3, id3v1, size_of
from sviedka.readers.media.riff import riff
from sviedka.readers.outlet import Outlet
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

_HEAD: Final = 1 << 16
_PAGES: Final = 64  # of Ogg, of which the second packet may fill some
_BLOCKS: Final = 128  # of FLAC
_ENCODER: Final = re.compile(rb"LAME[ -~]{1,20}|Lav[cf][\d.]+|Xing|GOGO[ -~]{1,10}")
_FRAME: Final = re.compile(rb"\xff[\xe2-\xff]")  # of MPEG audio


def sound(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is none of these."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    size = source.seek(0, 2)
    source.seek(0)
    head = source.read(_HEAD)
    try:
        match head[:4]:
            case b"RIFF" | b"RF64":
                yield from riff(source, size)
            case b"OggS":
                yield from _ogg(head + source.read(_PAGES * _HEAD))
            case b"fLaC":
                yield from _flac(source, size)
            case _:
                yield from _mp3(source, size, head)
    except StructError:
        yield Fault(0, "tags", "damaged", "the tags break off")


def _mp3(source: FileIO, size: int, head: bytes) -> Iterator[Finding]:
    tag = min(size_of(head), LARGEST)
    if not tag and not _FRAME.match(head):
        raise InputError("this is no sound that can be read")
    source.seek(0)
    if tag:
        yield from id3(source.read(tag), Outlet(size))
    yield from stated(0, "brand", "MP3", "frame")
    if found := _ENCODER.search(source.read(_HEAD)):
        yield from stated(0, "encoder", found[0].decode("ascii", "replace"), "frame")
    source.seek(max(size - 128, 0))
    yield from id3v1(source.read(128))


def _ogg(content: bytes) -> Iterator[Finding]:
    """The second packet of each stream (RFC 3533, 6): a head, and the comments."""
    yield from stated(0, "brand", "Ogg", "page")
    packets: dict[bytes, list[bytes]] = {}
    at = 0
    for _ in range(_PAGES):
        if content[at : at + 4] != b"OggS" or len(content) < at + 27:
            break
        lengths = content[at + 27 : at + 27 + content[at + 26]]
        found = packets.setdefault(content[at + 14 : at + 18], [b""])
        at += 27 + len(lengths)
        for length in lengths:
            found[-1] += content[at : at + length]
            at += length
            if length < 255:
                found.append(b"")
    for first, second, *_ in (found for found in packets.values() if len(found) > 1):
        yield from stated(0, "encoding", first[:8].strip(b"\0\1 \x80").decode("latin-1"), "head")
        for sign in (b"\3vorbis", b"OpusTags", b"\x81theora", b"Speex  "):
            if second.startswith(sign):
                yield from comments(second.removeprefix(sign))


def _flac(source: FileIO, size: int) -> Iterator[Finding]:
    """The blocks before the sound (RFC 9639, 8)."""
    yield from stated(0, "brand", "FLAC", "head")
    outlet = Outlet(size)
    at = 4
    for _ in range(_BLOCKS):
        source.seek(at)
        head = source.read(4)
        length = int.from_bytes(head[1:], "big")
        if head[:1] in {b"\4", b"\x84"}:
            yield from comments(source.read(length))
        elif head[:1] in {b"\6", b"\x86"}:
            yield from inside(outlet, "cover", "picture", [source.read(length)])
        if len(head) < 4 or head[0] & 0x80:
            return
        at += 4 + length
