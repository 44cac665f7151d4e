"""Positions as cameras write them: degrees, minutes and seconds.

Exif 3.0, 4.6.6: fractions, ``53/1 54/1 829/100``, and the side in a tag of its own. XMP (ISO
16684-2): ``53,54.138N`` or ``53,54,8N``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FRACTION: Final = re.compile(r"(-?\d{1,12})/(\d{1,12})", re.ASCII)
_DECIMAL: Final = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_PLACES: Final = 6  # of a degree: a tenth of a metre


def position(tags: Mapping[str, str]) -> str:
    """Latitude and longitude in degrees, ``53.902300, 27.561900``; "" if one is missing."""
    for prefix in ("Exif.GPSInfo", "Xmp.exif"):
        latitude = _degrees(tags, f"{prefix}.GPSLatitude", "S")
        longitude = _degrees(tags, f"{prefix}.GPSLongitude", "W")
        if latitude and longitude:
            return f"{latitude}, {longitude}"
    return ""


def moment(tags: Mapping[str, str]) -> str:
    """The time of the position, UTC, as ISO 8601; "" if there is none."""
    date = tags.get("Exif.GPSInfo.GPSDateStamp", "").replace(":", "-")
    parts = _numbers(tags.get("Exif.GPSInfo.GPSTimeStamp", ""))
    if not date or len(parts) != 3:
        return date
    return f"{date}T{parts[0]:02.0f}:{parts[1]:02.0f}:{parts[2]:02.0f}Z"


def _degrees(tags: Mapping[str, str], tag: str, negative: str) -> str:
    written = tags.get(tag, "").strip("\0 ")
    side = (tags.get(f"{tag}Ref") or written[-1:]).strip("\0 ").upper()
    exact = "/" in written
    parts = _numbers(written) if exact else [float(part) for part in _DECIMAL.findall(written)]
    if not parts:
        return ""
    value = sum(part / 60**power for power, part in enumerate(parts[:3]))
    return f"{-value if side == negative else value:.{_PLACES}f}"


def _numbers(fractions: str) -> list[float]:
    """The values of fractions; none of them if one is not a number."""
    found = [(int(above), int(below)) for above, below in _FRACTION.findall(fractions)]
    return [above / below for above, below in found] if all(below for _, below in found) else []
