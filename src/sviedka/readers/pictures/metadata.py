"""What cameras and programs wrote into a picture: EXIF, IPTC and XMP, read by Exiv2."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyexiv2

from sviedka.readers.encodings import decode
from sviedka.readers.facts import LONGEST, stated
from sviedka.readers.findings import Fault
from sviedka.readers.pictures import position
from sviedka.readers.pictures.tags import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from sviedka.readers.findings import Finding

    Value = str | list[str] | dict[str, str]

TAGS: Final = 20_000
"""Tags that are looked at; a raw picture has a thousand."""
_UNDEFINED: Final = re.compile(r'(?:charset=\w+|lang="\S+")\s+')
_VALUES: Final = 200  # of one tag that are read
_UNSET: Final = frozenset({"0000:00:00 00:00:00", "0", "none", "n/a"})

pyexiv2.set_log_level(4)  # nothing: its complaints are ours to make


def metadata(image: pyexiv2.ImageData) -> Iterator[Finding]:
    """The facts that its tags state."""
    exif = yield from _tags("EXIF", image.read_exif)
    iptc = yield from _tags("IPTC", image.read_iptc)
    xmp = yield from _tags("XMP", image.read_xmp)
    for tag, value in (exif | iptc | xmp).items():
        if (name := meaning(tag)) and value.lower() not in _UNSET:
            yield from stated(0, name, value, tag)
    yield from stated(0, "gps_position", position.position(exif | xmp), "GPSLatitude, GPSLongitude")
    yield from stated(0, "gps_time", position.moment(exif), "Exif.GPSInfo.GPSTimeStamp")


def _tags(
    sort: str, read: Callable[..., dict[str, Value]]
) -> Generator[Finding, None, dict[str, str]]:
    """Tags of one sort, their values as one text each; every byte is read as a character first."""
    try:
        found = read(encoding="latin-1")
    except (RuntimeError, ValueError):
        yield Fault(0, sort, "damaged", f"the {sort} data cannot be read")
        return {}
    if len(found) > TAGS:
        yield Fault(0, sort, "too_many", f"of {len(found)} tags, {TAGS} were looked at")
    return {tag: _text(value) for tag, value in islice(found.items(), TAGS)}


def _text(value: Value) -> str:
    if isinstance(value, dict):  # by language
        value = list(value.values())
    if isinstance(value, list):
        return "; ".join(map(_text, value[:_VALUES]))
    cut = value[: 4 * LONGEST]
    with suppress(UnicodeEncodeError):  # what Windows wrote is text already
        cut = decode(cut.encode("latin-1"), "")[0]
    return _UNDEFINED.sub("", cut).strip("\0 ")
