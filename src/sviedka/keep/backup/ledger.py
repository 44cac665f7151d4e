"""Bringing the ledger of a copy up to that of the archive: only forward, durable at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import ForkError, RollbackError, UsageError
from sviedka.keep import durable
from sviedka.keep.ledger.log import JOURNAL

if TYPE_CHECKING:
    from sviedka.keep.ledger.log import Log


def require_older(source: Log, copy: Log) -> None:
    """The copy is an earlier state of the same ledger, or none yet.

    UsageError for another archive, ForkError for another history of this one, RollbackError if the
    copy is ahead.
    """
    where = str(copy.folder.parent)
    if copy.size and copy.root_at(1) != source.root_at(1):
        raise UsageError("this is a copy of another archive", where=where, do="name a new folder")
    common = min(source.size, copy.size)
    if source.root_at(common) != copy.root_at(common):
        raise ForkError(
            "this copy and the archive have different histories",
            where=where,
            do="keep both as they are, and find out which was altered: sviedka verify",
        )
    if copy.size > source.size:
        raise RollbackError(
            f"this copy has {copy.size} entries, and the archive only {source.size}",
            where=where,
            do="the archive is an older state than its copy: restore it from there",
        )


def follow(source: Log, copy: Log) -> None:
    """Give the copy the entries that it lacks, and the head that the archive has.

    Call it within ``locked`` of the copy, after ``require_older``.
    """
    if source.note is not None and source.tiled >= copy.size:
        # Also where nothing is lacking: the last time may have been cut short while clearing away.
        lacking = list(source.entries(copy.size, source.tiled))
        if copy.has_journal:
            _append(copy, lacking)
            copy.commit(source.note)
        else:
            copy.adopt(lacking, source.note)
    if source.has_journal:
        if not copy.has_journal:
            copy.start_journal()
        _append(copy, list(source.entries(copy.size)))
    elif copy.has_journal:
        durable.remove(copy.folder / JOURNAL)
        copy.refresh()


def _append(log: Log, entries: list[bytes]) -> None:
    if entries:
        log.append(entries)
