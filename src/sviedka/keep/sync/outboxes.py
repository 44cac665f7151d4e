"""The outboxes in a sync folder: ``outbox/<device>/<seq>``, each file one group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError
from sviedka.keep import layout
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger import statements as say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.ledger.entry import Entry
    from sviedka.keep.sync.folder import SyncFolder

_DEVICE: Final = re.compile(r"[0-9a-f]{32}")
_SEQ: Final = re.compile(r"[0-9]{10}")


def path_of(device: str, seq: int) -> str:
    """Where the group that begins with this entry of a device lies."""
    return f"{layout.OUTBOX}/{device}/{outbox.name_of(seq)}"


def devices(folder: SyncFolder) -> Iterator[str]:
    """The devices that have an outbox; whatever else lies there is a finding."""
    for name in folder.names(layout.OUTBOX):
        if _DEVICE.fullmatch(name):
            yield name
        else:
            folder.find(FormatError("this is no outbox of a device"), f"{layout.OUTBOX}/{name}")


def files(folder: SyncFolder, device: str) -> Iterator[tuple[str, int]]:
    """The files of one outbox, oldest first, each with the ``seq`` that its name says."""
    for name in folder.names(f"{layout.OUTBOX}/{device}", device):
        path = f"{layout.OUTBOX}/{device}/{name}"
        if _SEQ.fullmatch(name):
            yield path, int(name)
        else:
            folder.find(FormatError("no file of an outbox has such a name"), path, device)


def read_group(folder: SyncFolder, path: str, device: str, seq: int) -> list[Entry]:
    """The group in a file: of this device, from ``seq`` on, whole, each linked to the one before.

    NotFoundError if it is gone meanwhile; FormatError, NewerFormatError or IntegrityError if it is
    anything else. Signatures and rights are not judged.
    """
    entries = outbox.read(folder.read(path, outbox.MAX_FILE))
    for at, entry in enumerate(entries):
        body = entry.body
        if not isinstance(body, say.Grouped):
            raise FormatError("only the sequencer writes such an entry", where=path)
        place = say.Group(at=at, of=len(entries)) if len(entries) > 1 else None
        if (body.device, body.seq, body.group) != (device, seq + at, place):
            raise FormatError("this is not one group, in the outbox that it belongs to", where=path)
        if at and body.prev != entries[at - 1].id.hex():
            raise FormatError("the entries of a group are not linked", where=path)
    return entries
