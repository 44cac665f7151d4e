"""The few things that the views' SQL has in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from sviedka.errors import AmbiguousError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Value = bytes | str | int | float | None

_T = TypeVar("_T")

ID_DIGITS: Final = 64
CANDIDATES: Final = 10
"""How many ids an ambiguous prefix is answered with."""

_HEX: Final = re.compile(f"[0-9a-f]{{1,{ID_DIGITS}}}")


def where(**conditions: Value) -> tuple[str, list[Value]]:
    """``WHERE`` with those of ``column=value`` that are given, and what to bind.

    The names are columns, ``__`` standing for the dot after a table's name; never anything that
    was read.
    """
    given = {column.replace("__", "."): value for column, value in conditions.items()}
    given = {column: value for column, value in given.items() if value is not None}
    text = " AND ".join(f"{column} = ?" for column in given)
    return f"WHERE {text}" if text else "", list(given.values())


def id_range(prefix: str) -> tuple[bytes, bytes]:
    """The first and last 32-byte id that begin with these hex digits; UsageError if none can."""
    digits = prefix.lower()
    if not _HEX.fullmatch(digits):
        raise UsageError(f"{prefix!r} is not the beginning of an id: 1 to {ID_DIGITS} hex digits")
    return bytes.fromhex(digits.ljust(ID_DIGITS, "0")), bytes.fromhex(digits.ljust(ID_DIGITS, "f"))


def only(found: Iterable[tuple[bytes, _T]], prefix: str, noun: str) -> _T:
    """The one thing found; NotFoundError or AmbiguousError if there is not exactly one."""
    several: Sequence[tuple[bytes, _T]] = list(found)
    if not several:
        raise NotFoundError(f"no {noun} begins with {prefix}")
    if len(several) > 1:
        ids = [id_.hex() for id_, _ in several[:CANDIDATES]]
        more = " and others" if len(several) > CANDIDATES else ""
        raise AmbiguousError(
            f"{prefix} may be {', '.join(ids)}{more}", ids, do="give more of its digits"
        )
    return several[0][1]
