"""Which formats are known, how each is told from others, and who reads it.

A file is what its first bytes say, whatever it is called; a name decides only between formats that
begin alike (a DOCX is a ZIP) or have no beginning of their own (CSV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

BEGINNING: Final = 1 << 16
"""Bytes of a file that are looked at."""

Sort = Literal["archive", "document", "mail", "media", "picture", "table", "web"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``parser`` is ``module:function`` for the sandbox; ``extra`` what it needs.

    ``fits`` judges the first ``BEGINNING`` bytes and the name in lower case.
    """

    name: str
    sort: Sort
    parser: str
    fits: Callable[[bytes, str], bool]
    extra: str = ""


FORMATS: Final[tuple[Format, ...]] = ()
"""In the order in which they are tried."""


def format_of(beginning: bytes, name: str) -> Format | None:
    """The format of a file that begins so and is called so; None if no reader knows it."""
    lower = name.lower()
    return next((each for each in FORMATS if each.fits(beginning, lower)), None)
