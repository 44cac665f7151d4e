"""The archive's calendar: which day it is, and whether the clock can be believed.

DESIGN.md, "Time, order and counting", 6.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sviedka.errors import ClockError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

MAX_JUMP: Final = 31
"""Days that may pass between two entries without a person's word."""


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; UsageError if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"there is no time zone {name[:64]!r}", do="give one such as Europe/Vilnius"
        ) from error


def next_day(last: str, now: datetime, zone_name: str, *, confirmed: bool) -> str | None:
    """The day to enter before the next entry; None if it is still ``last``.

    ClockError if the clock shows an earlier day than the ledger does, or one more than 31 days
    later and nobody has confirmed that.
    """
    today = now.astimezone(zone(zone_name)).date()
    if not last or today.isoformat() == last:
        return None if last else today.isoformat()
    jump = (today - date.fromisoformat(last)).days
    if jump < 0:
        raise ClockError(
            f"the clock shows {today}, but the ledger has reached {last}",
            do="set the clock of this computer right; nothing was written",
        )
    if jump > MAX_JUMP and not confirmed:
        raise ClockError(
            f"the clock shows {today}, {jump} days after the last entry",
            do="if that is right, say so with --confirm-date; a wrong day cannot be taken back",
        )
    return today.isoformat()
