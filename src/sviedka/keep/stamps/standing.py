"""How the stamps of an archive stand: what is stamped, by whom, what failed, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sviedka.keep.stamps import authorities, kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.keep.archive import Archive
    from sviedka.keep.stamps.authorities import Authority
    from sviedka.keep.stamps.kept import Kept

WANTED: Final = 2
"""Authorities of RFC 3161 that should stamp each head: one alone may fail, or be doubted."""
BEFORE: Final = timedelta(days=90)
"""How long before its end a stamp is due to be renewed."""


@dataclass(frozen=True)
class Failure:
    """The last stamp that an authority did not give, none having come from it since."""

    authority: str
    size: int
    time: str
    why: str


@dataclass(frozen=True)
class Standing:
    """``size`` is that of the newest head with a stamp, 0 without one, ``by`` who stamped it when.

    ``pending`` are sizes of heads that a calendar promised to have attested, and no block attests
    yet; ``due`` is when stamps want renewing (the first of them), None if there is none that ends.
    """

    authorities: int
    size: int
    by: tuple[tuple[str, datetime], ...]
    unstamped: int
    failures: tuple[Failure, ...]
    pending: tuple[int, ...]
    due: datetime | None

    @property
    def lacking(self) -> int:
        """How many authorities of RFC 3161 the newest stamped head lacks."""
        return max(WANTED - len({name for name, _ in self.by}), 0)


def standing(archive: Archive) -> Standing:
    """How the stamps of an archive stand, by what its ledger says of them."""
    known = authorities.known(archive)
    current = authorities.current(archive)
    names = {each.id: each.name for each in known}
    stamps = kept.stamped(archive)
    tokens = [each for each in stamps if each.time]
    newest = max((each.size for each in stamps), default=0)
    by = {names.get(each.authority, "?"): each.time for each in tokens if each.size == newest}
    return Standing(
        authorities=len(current),
        size=newest,
        by=tuple((name, time) for name, time in by.items() if time),
        unstamped=archive.log.size - newest,
        failures=tuple(_failures(archive, current, known, stamps)),
        pending=tuple(_pending(stamps)),
        due=_due(tokens),
    )


def _failures(
    archive: Archive,
    current: Sequence[Authority],
    known: Sequence[Authority],
    stamps: Sequence[Kept],
) -> list[Failure]:
    """Of each authority that is asked: the newest attempt, if no stamp by it came behind that."""
    called = {each.id: each.name for each in known}
    found = {}
    for each in kept.attempts(archive):
        name = called.get(each.authority, "")
        since = [
            one
            for one in stamps
            if one.position > each.position
            and (called.get(one.authority) == name or (not one.authority and one.size == each.size))
        ]
        if not since:
            found[name] = Failure(name, each.size, each.time, each.why)
    return [found[each.name] for each in current if each.name in found]


def _pending(stamps: Sequence[Kept]) -> list[int]:
    newest = {each.size: each.pending for each in stamps if not each.time}
    return [size for size, pending in newest.items() if pending]


def _due(tokens: Sequence[Kept]) -> datetime | None:
    """When the first stamp wants renewing that no later one renews.

    A stamp of a larger head renews those that the ledger under it names, since it stands for them
    too: so one new stamp is enough for all, and older ones need not be asked for again.
    """
    covered = max((each.size for each in tokens), default=0)
    ends = [each.until for each in tokens if each.position >= covered and each.until]
    return min(ends) - BEFORE if ends else None


def is_due(found: Standing, now: datetime) -> bool:
    """Whether stamps want renewing."""
    return found.due is not None and found.due <= now.astimezone(UTC)
