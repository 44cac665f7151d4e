"""Writing a bundle: one record out of an archive, with all that proves it and nothing beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.errors import NotFoundError
from sviedka.keep import canonical, reading
from sviedka.keep.bundle import heads, statement, writing
from sviedka.keep.bundle.checking import ITEM, Item
from sviedka.keep.bundle.page import Facts, page
from sviedka.keep.canonical import VERSION
from sviedka.keep.ledger import merkle
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.proof import LogProof
from sviedka.keep.saving import Event
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import read_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive
    from sviedka.keep.bundle.heads import Head
    from sviedka.keep.index import Record
    from sviedka.keep.reading import Opened
    from sviedka.keep.vault.batch import Batch

_CHECKER: Final = Path(__file__).with_name(statement.CHECKER)
_HARMLESS: Final = frozenset({"import", "kind", "time", "tool", "type", "v"})
"""What an event may say without naming anyone or anything."""


def write(  # noqa: PLR0913 - each optional and named
    archive: Archive,
    record_id: str,
    out: Path,
    *,
    name: str = "",
    purpose: str = "",
    whole_event: bool = False,
) -> None:
    """Write a bundle about the record whose id begins so, to a new folder or ``….zip``.

    If the record is of an item, its original goes along, called ``name`` if one is given. The event
    that brought the record goes along as custody unless it says more than what kind of act it was,
    when and with which program: a purpose, or which other records it was about. With
    ``whole_event`` it does in any case. Custody gets a ``dis`` event with ``purpose``.

    UsageError if something lies at ``out`` or the record has no position yet; after that and
    NotFoundError, AmbiguousError, AccessError, IntegrityError or StorageError nothing lies there.
    """
    record = reading.find_record(archive, record_id)
    writing.require_new(out)
    head = heads.covering(archive, record.batch.entry)
    _give_out(archive, record, purpose)
    opened = reading.open_record(archive, record, purpose)
    entry = Entry.parse(next(archive.log.entries(record.batch.entry)))
    original = None
    if record.kind == ITEM:
        original = statement.ORIGINAL + writing.safe_name(name)
    files = _evidence(archive, opened, head, entry)
    leaves = {"record": _leaf(opened.batch, opened.batch.index(record.id))}
    if _may_be_shown(opened, whole=whole_event):
        files[statement.EVENT] = opened.batch.records[0] or b""
        leaves["event"] = _leaf(opened.batch, 0)
    files[statement.README] = page(_facts(archive, opened, head, original))
    files[statement.CHECKER] = _CHECKER.read_bytes()
    files[statement.PROOF] = canonical.encode(
        statement.Statement(
            archive=archive.archive_id,
            device=_author(archive, entry),
            files={each: hashlib.sha256(data).hexdigest() for each, data in files.items()},
            log=head.log,
            v=VERSION,
            witnesses={statement.OUTSIDE + file: key for file, key in head.witnesses.items()}
            or None,
            **leaves,
        )
    )
    with writing.draft(out) as bundle:
        for each, data in files.items():
            bundle.add(each, [data])
        if original is not None:
            bundle.add(original, _original(archive, opened, entry))


def _give_out(archive: Archive, record: Record, purpose: str) -> None:
    """Enter into the custody of a record that it leaves the archive."""
    with archive.save(Event("dis", purpose, about=(record.id.hex(),))) as save:
        save.happened(record.batch.case.hex(), record.batch.facet)  # type: ignore[arg-type]
        save.finish()


def _evidence(archive: Archive, opened: Opened, head: Head, entry: Entry) -> dict[str, bytes]:
    position = opened.record.batch.entry
    path = merkle.inclusion_proof(position, head.size, archive.log.tiles.hash_at)
    proof = LogProof(position, tuple(path), head.note)
    return {
        statement.RECORD: opened.body,
        statement.ENTRY: entry.data,
        statement.LOG_PROOF: bytes(proof),
        statement.CHECKPOINT: bytes(head.note),
    } | {statement.OUTSIDE + file: data for file, data in head.outside.items()}


def _leaf(batch: Batch, index: int) -> statement.Leaf:
    salt = batch.salts[index]
    assert salt is not None  # noqa: S101 - only records that are there are shown
    path = statement.steps(index, len(batch.ids), batch.path(batch.ids[index]))
    return statement.Leaf(path=path, salt=salt)


def _may_be_shown(opened: Opened, *, whole: bool) -> bool:
    """Whether the event of the batch is there, is not the record itself, and may be disclosed."""
    event = opened.batch.records[0]
    if event is None or opened.batch.index(opened.record.id) == 0:
        return False
    said: dict[str, Any] = msgspec.json.decode(event)
    return said.get("kind") == "event" and (whole or said.keys() <= _HARMLESS)


def _author(archive: Archive, entry: Entry) -> bytes:
    """The public key of the device that signed an entry, which may have left since."""
    device = entry.body.device
    member = archive.history.members.get(device)
    return member.sign if member else _former(archive, device)


def _original(archive: Archive, opened: Opened, entry: Entry) -> Iterator[bytes]:
    item = msgspec.json.decode(opened.body, type=Item)
    assert isinstance(entry.body, say.Content)  # noqa: S101 - it has brought the record
    sizes = {each.hash: each.size for each in entry.body.objects}
    place = opened.record.batch
    identity = archive.identity(place.case.hex(), place.facet, place.epoch)  # type: ignore[arg-type]
    sealed = Sealed(item.object, sizes.get(item.object, 0), item.sha256, item.size)
    with archive.objects.open(item.object) as file:
        yield from read_item(file, identity, sealed)


def _facts(archive: Archive, opened: Opened, head: Head, original: str | None) -> Facts:
    item = msgspec.json.decode(opened.body, type=Item) if original else None
    place = opened.record.batch
    return Facts(
        archive=archive.archive_id,
        log=head.log,
        device=place.device.hex(),
        position=place.entry,
        size=head.size,
        root=head.root.hex(),
        record=opened.record.id.hex(),
        kind=opened.record.kind,
        original=original or "",
        sha256=item.sha256 if item else "",
        length=item.size if item else 0,
        day=_day(archive, place.entry),
        cosignatures=heads.cosignatures(head),
        stamps=tuple(sorted(head.outside.keys() - head.witnesses.keys())),
    )


def _day(archive: Archive, position: int) -> str:
    """The day of the ledger's calendar on which an entry got its position."""
    day = ""
    for line in archive.log.entries(0, position):
        if b'"kind":"day"' in line:
            body = Entry.parse(line).body
            day = body.data.day if isinstance(body, say.Day) else day
    return day


def _former(archive: Archive, device: str) -> bytes:
    """The key of a device that is no member any more."""
    for line in archive.log.entries():
        body = Entry.parse(line).body
        match body:
            case say.Found():
                members = body.data.members
            case say.MemberChange(data=say.MemberData(add=say.Member() as member)):
                members = [member]
            case _:
                continue
        for each in members:
            if each.device == device:
                return each.sign
    raise NotFoundError(f"no entry admits the device {device}")
