"""Taking over the ledger that the sequencer published, on any other device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import ForkError, NotFoundError, RollbackError
from sviedka.keep import layout
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.sync import pull
from sviedka.keep.sync.report import REFUSED

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.history import History
    from sviedka.keep.sync.folder import SyncFolder


def follow(archive: Archive, folder: SyncFolder) -> tuple[History, bool]:
    """Adopt what the folder's ledger adds; what is wrong with it becomes a finding.

    Gives the history of the ledger then, without the outbox, to be used up; and whether the folder
    is behind, so that it should get the ledger from here.

    Call it within ``locked``, and ``catch_up`` after it. ForkError or RollbackError, and nothing
    is adopted, if the ledger holds entries of this device that this copy of it never wrote.
    """
    try:
        arrived = pull.pull(folder, archive.log, archive.settled())
    except NotFoundError as error:
        behind = error.where == pull.HEAD
        if not behind:
            folder.report.waiting.append(error.where)
        return archive.settled(), behind
    except REFUSED as error:
        folder.find(error, error.where or pull.HEAD)
        return archive.settled(), isinstance(error, RollbackError)
    if arrived is None:
        return archive.settled(), False
    _check_own(archive, arrived)
    # History and index first: whoever opens the archive after a crash here finds them behind the
    # ledger, which they can be, and never beyond it.
    archive.unwind()
    archive.log.adopt(arrived.entries, arrived.note)
    head = Checkpoint.parse(arrived.note.text)
    known = say.Head(root=head.root.hex(), size=head.size)
    archive.update_state(archive.state.advanced(known))
    folder.report.adopted += len(arrived.entries)
    return arrived.history, False


def clear_outbox(archive: Archive) -> None:
    """Remove from the outbox what the ledger has. Call it within ``locked``, after ``catch_up``."""
    waiting = archive.pending
    seq = waiting[0].body.seq if waiting else archive.chain.seq
    outbox.clear(archive.path / layout.OUTBOX, seq)


def _check_own(archive: Archive, arrived: pull.Arrived) -> None:
    """Refuse a ledger in which somebody else wrote as this device."""
    device = archive.device.id
    waiting = {each.body.seq: each.id for each in archive.pending}
    name = f'"device":"{device}"'.encode()
    for line in arrived.entries:
        if name not in line:
            continue
        entry = Entry.parse(line)
        if entry.body.device != device:
            continue
        seq = entry.body.seq
        if seq in waiting and waiting[seq] != entry.id:
            raise ForkError(
                f"the ledger has another entry {seq} of this device than its outbox",
                where=str(archive.path),
                do="this device is used in two places: find the other one",
            )
        if seq >= max(archive.chain.seq, archive.state.seq):
            raise RollbackError(
                f"the ledger has an entry {seq} of this device that this copy of it never wrote",
                where=str(archive.path),
                do="this is an older copy, or one of two: remove it, and join as a new device",
            )
