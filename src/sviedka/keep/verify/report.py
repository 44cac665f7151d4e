"""What a verification found: everything, not the first thing only."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.errors import SviedkaError
    from sviedka.keep.ledger.statements import Head

    Progress = Callable[[int, int], None]
    """Told how many bytes of how many are read; it may be called from any thread."""


class Severity(StrEnum):
    """How bad a finding is."""

    DAMAGE = "damage"
    """Something is not what the ledger says it is, or is gone."""
    WARNING = "warning"
    """Nothing is lost, but a person should look: what is foreign, or should have been destroyed."""
    NOTE = "note"
    """Harmless, and good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what it is, where (a path in the archive, an entry), and what to do."""

    severity: Severity
    what: str
    where: str = ""
    do: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.do})" if self.do else text


@dataclass(frozen=True, slots=True)
class Outside:
    """Someone outside who attests a head: a file under ``ledger/checkpoints`` beside it.

    ``time`` (POSIX seconds) is that of a cosignature or stamp which was checked; None where it was
    not: a witness's key is sealed, or a block's header is elsewhere. Without keys, a stamp is held
    against the root that was kept with it, whether or not that is one to be trusted.
    """

    size: int
    file: str
    time: int | None = None


@dataclass(slots=True)
class Counts:
    """How much was checked. ``read`` counts bytes, ``closed`` objects that no key here opens."""

    entries: int = 0
    heads: int = 0
    grants: int = 0
    objects: int = 0
    read: int = 0
    originals: int = 0
    records: int = 0
    closed: int = 0
    waiting: int = 0
    """Entries of the outbox, which have no position yet."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    ``head`` is what the tree, built again from the entries, came to. The largest head of which
    there is a stamp or cosignature from outside, checked or not, has the size ``attested``;
    ``alone_since`` is the day (of the archive's calendar) of the first entry behind it, for which
    only this archive vouches, "" if there is none.
    """

    archive: str
    head: Head
    findings: tuple[Finding, ...]
    counts: Counts
    outside: tuple[Outside, ...]
    attested: int
    alone_since: str

    @property
    def intact(self) -> bool:
        """Nothing is damaged."""
        return all(each.severity is not Severity.DAMAGE for each in self.findings)

    @property
    def clean(self) -> bool:
        """Nothing is damaged, and there is nothing that a person should look at."""
        return all(each.severity is Severity.NOTE for each in self.findings)


@dataclass(slots=True)
class Notebook:
    """Where the checks write down what they find and what they have done."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    outside: list[Outside] = field(default_factory=list)

    def damage(self, what: str, where: str = "", do: str = "") -> None:
        """Something is not as the ledger says."""
        self.findings.append(Finding(Severity.DAMAGE, what, where, do))

    def warn(self, what: str, where: str = "", do: str = "") -> None:
        """A person should look at it."""
        self.findings.append(Finding(Severity.WARNING, what, where, do))

    def note(self, what: str, where: str = "", do: str = "") -> None:
        """It is harmless."""
        self.findings.append(Finding(Severity.NOTE, what, where, do))

    def error(self, error: SviedkaError, where: str = "") -> None:
        """What a check raised is damage; ``where`` is more than the error knows itself."""
        place = where if error.where in where else f"{where}, {error.where}".removeprefix(", ")
        self.damage(error.what, place, error.do)


class Meter:
    """Counts bytes on all threads, and tells the progress."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.done = 0
        self._total = total
        self._progress = progress
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """So many more are read."""
        with self._lock:
            self.done += count
            done = self.done
        self._progress(done, self._total)
