"""Taking back a mistaken import, as far as nothing that came later rests on it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import AmbiguousError, NotFoundError
from sviedka.keep.destruction.records import CUSTODY
from sviedka.keep.destruction.sealing import Removal, content_at, open_batch
from sviedka.keep.index import records
from sviedka.keep.index.events import events, imports
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.leftovers import sweep
from sviedka.keep.projector import contents
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sviedka.keep.archive import Archive
    from sviedka.keep.index.events import Import
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.vault.batch import Batch

_SHORTEST: Final = 4
"""Digits of an id: fewer are too easily a slip of the hand."""
_REFERENCE: Final = re.compile(rb'"([0-9a-f]{64})"')


class _Kind(msgspec.Struct):
    kind: str


class _Item(msgspec.Struct):
    object: str


_kind = msgspec.json.Decoder(_Kind)
_item = msgspec.json.Decoder(_Item)


@dataclass(frozen=True)
class Undone:
    """What went, and what stayed.

    ``objects`` are names of objects, ``cases`` those that were destroyed as a whole. ``kept`` are
    the records of the import that others rest on, such as an item that a later import found there
    already: they stay, and say so here.
    """

    objects: list[str]
    cases: list[str]
    kept: list[str]


@dataclass
class _Import:
    """The entries of an import by position, and the cases that it created with where it did."""

    entries: dict[int, say.Content] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)


def undo(archive: Archive, prefix: str, why: str) -> Undone:
    """Take back the import whose id begins so: its items and batches go, a tombstone tells why.

    A case that it created, and in which nothing else lies, is destroyed as a whole. NotFoundError
    if there is no such import (any more), AmbiguousError if there are several, IntegrityError if
    what may rest on it cannot be read, NotPermittedError if this device may not. All goes or
    nothing.
    """
    sweep(archive)
    with archive.locked(), archive.save(Event("del", why)) as save:
        archive.catch_up()
        imported = find(archive, prefix).id.hex()
        found = _entries(archive, imported)
        kept = _kept(archive, found, imported)
        whole = _sole(archive, found) - {found.entries[entry].case for entry in kept}
        removal = Removal(archive, save)
        for case in sorted(whole):
            removal.destroy(case)
        touched: dict[tuple[str, Facet], None] = {}
        for position, body in found.entries.items():
            if body.case not in whole:
                _remove(archive, removal, body, kept.get(position, frozenset()))
                touched[body.case, body.facet] = None
        for case, facet in touched:
            stone = {"import": imported, "kind": "tombstone", "v": 1, "why": why}
            save.record(case, facet, stone)
        removal.finish(why)
    stays = sorted(each.hex() for ids in kept.values() for each in ids)
    return Undone(sorted(removal.objects), sorted(whole), stays)


def find(archive: Archive, prefix: str) -> Import:
    """The import whose id begins so, by at least four digits; NotFoundError or AmbiguousError."""
    with archive.projector.index.reading() as db:
        found = [each for each in imports(db) if each.id.hex().startswith(prefix.lower())]
    if not found or len(prefix) < _SHORTEST:
        raise NotFoundError(
            f"there is no import {prefix[:40]!r}, or it was taken back already",
            do="`sviedka list --imports` shows their ids; give four digits or more",
        )
    if len(found) > 1:
        raise AmbiguousError(
            f"{prefix!r} may be any of {len(found)} imports",
            [each.id.hex() for each in found[:10]],
            do="give more of its digits",
        )
    return found[0]


def _entries(archive: Archive, imported: str) -> _Import:
    """All entries of the groups in which an import was saved, whether their records open or not."""
    with archive.projector.index.reading() as db:
        ends = sorted({each.position for each in events(db, imported=bytes.fromhex(imported))})
    found = _Import()
    for end in ends:
        last = content_at(archive, end)
        first = end + 1 - (last.group.of if last.group else 1)
        for position, line in enumerate(islice(archive.lines(first), end + 1 - first), first):
            body = Entry.parse(line).body
            if isinstance(body, say.Content):
                found.entries[position] = body
            elif isinstance(body, say.Case) and _creates(body):
                found.declared[body.case] = position
    return found


def _creates(body: say.Case) -> bool:
    return body.case != say.COMMONS and all(each.epoch == 1 for each in body.data.facets.values())


def _sole(archive: Archive, found: _Import) -> set[str]:
    """The cases that an import created and in which nothing but what it brought was ever put."""
    if not found.declared:
        return set()
    start = min(found.declared.values())
    shared = {
        body.case
        for position, body, _ in contents(archive.lines(start), None)
        if position + start not in found.entries
    }
    return found.declared.keys() - shared


def _kept(archive: Archive, found: _Import, imported: str) -> dict[int, set[bytes]]:
    """By entry, the records of an import that something else rests on, and all they rest on."""
    with archive.projector.index.reading() as db:
        mine = {
            each.id: each.batch.entry
            for each in records.records(db, imported=bytes.fromhex(imported))
        }
        later = records.batches_after(db, min(found.entries))
    needed: set[bytes] = set()
    for place in later:
        if place.entry not in found.entries:
            batch = open_batch(archive, content_at(archive, place.entry))
            for refers in _references(batch, mine.keys()).values():
                needed |= refers
    if needed:
        within: dict[bytes, set[bytes]] = {}
        for entry in set(mine.values()):
            within |= _references(open_batch(archive, found.entries[entry]), mine.keys())
        waiting = list(needed)
        while waiting:
            more = within.get(waiting.pop(), set()) - needed
            needed |= more
            waiting += more
    kept: dict[int, set[bytes]] = defaultdict(set)
    for each in needed:
        kept[mine[each]].add(each)
    return kept


def _references(batch: Batch, ids: AbstractSet[bytes]) -> dict[bytes, set[bytes]]:
    """By record, which of these others it names. What tells of custody rests on nothing."""
    found = {}
    for record_id, record in zip(batch.ids, batch.records, strict=True):
        if record is None or _kind.decode(record).kind in CUSTODY:
            continue
        names = {bytes.fromhex(each.decode()) for each in _REFERENCE.findall(record)} & ids
        if names:
            found[record_id] = names
    return found


def _remove(
    archive: Archive, removal: Removal, body: say.Content, kept: AbstractSet[bytes]
) -> None:
    """Let go all that an entry brought but for these records, and the event above them."""
    if not kept:
        for each in body.objects:
            removal.drop(body, each.hash)
        return
    batch = open_batch(archive, body)
    going = []
    for record_id, record in zip(batch.ids, batch.records, strict=True):
        if record is None or record_id in kept:
            continue
        kind = _kind.decode(record).kind
        if kind not in CUSTODY:
            going.append(record_id)
        if kind == "item":
            removal.drop(body, _item.decode(record).object)
    if going:
        removal.seal_again(body, batch, going)
