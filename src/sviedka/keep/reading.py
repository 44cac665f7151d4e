"""Reading back: records, originals, and the trace that reading leaves.

``evidence`` and ``status`` are read freely by those who were granted them; opening ``identity``,
``narrative`` or ``contact`` leaves an ``open`` entry, in which what and why are sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.errors import NotFoundError
from sviedka.keep.author import Draft, Notice
from sviedka.keep.index import items, records
from sviedka.keep.ledger import statements as say
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import open_item, read_batch, read_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.keep.age import Reader
    from sviedka.keep.archive import Archive
    from sviedka.keep.index import Record
    from sviedka.keep.index.items import Item
    from sviedka.keep.vault.batch import Batch

LOGGED: Final = frozenset({"identity", "narrative", "contact"})
"""Facets whose opening is entered in the ledger."""


class Opened(NamedTuple):
    """A record with its exact bytes, its salt, and the batch that it stands in."""

    record: Record
    body: bytes
    salt: bytes
    batch: Batch


def find_record(archive: Archive, prefix: str) -> Record:
    """The record whose id begins so; NotFoundError or AmbiguousError."""
    with archive.projector.index.reading() as db:
        return records.find(db, prefix)


def find_item(archive: Archive, prefix: str) -> Item:
    """The item whose id begins so, or whose original has that SHA-256; as ``find_record``."""
    with archive.projector.index.reading() as db:
        try:
            return items.find(db, prefix)
        except NotFoundError:
            if len(prefix) == 64:
                for each in items.items(db):
                    if each.sha256.hex() == prefix:
                        return each
            raise


def find_meant(archive: Archive, name: str) -> Record:
    """The record whose id begins so, or of the original with this SHA-256; as ``find_record``."""
    try:
        return find_record(archive, name)
    except NotFoundError:
        return find_record(archive, find_item(archive, name).id.hex())


def open_record(archive: Archive, record: Record, purpose: str = "") -> Opened:
    """Read a record back from its batch; AccessError, IntegrityError or NotFoundError if not."""
    batch = open_batch(archive, record, purpose)
    at = batch.index(record.id)
    body, salt = batch.records[at], batch.salts[at]
    if body is None or salt is None:
        raise NotFoundError("this record was deleted", where=f"record {record.id.hex()}")
    return Opened(record, body, salt, batch)


def open_batch(archive: Archive, record: Record, purpose: str = "") -> Batch:
    """The batch that a record stands in."""
    place = record.batch
    case, facet = place.case.hex(), place.facet
    log_opening(archive, case, facet, place.epoch, purpose)
    identity = archive.identity(case, facet, place.epoch)  # type: ignore[arg-type]
    name = place.object.hex()
    root = archive.batch_root(place.entry)
    with archive.objects.open(name) as file:
        return read_batch(file, identity, name=name, root=root)


def read_original(archive: Archive, item: Item, purpose: str = "") -> Iterator[bytes]:
    """The bytes of an original, checked; only when the last has come is it the true one."""
    log_opening(archive, item.case.hex(), item.facet, item.epoch, purpose)
    identity = archive.identity(item.case.hex(), item.facet, item.epoch)  # type: ignore[arg-type]
    name = item.object.hex()
    sealed = Sealed(name, archive.objects.size(name), item.sha256.hex(), item.size)
    with archive.objects.open(name) as file:
        yield from read_item(file, identity, sealed)


def seek_original(archive: Archive, item: Item, purpose: str = "") -> Reader:
    """An original to be read from any place, as playing a video needs."""
    log_opening(archive, item.case.hex(), item.facet, item.epoch, purpose)
    identity = archive.identity(item.case.hex(), item.facet, item.epoch)  # type: ignore[arg-type]
    return open_item(archive.objects.open(item.object.hex()), identity)


def log_opening(archive: Archive, case: str, facet: str, epoch: int, purpose: str) -> None:
    """Enter that a facet was opened, if it is one of those that are metered."""
    if facet in LOGGED:
        opened: dict[str, str | int] = {"case": case, "epoch": epoch, "facet": facet}
        archive.append([Draft(say.Open, {}, Notice("dis", purpose, opened))])


def bodies(archive: Archive, found: Iterable[Record]) -> Iterator[bytes | None]:
    """The bytes of records, each batch opened once if they come by batch.

    None for those whose opening would be entered in the ledger.
    """
    opened: tuple[int, Batch] | None = None
    for each in found:
        if each.batch.facet in LOGGED:
            yield None
            continue
        if opened is None or opened[0] != each.batch.entry:
            opened = each.batch.entry, open_batch(archive, each)
        yield opened[1].records[each.order]
