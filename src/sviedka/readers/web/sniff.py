"""What the first bytes of a resource say that it is, whatever its server called it.

The patterns are those of the WHATWG MIME Sniffing Standard (§ 6 and § 7.1), as far as pages and
their media need them.
"""

from __future__ import annotations

import re
from typing import Final

LENGTH: Final = 1445
"""Bytes that are looked at: the "resource header" of § 5.2."""
_TAGS: Final = (
    b"!doctype html", b"html", b"head", b"script", b"iframe", b"h1", b"div", b"font", b"table",
    b"a", b"style", b"title", b"b", b"body", b"br", b"p",
)  # fmt: skip
_HTML: Final = re.compile(rb"[\t\n\x0c\r ]*<(?:(?:%b)[ >]|!--)" % b"|".join(_TAGS), re.IGNORECASE)
_XML: Final = re.compile(rb"[\t\n\x0c\r ]*<\?xml")
_SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS\x00", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wave", b"AVI ": "video/avi"}
_BRANDS: Final = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heif", b"heix": "image/heif",
    b"mif1": "image/heif", b"M4A ": "audio/mp4",
}  # fmt: skip
_BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

_PAGES: Final = frozenset({"text/html", "text/xml"})
_LOOSE: Final = frozenset({"text/plain", "application/zip", "application/gzip", "image/x-icon"})
"""What much else begins like: a document is a ZIP file, a script is text."""
_ONE: Final = {"application/ogg": ("audio", "video", "application"), "video/webm": ("audio",)}


def sniff(data: bytes) -> str:
    """The media type of what begins so; "" if that cannot be told."""
    data = data[:LENGTH]
    if not data:
        return ""
    if _HTML.match(data):
        return "text/html"
    if _XML.match(data):
        return "image/svg+xml" if _SVG.search(data) else "text/xml"
    signed = _signed(data)
    if not signed and (data.startswith(_BOMS) or not _BINARY.search(data)):
        return "text/plain"
    return signed


def _signed(data: bytes) -> str:
    """The media type that a signature shows; "" if there is none."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    return ""


def lies(declared: bytes, sniffed: str) -> bool:
    """Whether a declared media type is of another sort than the bytes: a page that says picture."""
    stated = declared.split(b";")[0].strip().lower().decode("latin-1")
    family, _, name = stated.partition("/")
    if not name or not sniffed or name in {"octet-stream", "x-unknown"}:
        return False
    of = sniffed.partition("/")[0]
    if sniffed in _LOOSE:  # text where a picture, a sound or a film was said to be
        return (
            sniffed == "text/plain" and family in {"image", "audio", "video"} and "svg" not in name
        )
    if sniffed in _PAGES:
        return family in {"image", "audio", "video", "font"} and not name.endswith("xml")
    if family in {of, *_ONE.get(sniffed, ())} or (of in {"audio", "video"} and "mp" in name):
        return False
    return not (sniffed in {"application/pdf", "image/svg+xml"} and family == "application")
