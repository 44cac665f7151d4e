"""From the local times of a page to seconds since 1970: only where that can be known.

A page has ``09.08.2020 21:00:00``; since June 2022 with an offset, ``… UTC+03:00``. That is the
offset of the zone's *standard* time (``FormatDateTime`` in Telegram Desktop's
``export_data_types.cpp`` asks for it by that name), in summer too: where the clock is then put
forward, the stated offset is an hour wrong for half of the year.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final, Literal
from unicodedata import category, digit
from zoneinfo import ZoneInfo, available_timezones

from sviedka.keep.calendar import zone as zone_named

Basis = Literal["stated", "zone", "unknown"]

_DATE = re.compile(
    r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})(?: (\S.{0,40}))?",
    re.ASCII,
)
_OFFSET = re.compile(r"([-+])([0-9]{1,2})(?::?([0-9]{2}))?(?::?[0-9]{2})?", re.ASCII)
_ZERO: Final = frozenset({"UTC", "GMT", "Z"})
_NAMED_OFFSET = re.compile(r"(?:UTC|GMT)?([-+][0-9]{1,2}(?::?[0-9]{2})?)", re.ASCII)
_FIRST, _LAST = 2013, 2037
"""Years in which a zone's summer time is looked for: since there is Telegram."""


class Clock:
    """Reads the local times of one export, and keeps count of those that cannot be placed.

    ``zone`` is the exporter's, where a person named it: then it counts, whatever a page states.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self.untimed = 0
        self.summer = 0
        """Of these, times that a clock put forward for the summer may have shown."""
        self.basis: Basis = "zone" if zone else "unknown"

    def unixtime(self, date: str | None) -> int | None:
        """Seconds since 1970, UTC; None where that cannot be known."""
        local = moment(date)
        if local is None:
            return None
        if self._zone:
            return int(local.replace(tzinfo=self._zone).timestamp())
        offset = offset_of(date)
        if offset is not None:
            self.basis = "stated"
            if not _summer(offset, local.date().toordinal()):
                return int((local - offset).replace(tzinfo=timezone.utc).timestamp())  # noqa: UP017
            self.summer += 1
        self.untimed += 1
        return None


def parse_zone(name: str) -> tzinfo:
    """An IANA zone, or an offset such as ``UTC+03:00``; UsageError for what is neither."""
    found = _NAMED_OFFSET.fullmatch(name)
    offset = _parsed(found[1]) if found else None
    return timezone(offset) if offset is not None else zone_named(name)


def moment(date: str | None) -> datetime | None:
    """The local time that a page shows, without a zone."""
    found = _DATE.fullmatch(date or "")
    if not found:
        return None
    day, month, year, hour, minute, second = map(int, found.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone is not known
    except ValueError:
        return None


def offset_of(date: str | None) -> timedelta | None:
    """The offset from UTC that a page states; None if it states none.

    Before it may stand a word, and its digits and signs may be of any script.
    """
    found = _DATE.fullmatch(date or "")
    return _parsed(found[7]) if found and found[7] else None


def _parsed(stated: str) -> timedelta | None:
    plain = "".join(_plain(each) for each in stated)
    found = _OFFSET.search(plain)
    if not found:
        return timedelta(0) if plain in _ZERO else None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset > timedelta(hours=14):
        return None
    return -offset if found[1] == "-" else offset


def _plain(letter: str) -> str:
    if category(letter) == "Cf":  # marks that turn text round
        return ""
    if letter in "−–‐‑":
        return "-"
    return str(digit(letter)) if letter.isdigit() else letter


@cache
def _summer(offset: timedelta, day: int) -> bool:
    """Whether a clock with this standard offset may have been put forward on a day."""
    midnight = datetime.fromordinal(day)
    hours = (midnight, midnight + timedelta(hours=23, minutes=59))
    return any(_forward(zone, each, offset) for zone in _changing(offset) for each in hours)


@cache
def _changing(offset: timedelta) -> tuple[ZoneInfo, ...]:
    """The zones with this standard offset that put their clocks forward in some year."""
    dates = [datetime(year, month, 15) for year in range(_FIRST, _LAST) for month in (1, 4, 7, 10)]  # noqa: DTZ001
    zones = map(ZoneInfo, sorted(available_timezones()))
    return tuple(zone for zone in zones if any(_forward(zone, each, offset) for each in dates))


def _forward(zone: ZoneInfo, date: datetime, offset: timedelta) -> bool:
    """Whether it is summer time there, and would otherwise be this offset."""
    forward, whole = zone.dst(date), zone.utcoffset(date)
    if not forward or whole is None:
        return False
    return forward > timedelta(0) and whole - forward == offset
