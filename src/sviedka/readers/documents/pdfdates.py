"""Dates as PDF writes them (ISO 32000-2, 7.9.4): ``D:20200810120000+03'00'``."""

from __future__ import annotations

import re
from typing import Final

_DATE: Final = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?", re.ASCII
)


def moment(written: str) -> str:
    """A date as ISO 8601, as precise as it is; as written, if it is none."""
    found = _DATE.match(written)
    if not found:
        return written
    *parts, utc, sign, hours, minutes = found.groups()
    given = [part for part in parts if part]
    date, time = "-".join(given[:3]), ":".join(given[3:])
    if not time:
        return date
    return f"{date}T{time}" + (f"{sign}{hours}:{minutes or '00'}" if sign else utc or "")
