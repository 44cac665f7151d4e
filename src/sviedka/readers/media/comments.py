"""Vorbis comments, in Ogg and FLAC: ``NAME=value`` (Xiph.Org, Vorbis I, 5; RFC 9639, 8.6)."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING, Final

from sviedka.readers.facts import stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding

_MOST: Final = 1000
_NAMES: Final = {
    "TITLE": "title", "ARTIST": "author", "PERFORMER": "author", "AUTHOR": "author",
    "COPYRIGHT": "copyright", "ORGANIZATION": "company", "DESCRIPTION": "description",
    "COMMENT": "comment", "DATE": "created_stated", "LOCATION": "place_name",
    "CONTACT": "contact", "ENCODER": "encoder", "ENCODED-BY": "author", "ENCODEDBY": "author",
}  # fmt: skip


def comments(content: bytes) -> Iterator[Finding]:
    """The facts of one comment header. struct.error where it ends early."""
    size = unpack_from("<I", content)[0]
    yield from stated(0, "encoder", _text(content, 4, size), "vendor")
    at = 4 + size
    count = unpack_from("<I", content, at)[0]
    at += 4
    for _ in range(min(count, _MOST)):
        size = unpack_from("<I", content, at)[0]
        key, _, value = _text(content, at + 4, size).partition("=")
        if key.upper() in _NAMES:
            yield from stated(0, _NAMES[key.upper()], value, f"comment {key}")
        at += 4 + size


def _text(content: bytes, at: int, size: int) -> str:
    (text,) = unpack_from(f"{size}s", content, at)
    return str(text, "utf-8", "replace")
