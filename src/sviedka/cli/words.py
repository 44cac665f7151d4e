"""Words and figures for people: counted nouns, sizes, times, columns that stand under each other.

What comes from outside (names of files and chats, texts) may hold control characters, with which
a terminal could be made to show something else; ``plain`` makes them visible instead.
"""

from __future__ import annotations

import re
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import tzinfo

_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 and C1, ESC among them
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"  # line ends, and marks that turn text round
)
_UNITS: Final = ("kB", "MB", "GB", "TB", "PB", "EB", "ZB")
_GAP: Final = "  "
_NARROWEST: Final = 12
"""Cells that a last column keeps, however narrow the terminal."""


def plain(text: str) -> str:
    """One line without control characters: they are shown as escapes."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def beginning(text: str, most: int = 100) -> str:
    """The beginning of a text that may be long and have many lines, as one line."""
    shown = plain(" ".join(text[: 4 * most].split()))
    return shown if len(shown) <= most and len(text) <= 4 * most else f"{shown[: most - 1]}…"


def count(number: int, noun: str) -> str:
    """``1 entry``, ``2,000 entries``."""
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


def size(number: int) -> str:
    """Bytes in the unit that fits, of 1,000 each: ``36 B``, ``13.6 kB``."""
    if number < 1000:
        return f"{number} B"
    amount, units = number / 1000, iter(_UNITS)
    unit = next(units)
    while amount >= 999.95:
        amount, unit = amount / 1000, next(units)
    return f"{amount:.1f} {unit}"


def moment(stated: str | float, zone: tzinfo = UTC) -> str:
    """A time stated in RFC 3339 or in seconds since 1970, by the calendar of a zone.

    What cannot be read, or lies beyond the calendar, is shown as it is.
    """
    try:
        if isinstance(stated, str):
            found = datetime.fromisoformat(stated)
        else:
            found = datetime.fromtimestamp(stated, UTC)
        return f"{found.astimezone(zone):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return plain(str(stated))


def columns(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Rows under each other; columns in ``right`` are flush right. The last is cut on a terminal.

    Widths are cells of a terminal (UAX #11), in which Cyrillic has one and Chinese two.
    """
    if not rows:
        return []
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    left = sum(widths) + len(_GAP) * len(widths)
    lines = []
    for row in rows:
        cells = [
            " " * (width - cell_len(cell)) + cell if at in right else set_cell_size(cell, width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append(_GAP.join([*cells, _cut(row[-1], left)]).rstrip())
    return lines


def fields(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Names and values under each other; on a terminal, long values go on under themselves."""
    pairs = list(pairs)
    width = max((cell_len(name) for name, _ in pairs), default=0) + len(_GAP)
    lines = []
    for name, value in pairs:
        parts = _folded(value, width)
        lines += [
            set_cell_size(name if at == 0 else "", width) + each for at, each in enumerate(parts)
        ]
    return lines


def _cut(text: str, left: int) -> str:
    room = _room(left)
    if room is None or cell_len(text) <= room:
        return text
    return set_cell_size(text, room - 1).rstrip() + "…"


def _folded(text: str, left: int) -> list[str]:
    room = _room(left)
    if room is None:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and cell_len(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _room(left: int) -> int | None:
    """Cells to the right of ``left``; None where output is read by a program."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return max(shutil.get_terminal_size().columns - left, _NARROWEST)
