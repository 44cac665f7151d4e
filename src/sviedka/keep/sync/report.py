"""What a sync did, and what it found in the folder that should not be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sviedka.errors import AccessError, FormatError, IntegrityError

if TYPE_CHECKING:
    from sviedka.errors import SviedkaError

REFUSED: Final = (AccessError, FormatError, IntegrityError)
"""Errors about what lies in the folder; all others are about this device, and end the sync."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the folder that was refused. Nothing of it came into the archive.

    ``file`` is its path within the folder, ``device`` the one that it is said to come from, if
    any. ``aside`` tells that it was moved to ``quarantine/``.
    """

    error: SviedkaError
    file: str
    device: str = ""
    aside: bool = False

    def __str__(self) -> str:
        by = f" (device {self.device})" if self.device else ""
        return f"{self.file}{by}: {self.error}"


@dataclass
class SyncReport:
    """What came of one sync. All is well if there are no ``findings`` and nothing is ``waiting``.

    Counted are entries that got positions here (``positioned``) or came with theirs
    (``adopted``), objects and grant files that came (``fetched``) or were put into the folder
    (``pushed``), and groups of this device that wait for the sequencer (``provisional``).
    """

    positioned: int = 0
    adopted: int = 0
    fetched: int = 0
    pushed: int = 0
    provisional: int = 0
    waiting: list[str] = field(default_factory=list)
    """What is not there yet, by its path within the folder; it may come with the next sync."""
    findings: list[Finding] = field(default_factory=list)
