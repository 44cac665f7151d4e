"""The form of a picture, from its header: no pixel is decoded."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import decode
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from sviedka.readers.findings import Finding

PIXELS: Final = 1_000_000_000
"""More than any camera takes: a picture that claims them fills memories when it is shown."""
_TEXTS: Final = {  # PNG (ISO/IEC 15948, 11.3.4.2), GIF and JPEG comments
    "Title": "title", "Author": "author", "Description": "description", "Copyright": "copyright",
    "Creation Time": "created_stated", "Software": "software", "Source": "device_model",
    "Comment": "comment", "comment": "comment",
}  # fmt: skip


def extent(width: int, height: int, place: str) -> Iterator[Finding]:
    """Its sides in pixels, as ``place`` states them."""
    yield fact(0, "width", width, place)
    yield fact(0, "height", height, place)
    if width * height > PIXELS:
        yield Fault(0, place, "too_big", f"it claims {width} × {height} pixels: a bomb?")


def form(image: Image.Image) -> Iterator[Finding]:
    """Size, colours, how it is compressed, and the texts that a PNG or GIF carries openly."""
    yield from extent(image.width, image.height, "header")
    yield fact(0, "colour", image.mode, "header")
    if image.info.get("progressive") or image.info.get("interlace"):
        yield fact(0, "progressive", value=True, place="header")
    if tables := getattr(image, "quantization", None):
        mark = sha256(repr(sorted(tables.items())).encode()).hexdigest()[:16]
        yield fact(0, "quantisation", mark, "DQT")
    for key, name in _TEXTS.items():
        value = image.info.get(key, "")
        if isinstance(value, bytes):
            value = decode(value, "")[0]
        if isinstance(value, str):
            yield from stated(0, name, value, f"text {key}")
