"""Writing a bundle: one record out of an archive, with all that proves it and nothing beside it."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
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
from sviedka.keep.stamps import names
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import read_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.keep.archive import Archive
    from sviedka.keep.bundle.heads import Head
    from sviedka.keep.index import Record
    from sviedka.keep.ledger.merkle import HashAt
    from sviedka.keep.vault.batch import Batch

CHECKER: Final = Path(__file__).with_name(statement.CHECKER)
HARMLESS: Final = frozenset({"import", "kind", "time", "tool", "type", "v"})
"""What an event may say without naming anyone or anything."""


@dataclass(frozen=True)
class Made:
    """A bundle that is ready to be written: its small files, and its original if it has one.

    ``original`` is its name in the bundle, "" if there is none; ``item`` what its record says.
    """

    files: dict[str, bytes]
    original: str
    item: Item | None
    blocks: Callable[[], Iterator[bytes]] = field(compare=False)
    """The original's bytes, checked; only when the last has come is it the true one."""


class Maker:
    """Makes bundles out of one archive. Quick for many of them if they come in ledger order.

    What the bundles of an archive, a batch or a device have in common is read once.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.heads = heads.Heads(archive)
        self._batches = Batches(archive)
        self._entries = lru_cache(16)(self._entry)
        self._author = cache(partial(_author, archive))
        self.day_of = calendar_of(archive)

    def make(
        self,
        record: Record,
        *,
        name: str = "",
        purpose: str = "",
        whole_event: bool = False,
        guides: bool = True,
    ) -> Made:
        """Make the bundle of a record; the parameters are those of ``write``.

        Without ``guides`` the page and the program that checks are left out, so that they can
        stand once beside many bundles. Custody is the caller's business, before.
        """
        head = self.heads.covering(record.batch.entry)
        batch = self._batches.open(record, purpose)
        at = batch.index(record.id)
        body = batch.records[at]
        if body is None:
            raise NotFoundError("this record was deleted", where=f"record {record.id.hex()}")
        entry, log_proof = self._entries(record.batch.entry, head.size)
        item = msgspec.json.decode(body, type=Item) if record.kind == ITEM else None
        original = statement.ORIGINAL + writing.safe_name(name) if item else ""
        files = {
            statement.RECORD: body,
            statement.ENTRY: entry.data,
            statement.LOG_PROOF: bytes(LogProof(record.batch.entry, log_proof, head.note)),
            statement.CHECKPOINT: bytes(head.note),
        } | {statement.OUTSIDE + file: data for file, data in head.outside.items()}
        leaves = {"record": self._batches.leaf(at)}
        if at != 0 and _may_be_shown(batch.records[0], whole=whole_event):
            files[statement.EVENT] = batch.records[0] or b""
            leaves["event"] = self._batches.leaf(0)
        if guides:
            day = self.day_of(record.batch.entry)
            files[statement.README] = page(_facts(self._archive, record, head, original, item, day))
            files[statement.CHECKER] = CHECKER.read_bytes()
        files[statement.PROOF] = canonical.encode(
            statement.Statement(
                archive=self._archive.archive_id,
                device=self._author(entry.body.device),
                files={each: hashlib.sha256(data).hexdigest() for each, data in files.items()},
                log=head.log,
                v=VERSION,
                witnesses={statement.OUTSIDE + file: key for file, key in head.witnesses.items()}
                or None,
                **leaves,
            )
        )
        return Made(files, original, item, partial(_original, self._archive, record, item, entry))

    def _entry(self, position: int, size: int) -> tuple[Entry, tuple[bytes, ...]]:
        """An entry, and the hashes that lead from it to the root of a head of this size."""
        log = self._archive.log
        path = merkle.inclusion_proof(position, size, log.tiles.hash_at)
        return Entry.parse(next(log.entries(position))), tuple(path)


class Batches:
    """The batch that was opened last, with its tree."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._entry = -1
        self._batch: Batch
        self._tree: HashAt

    def open(self, record: Record, purpose: str = "") -> Batch:
        """The batch that a record stands in, as ``reading.open_batch`` gives it."""
        if self._entry != record.batch.entry:
            self._batch = reading.open_batch(self._archive, record, purpose)
            self._tree = merkle.tree_of(self._batch.ids)
            self._entry = record.batch.entry
        return self._batch

    def leaf(self, index: int) -> statement.Leaf:
        """How a record of it hangs in it."""
        salt, count = self._batch.salts[index], len(self._batch.ids)
        assert salt is not None  # noqa: S101 - only records that are there are shown
        path = merkle.inclusion_proof(index, count, self._tree)
        return statement.Leaf(path=statement.steps(index, count, path), salt=salt)


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
    maker = Maker(archive)
    maker.heads.covering(record.batch.entry)
    _give_out(archive, record, purpose)
    made = maker.make(record, name=name, purpose=purpose, whole_event=whole_event)
    with writing.draft(out) as bundle:
        for each, data in made.files.items():
            bundle.add(each, [data])
        if made.original:
            bundle.add(made.original, made.blocks())


def _give_out(archive: Archive, record: Record, purpose: str) -> None:
    """Enter into the custody of a record that it leaves the archive."""
    with archive.save(Event("dis", purpose, about=(record.id.hex(),))) as save:
        save.happened(record.batch.case.hex(), record.batch.facet)  # type: ignore[arg-type]
        save.finish()


def _may_be_shown(event: bytes | None, *, whole: bool) -> bool:
    """Whether the first record of a batch is there, is an event, and may be disclosed."""
    if event is None:
        return False
    said: dict[str, Any] = msgspec.json.decode(event)
    return said.get("kind") == "event" and (whole or said.keys() <= HARMLESS)


def _author(archive: Archive, device: str) -> bytes:
    """The public key of a device, which may have left since."""
    member = archive.history.members.get(device)
    return member.sign if member else _former(archive, device)


def _original(archive: Archive, record: Record, item: Item | None, entry: Entry) -> Iterator[bytes]:
    if item is None:
        raise NotFoundError("this record is of no original", where=f"record {record.id.hex()}")
    assert isinstance(entry.body, say.Content)  # noqa: S101 - it has brought the record
    sizes = {each.hash: each.size for each in entry.body.objects}
    place = record.batch
    identity = archive.identity(place.case.hex(), place.facet, place.epoch)  # type: ignore[arg-type]
    sealed = Sealed(item.object, sizes.get(item.object, 0), item.sha256, item.size)
    with archive.objects.open(item.object) as file:
        yield from read_item(file, identity, sealed)


def _facts(  # noqa: PLR0913, PLR0917 - all that a page tells
    archive: Archive, record: Record, head: Head, original: str, item: Item | None, day: str
) -> Facts:
    return Facts(
        archive=archive.archive_id,
        log=head.log,
        device=record.batch.device.hex(),
        position=record.batch.entry,
        size=head.size,
        root=head.root.hex(),
        record=record.id.hex(),
        kind=record.kind,
        original=original,
        sha256=item.sha256 if item else "",
        length=item.size if item else 0,
        day=day,
        cosignatures=heads.cosignatures(head),
        stamps=heads.stamps(head),
        promises=tuple(each.file for each in names.proofs(head.outside)),
    )


def calendar_of(archive: Archive) -> Callable[[int], str]:
    """What gives the day of the ledger's calendar on which a position was given; "" if none."""
    days: list[tuple[int, str]] = []
    for position, line in enumerate(archive.log.entries()):
        if b'"kind":"day"' in line:
            body = Entry.parse(line).body
            if isinstance(body, say.Day):
                days.append((position, body.data.day))

    def day_of(position: int) -> str:
        at = bisect_left(days, (position, ""))
        return days[at - 1][1] if at else ""

    return day_of


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
