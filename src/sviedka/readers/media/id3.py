"""ID3 tags of MP3 files (id3.org: ID3v1, ID3v2.2, 2.3 and 2.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import decode
from sviedka.readers.facts import stated
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding
    from sviedka.readers.outlet import Outlet

LARGEST: Final = 32 << 20
"""Bytes of a tag that are read; it holds cover pictures."""
_MOST: Final = 1000  # frames
_NAMES: Final = {
    "TIT2": "title", "TT2": "title", "TPE1": "author", "TP1": "author", "TENC": "author",
    "TEN": "author", "TOWN": "owner", "TSSE": "encoder", "TSS": "encoder", "TCOP": "copyright",
    "TCR": "copyright", "TDRC": "created_stated", "TYER": "created_stated", "TYE": "created_stated",
    "TDEN": "digitised_stated", "TOFN": "file_path", "TOF": "file_path", "COMM": "comment",
    "COM": "comment", "TPUB": "company", "WOAR": "contact", "UFID": "document_id",
    "PRIV": "account_id", "TXXX": "comment", "TXX": "comment",
}  # fmt: skip
_PICTURES: Final = frozenset({"APIC", "PIC"})
_CODECS: Final = ("", "utf-16", "utf-16-be", "utf-8")  # the first is called Latin-1 and seldom is
_FRAME: Final = re.compile(rb"[A-Z0-9]{3,4}")


def id3(tag: bytes, outlet: Outlet) -> Iterator[Finding]:
    """The facts of a tag that begins with its header of ten bytes, and its pictures as parts."""
    version, flags = tag[3], tag[5]
    body = tag[10:]
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\0", b"\xff")
    if flags & 0x40 and version > 2:
        size = int.from_bytes(body[:4], "big") + (4 if version == 3 else 0)
        body = body[size:]
    for name, content in _frames(body, version):
        if name in _NAMES:
            yield from stated(0, _NAMES[name], _text(name, content), f"ID3 {name}")
        elif name in _PICTURES:
            picture = max(content.find(b"\xff\xd8\xff"), content.find(b"\x89PNG"))
            if picture >= 0:
                yield from inside(outlet, "cover", f"ID3 {name}", [content[picture:]])


def id3v1(tail: bytes) -> Iterator[Finding]:
    """The facts of the last 128 bytes of a file, if they are a tag."""
    if tail[:3] == b"TAG":
        for name, start, end in (("title", 3, 33), ("author", 33, 63), ("comment", 97, 125)):
            value = decode(tail[start:end].partition(b"\0")[0], "")[0]
            yield from stated(0, name, value, f"ID3v1 {name}")


def size_of(head: bytes) -> int:
    """Bytes of a whole tag that begins with ``head``; 0 if none does."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + _synchsafe(head[6:10])


def _frames(body: bytes, version: int) -> Iterator[tuple[str, bytes]]:
    letters, head = (3, 6) if version == 2 else (4, 10)
    at = 0
    for _ in range(_MOST):
        name = body[at : at + letters]
        if not _FRAME.fullmatch(name):
            return
        number = body[at + letters : at + 2 * letters]
        size = _synchsafe(number) if version == 4 else int.from_bytes(number, "big")
        yield name.decode("ascii"), body[at + head : at + head + size]
        at += head + size


def _synchsafe(number: bytes) -> int:
    value = 0
    for byte in number:
        value = value << 7 | byte & 0x7F
    return value


def _text(name: str, content: bytes) -> str:
    """The values of a frame; a comment has a language and a title before it."""
    if name in {"PRIV", "UFID", "WOAR"}:
        return content.partition(b"\0")[0].decode("latin-1")
    coding, rest = content[:1], content[4 if name in {"COMM", "COM"} else 1 :]
    codec = _CODECS[coding[0]] if coding and coding[0] < len(_CODECS) else ""
    text = rest.decode(codec, "replace") if codec else decode(rest, "")[0]
    return "; ".join(filter(None, text.replace("\ufeff", "").split("\0")))
