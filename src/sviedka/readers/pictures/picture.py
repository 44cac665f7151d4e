"""Pictures: JPEG, PNG, TIFF, WebP, GIF, BMP, and the family of HEIF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import pyexiv2
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from sviedka.errors import InputError
from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import Outlet
from sviedka.readers.pictures.c2pa import PLACE, SIGN, credentials
from sviedka.readers.pictures.ending import breaks_off
from sviedka.readers.pictures.form import extent, form
from sviedka.readers.pictures.metadata import metadata
from sviedka.readers.pictures.thumbnail import thumbnail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

LARGEST: Final = 96 << 20
"""Bytes of a picture that are looked at: its readers hold them in memory twice."""
_PLUGINS: Final = (
    BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin,
    TiffImagePlugin, WebPImagePlugin,
)  # fmt: skip
"""Loaded now, for Pillow would load them when it meets a picture."""
_BAD: Final = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError)


def picture(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no picture.

    ``arguments`` are certificates in PEM: of those whose signatures on content credentials are
    trusted; empty, if no list is given.
    """
    return frames(_findings(source, arguments.decode("ascii", "replace")))


def _findings(source: FileIO, anchors: str) -> Iterator[Finding | None]:
    size = source.seek(0, 2)
    source.seek(0)
    content = source.read(LARGEST)
    if size > LARGEST:
        yield Fault(0, "file", "too_big", f"only the first {LARGEST >> 20} MiB were read")
    elif breaks_off(content):
        yield Fault(0, "end", "damaged", "it ends before the picture does")
    shown = _open(content)
    if shown:
        yield from form(shown)
    yield None  # Exiv2 and what follows may end the process
    tagged = _tagged(content)
    if shown is None and tagged is None:
        raise InputError("this is not a picture that can be read")
    outlet = Outlet(size)
    if tagged:
        if shown is None:
            sides = tagged.get_pixel_width(), tagged.get_pixel_height()
            yield from extent(*sides, tagged.get_mime_type())
        yield from metadata(tagged)
        yield from thumbnail(shown, tagged.read_thumbnail(), outlet)
    yield None
    if SIGN in content:
        kind = tagged.get_mime_type() if tagged else ""
        yield from credentials(source, kind, anchors, outlet)  # of all of it, whatever its size
    else:
        yield fact(0, "c2pa_integrity", "none", PLACE)


def _open(content: bytes) -> Image.Image | None:
    """The header; None if Pillow does not know it."""
    Image.MAX_IMAGE_PIXELS = None  # said by ``form``; here nothing is decoded
    try:
        return Image.open(io.BytesIO(content))
    except _BAD:
        return None


def _tagged(content: bytes) -> pyexiv2.ImageData | None:
    """The tags; None if Exiv2 does not know it."""
    try:
        return pyexiv2.ImageData(content)
    except (RuntimeError, ValueError):
        return None
