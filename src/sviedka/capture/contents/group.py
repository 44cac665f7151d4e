"""Saves one after another, each made to stand when enough has come together."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Event, Saving

GROUP_RECORDS: Final = 2000
GROUP_BYTES: Final = 256 << 20
"""After so many records, or bytes of originals, a save stands; an interruption costs no more."""


class Group:
    """The save that is open now. Leaving by an error leaves out what did not stand yet."""

    def __init__(self, archive: Archive, event: Event) -> None:
        self._archive = archive
        self._event = event
        self._stack = ExitStack()
        self._save: Saving | None = None
        self._records = self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.flush()
        self._stack.close()

    @property
    def save(self) -> Saving:
        """Where to put what comes next."""
        if self._save is None:
            self._save = self._stack.enter_context(self._archive.save(self._event))
        return self._save

    def count(self, records: int, size: int = 0) -> None:
        """Say how much was put in; may make it stand, so call it between things that belong."""
        self._records += records
        self._bytes += size
        if self._records >= GROUP_RECORDS or self._bytes >= GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Make all that was put in stand."""
        if self._save is not None:
            self._save.finish()
            self._stack.close()
            self._save = None
        self._records = self._bytes = 0
