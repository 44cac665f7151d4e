"""Who gives positions: bringing a device's role in line with the ledger (docs/format.md §4.5).

A handover counts from its entry on. What a device does about it comes later and may be interrupted
anywhere; each step here finds what the last one left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sviedka.errors import IntegrityError
from sviedka.keep import durable, layout
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger.log import JOURNAL

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive


def settle(archive: Archive) -> None:
    """Take the role up or lay it down if the ledger says so.

    Call it within ``locked``, after ``catch_up``. IntegrityError if the ledger gives the role to a
    log key that this device does not hold.
    """
    if archive.history.sequencer != archive.device.id:
        if archive.is_sequencer:
            _lay_down(archive)
    elif not archive.is_sequencer or not archive.log.has_journal:
        _take_up(archive)
    if archive.is_sequencer:
        _empty_outbox(archive)


def _lay_down(archive: Archive) -> None:
    if archive.log.size > archive.log.tiled:
        archive.commit()
    durable.remove(archive.log.folder / JOURNAL)
    archive.log.refresh()
    archive.update_state(msgspec.structs.replace(archive.state, sequencer=False))


def _take_up(archive: Archive) -> None:
    if str(archive.log_key().verifier) != archive.history.log_keys[-1].key:
        raise IntegrityError(
            "the ledger gives the log to a key that this device does not hold",
            where=str(archive.path),
        )
    archive.unwind()
    archive.update_state(msgspec.structs.replace(archive.state, sequencer=True))
    if not archive.log.has_journal:
        archive.log.start_journal()
    archive.catch_up()


def _empty_outbox(archive: Archive) -> None:
    """Give positions to what this device wrote before it was the sequencer.

    A new day is entered behind that only: these entries have their places in the device's chain.
    """
    for path in outbox.files(archive.path / layout.OUTBOX):
        entries = outbox.load(path)
        if entries[0].body.seq >= archive.chain.seq:
            archive.log.append([each.data for each in entries])
            archive.catch_up()
            archive.update_state(archive.state.advanced(archive.head))
        durable.remove(path)
