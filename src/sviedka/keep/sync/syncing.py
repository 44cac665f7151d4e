"""One sync, as the sequencer and as any other device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keep import recall
from sviedka.keep.destruction import remains
from sviedka.keep.sync import alone, carry, inventory, late, outerkeys
from sviedka.keep.sync.folder import SyncFolder
from sviedka.keep.sync.follow import clear_outbox, follow
from sviedka.keep.sync.gather import gather
from sviedka.keep.sync.publish import publish
from sviedka.keep.sync.report import SyncReport
from sviedka.keep.sync.send import send

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.history import History


def sync(archive: Archive, folder: Path) -> SyncReport:
    """Exchange everything with a folder; docs/format.md §8.2 says what, and how it is checked.

    What the folder holds that it should not is in the report. Raised is only what concerns this
    device: RollbackError or ForkError if this archive is an older copy or one of two in use,
    ClockError, StorageError, BusyError. After any of them, or a crash, it can be run again.
    """
    report = SyncReport()
    with archive.locked():
        archive.settle()
        place = SyncFolder(folder, archive.archive_id, report, archive.random)
        known, size = set(archive.history.cases), archive.log.size
        done: list[str] = []
        if archive.is_sequencer:
            alone.check(archive, place)
            history, done = gather(archive, place)
            behind = True
        else:
            history, behind = follow(archive, place)
        # What entries bring comes before the index takes them in, so that nothing is read twice.
        keys = outerkeys.find(archive, place, history)
        late.expect(archive, {name.case for name in keys} & known)
        if keys:
            archive.update_state(archive.state.with_outer(keys))
        _fetch(archive, place, history, size)
        archive.settle()  # which may be to take up the role, if it was handed over to this device
        late.replay(archive)
        remains.remove(archive)
        remains.renew_index(archive)
        if archive.is_sequencer and archive.log.size > archive.log.tiled:
            archive.commit()
        # Also where nothing came: a device that has just arrived has seen this head, too.
        archive.update_state(archive.state.advanced(archive.head).signed(archive.chain.seq))
        if behind or archive.is_sequencer:
            publish(archive, place)
        for path in done:
            place.remove(path)
        if not archive.is_sequencer:
            clear_outbox(archive)
            send(archive, place)
            if history.size > size:  # and all that it destroyed is gone
                recall.write(archive.folder, archive.device, history, archive.log.root_at)
        outerkeys.give(archive, place)
    return report


def _fetch(archive: Archive, folder: SyncFolder, history: History, size: int) -> None:
    """Bring what is missing here; below ``size``, the index knows the entries that name it."""
    wanted = inventory.of_ledger(archive.log.entries(), history)
    missing = carry.missing(archive.objects, wanted.objects)
    missing |= carry.missing(archive.grants, wanted.grants)
    late.expect(archive, {each.case for each in missing.values() if each.position < size})
    carry.fetch_objects(folder, archive.objects, wanted.objects)
    carry.fetch_grants(folder, archive.grants, wanted.grants)
    carry.fetch_kept(folder, archive.log.folder, wanted.kept)
