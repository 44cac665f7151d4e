"""Deleting an item or a record, and what says nothing without it.

What is deleted is removed, not shredded: who has an older copy of the archive and the keys can
read it there. What may have to vanish alone is a case of its own (DESIGN.md, "Keys").
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sviedka.errors import UsageError
from sviedka.keep import reading
from sviedka.keep.destruction.sealing import Removal, content_at, open_batch
from sviedka.keep.index import records
from sviedka.keep.leftovers import sweep
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sviedka.keep.archive import Archive
    from sviedka.keep.index import Record
    from sviedka.keep.vault.batch import Batch

CUSTODY = frozenset({"event", "tombstone"})
"""Kinds that tell what was done to others; they stay."""


@dataclass(frozen=True)
class Deleted:
    """What went: ids of records, and names of the objects that held originals."""

    records: list[str]
    objects: list[str]


def delete(
    archive: Archive, prefix: str, why: str, goes_with: Mapping[str, Collection[str]]
) -> Deleted:
    """Delete the record or item whose id begins so (or whose original has this SHA-256).

    With it go the records that say nothing without it: those of a kind in ``goes_with`` that name
    it in one of the fields given there. A tombstone with the reason is left in each facet.

    NotFoundError, AmbiguousError, UsageError for what must stay; AccessError if a batch cannot be
    opened, NotPermittedError if this device may not. All is deleted or nothing.
    """
    sweep(archive)
    with archive.locked(), archive.save(Event("del", why)) as save:
        archive.catch_up()
        doomed = _closure(archive, _find(archive, prefix), goes_with)
        removal = Removal(archive, save)
        originals: list[str] = []
        stones: dict[tuple[str, Any], list[str]] = defaultdict(list)
        for entry, ids in doomed.items():
            body = content_at(archive, entry)
            batch = open_batch(archive, body)
            for name in _originals(batch, ids):
                removal.drop(body, name)
                originals.append(name)
            removal.seal_again(body, batch, ids)
            stones[body.case, body.facet] += (each.hex() for each in ids)
        for (case, facet), names in stones.items():
            stone = {"kind": "tombstone", "records": sorted(names), "v": 1, "why": why}
            save.record(case, facet, stone)
        removal.finish(why)
    gone = {each.hex() for ids in doomed.values() for each in ids}
    return Deleted(sorted(gone), sorted(originals))


def _find(archive: Archive, prefix: str) -> Record:
    record = reading.find_meant(archive, prefix)
    if record.kind in CUSTODY:
        raise UsageError(f"a record of kind {record.kind} tells what was done, and stays")
    return record


def _closure(
    archive: Archive, first: Record, goes_with: Mapping[str, Collection[str]]
) -> dict[int, set[bytes]]:
    """By entry, the ids of the record and of all that goes with it, and with that in turn."""
    doomed = {first.batch.entry: {first.id}}
    new = {first.id}
    with archive.projector.index.reading() as db:
        batches = records.batches_with(db, goes_with)
    while new:
        named = {each.hex().encode() for each in new}
        new = set()
        for place in batches:
            known = doomed.get(place.entry, set())
            for record_id, record in _records(archive, place.entry):
                if record_id not in known and _follows(record, named, goes_with):
                    new.add(record_id)
                    doomed.setdefault(place.entry, set()).add(record_id)
    return doomed


def _records(archive: Archive, entry: int) -> Iterator[tuple[bytes, bytes]]:
    batch = open_batch(archive, content_at(archive, entry))
    for record_id, record in zip(batch.ids, batch.records, strict=True):
        if record is not None:
            yield record_id, record


def _follows(record: bytes, named: set[bytes], goes_with: Mapping[str, Collection[str]]) -> bool:
    """Whether a record names one of these in a field without which it says nothing."""
    if not any(each in record for each in named):
        return False
    said = msgspec.json.decode(record, type=dict[str, Any])
    fields = goes_with.get(said["kind"], ())
    return any(str(said.get(field)).encode() in named for field in fields)


def _originals(batch: Batch, doomed: Collection[bytes]) -> Iterator[str]:
    """The objects of those records that are items."""
    for record_id, record in zip(batch.ids, batch.records, strict=True):
        if record is not None and record_id in doomed:
            said = msgspec.json.decode(record, type=dict[str, Any])
            if said["kind"] == "item":
                yield said["object"]
