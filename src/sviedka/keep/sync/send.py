"""Putting this device's outbox into the folder, for the sequencer to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import ForkError, NotFoundError
from sviedka.keep import durable, layout, restate
from sviedka.keep.ledger import outbox
from sviedka.keep.sync import carry, inventory, outboxes
from sviedka.keep.sync.report import REFUSED

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.sync.folder import SyncFolder


def send(archive: Archive, folder: SyncFolder) -> None:
    """Put every group into the folder, after what it brings; remove what the ledger has.

    ForkError, before anything of a group is written, if the folder has another one that this
    device's key signed for the same place: then the key is used elsewhere too.
    """
    mine = archive.path / layout.OUTBOX
    waiting = outbox.files(mine)
    for path in waiting:
        data = durable.read_file(path, outbox.MAX_FILE)
        there = outboxes.path_of(archive.device.id, int(path.name))
        _check_there(archive, folder, mine, there, data)
        brought = inventory.of_group(outbox.read(data))
        carry.push(folder, layout.OBJECTS, archive.objects, brought.objects)
        carry.push(folder, layout.GRANTS, archive.grants, brought.grants)
        carry.push_kept(folder, archive.log.folder, brought.kept)
        folder.put(there, data)
    kept = {path.name for path in waiting}
    for there, _ in outboxes.files(folder, archive.device.id):
        if there.rpartition("/")[2] not in kept:
            folder.remove(there)
    folder.report.provisional = len(waiting)


def _check_there(archive: Archive, folder: SyncFolder, mine: Path, there: str, data: bytes) -> None:
    device = archive.device
    try:
        found = folder.read(there, outbox.MAX_FILE)
        if found == data or restate.is_withdrawn(mine, found):
            return
        seq = int(there.rpartition("/")[2])
        other = outboxes.read_group(folder, there, device.id, seq)
        other[0].check_signature(device.id, device.sign_public)
    except NotFoundError:
        return
    except REFUSED as error:
        folder.put_aside(there, error, device.id)
        return
    raise ForkError(
        f"this device's key signed another entry {seq} as well: it is used in two places",
        where=there,
        do="find the other copy of this device and of its archive; only one may be used",
    )
