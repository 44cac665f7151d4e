"""An outbox that the ledger has overtaken: what was written may not stand any more.

While a device was away, a facet that it wrote to may have been destroyed, or a case been given
other keys. Such a group is withdrawn: ``open`` entries that say so, sealed like all of their kind,
take its places in the chain, and what was written behind it is linked and signed anew. Its file is
kept beside the outbox for people (docs/format.md §8.1). Places stay as they are, since what is
sealed in an entry is bound to its place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep import durable, layout
from sviedka.keep.author import MAX_PURPOSE, Draft, Notice, compose
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.history import History

WITHDRAWN: Final = ".withdrawn"
EVENT: Final = "dea"
"""PREMIS: deaccession."""


@dataclass(frozen=True)
class _Group:
    path: Path
    data: bytes
    entries: list[Entry]


def restate(archive: Archive) -> None:
    """Make the outbox one that the ledger permits.

    Call it within ``locked``, and ``catch_up`` after it; a removed device's outbox stays as it is.
    IntegrityError if it holds entries that this device did not sign.
    """
    archive.unwind()
    history = archive.settled()
    if archive.device.id not in history.members:
        return  # nothing that it signs can stand
    for group in _groups(archive, history):
        history = _place(archive, group, history)


def is_withdrawn(folder: Path, data: bytes) -> bool:
    """Whether these bytes are those of a file of this outbox that was replaced."""
    return any(path.name.endswith(_suffix(data)) for path in _kept(folder))


def _place(archive: Archive, group: _Group, history: History) -> History:
    """See that a group can follow; gives the history with what stands in its place."""
    for entries in _ways(archive, group, history):
        trial = history.copy()
        try:
            for entry in entries:
                trial.apply(entry, archive.log.root_at)
        except (AccessError, FormatError, IntegrityError) as error:
            reason = error
            continue
        break
    else:
        entries = _stand_in(archive, group.entries, history, reason)
        trial = history
        for entry in entries:
            trial.apply(entry, archive.log.root_at)
    if entries is not group.entries:
        kept = group.path.with_name(group.path.name + _suffix(group.data))
        durable.write_file(kept, group.data)
        outbox.write(group.path.parent, entries)
    return trial


def _ways(archive: Archive, group: _Group, history: History) -> list[list[Entry]]:
    """The group as it is; or linked anew, if nobody else signed it, for that ends with a change."""
    prev = history.chains[archive.device.id].prev
    if group.entries[0].body.prev == prev or any(len(e.signatures) > 1 for e in group.entries):
        return [group.entries]
    linked = []
    for entry in group.entries:
        entry.check_signature(archive.device.id, archive.device.sign_public)
        linked.append(Entry.write(msgspec.structs.replace(entry.body, prev=prev), [archive.device]))
        prev = linked[-1].id.hex()
    return [linked]


def _stand_in(
    archive: Archive, entries: Sequence[Entry], history: History, reason: SviedkaError
) -> list[Entry]:
    """Entries that take the places of those withdrawn, and say why."""
    purpose = f"withdrawn: {reason.what}"[:MAX_PURPOSE]
    drafts = [Draft(say.Open, {}, Notice(EVENT, purpose, _about(entry))) for entry in entries]
    return compose(drafts, archive.device, history, archive.head, archive.now())


def _about(entry: Entry) -> dict[str, str | int]:
    """The facet that an entry was about, as an ``open`` entry names it."""
    match entry.body:
        case say.Content(case=case, facet=facet, epoch=epoch):
            return {"case": case, "epoch": epoch, "facet": facet}
        case say.Grant(data=say.GrantData(grants=[first, *_])):
            return {"case": first.case, "epoch": first.epoch, "facet": first.facet}
        case _:
            return {"case": say.COMMONS, "epoch": 1, "facet": say.AUDIT}


def _groups(archive: Archive, history: History) -> list[_Group]:
    """The groups of the outbox that have no positions yet."""
    seq = history.chains[archive.device.id].seq
    found = []
    for path in outbox.files(archive.path / layout.OUTBOX):
        data = durable.read_file(path, outbox.MAX_FILE)
        entries = outbox.read(data)
        if entries[0].body.seq >= seq:
            found.append(_Group(path, data, entries))
    return found


def _suffix(data: bytes) -> str:
    return f".{hashlib.sha256(data).hexdigest()[:16]}{WITHDRAWN}"


def _kept(folder: Path) -> list[Path]:
    with durable.storage_errors(folder):
        return [path for path in folder.iterdir() if path.name.endswith(WITHDRAWN)]
