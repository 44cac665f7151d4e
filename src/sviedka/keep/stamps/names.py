"""How the files of stamps are called beside a kept head (docs/format.md §4.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_AUTHORITY: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TOKEN: Final = re.compile(
    r"([0-9]{1,16})\.([a-z][a-z0-9-]{0,31})\.([0-9]{1,6})\.(tsq|tsr|pem|crl)"
)
_OTS: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,6}))?\.ots")


class Token(NamedTuple):
    """A stamp by an authority: the size of its head, the authority's name, its number there."""

    size: int
    authority: str
    number: int

    def file(self, ending: str) -> str:
        """``tsq`` the request, ``tsr`` the response, ``pem`` the chain, ``crl`` its revocations."""
        return f"{self.size}.{self.authority}.{self.number}.{ending}"


class Ots(NamedTuple):
    """An OpenTimestamps proof of a head: the first, or a later one that shows more."""

    size: int
    number: int

    @property
    def file(self) -> str:
        """``<size>.ots``, then ``<size>.2.ots`` …."""
        return f"{self.size}.ots" if self.number == 1 else f"{self.size}.{self.number}.ots"


def check_authority(name: str) -> None:
    """UsageError unless an authority can be called so."""
    if not _AUTHORITY.fullmatch(name) or name == "cosig":
        raise UsageError(
            "an authority's name has 1 to 32 of a–z, 0–9 and -, and begins with a letter",
            where=name[:64],
            do="it stands in the names of files, for all to see",
        )


def tokens(files: Iterable[str]) -> list[Token]:
    """The stamps by authorities among some files, by head and number."""
    found = filter(None, map(_TOKEN.fullmatch, files))
    return sorted({Token(int(each[1]), each[2], int(each[3])) for each in found})


def proofs(files: Iterable[str]) -> list[Ots]:
    """The OpenTimestamps proofs among some files, by head and number."""
    found = filter(None, map(_OTS.fullmatch, files))
    return sorted(Ots(int(each[1]), int(each[2] or 1)) for each in found)


def is_part(file: str) -> bool:
    """Whether a file belongs to a stamp without being one."""
    found = _TOKEN.fullmatch(file)
    return found is not None and found[4] != "tsr"
