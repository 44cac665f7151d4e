"""One save in the making: objects are staged as they come, and nothing counts until ``finish``.

A save becomes one group of entries, effective whole or not at all, however many cases and facets
it touches (docs/format.md §3.1, §6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from sviedka.errors import UsageError
from sviedka.keep.age import HybridIdentity, HybridRecipient
from sviedka.keep.author import TOOL, Draft, Notice, stated
from sviedka.keep.keys import grants
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.ledger import statements as say
from sviedka.keep.vault import batch
from sviedka.keep.vault.seal import Sealed, Source, seal_batch, seal_many, seal_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sviedka.errors import InputError
    from sviedka.keep.ledger.entry import Entry
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.vault.store import Stage

MAX_PART: Final = 8 << 20
"""Bytes of records after which a new batch begins; half of what a batch may hold."""


class Target(Protocol):
    """What a save is made into: an archive, as far as a save needs to know it."""

    archive_id: str
    random: Callable[[int], bytes]
    encode: Callable[[dict[str, Any], str], bytes]
    """Writes a record that may lie in a facet; FormatError for any other."""

    def now(self) -> datetime:
        """The clock."""

    def recipient(self, case: str, facet: Facet) -> tuple[HybridRecipient, int]:
        """The newest key of a facet, with its epoch; AccessError if there is none."""

    def grantees(self) -> Mapping[str, bytes]:
        """Devices that are granted a new case, with their seal public keys."""

    def remember_outer(self, seeds: Mapping[FacetEpoch, bytes]) -> None:
        """Keep the seeds of new outer keys, durably, before anything is sealed under them."""

    def append(self, drafts: list[Draft]) -> list[Entry]:
        """Give drafts their places in the ledger; then they stand."""


@dataclass(frozen=True)
class Event:
    """Why a save is made: a PREMIS event code, a purpose in words, the import it belongs to.

    ``about`` are ids of records that it concerns, where it brings none of its own.
    """

    type: str
    purpose: str = ""
    import_id: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An original as it is being saved: the id of its item record, and how it was sealed."""

    id: str
    sealed: Sealed


@dataclass
class _Part:
    """What will be one ``content`` entry: its objects and its batch of records."""

    facet: Facet
    records: list[batch.Leaf] = field(default_factory=list)
    objects: list[say.ObjectRef] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        return (
            len(self.objects) >= say.MAX_OBJECTS - 1
            or len(self.records) >= batch.MAX_RECORDS - 1
            or self.size >= MAX_PART
        )


class Saving:
    """Collects items, records and statements; ``finish`` makes them stand together."""

    def __init__(self, target: Target, event: Event, objects: Stage, grant_files: Stage) -> None:
        self._target = target
        self._event = event
        self._objects = objects
        self._grant_files = grant_files
        self._parts: dict[tuple[str, Facet], list[_Part]] = {}
        self._declared: dict[tuple[str, Facet], tuple[HybridRecipient, int]] = {}
        self._drafts: list[Draft] = []
        self._outer: dict[FacetEpoch, bytes] = {}
        self._known: dict[tuple[str, Facet, str], str] = {}
        self._kept: list[say.Kept] = []

    def new_case(self, facets: Iterable[Facet], case: str = "") -> str:
        """Declare a case with new keys for these facets, granted to the devices that get it."""
        case = case or self._target.random(16).hex()
        self._declare(case, {facet: (1, self._target.grantees()) for facet in facets})
        return case

    def renew(self, case: str, facets: Mapping[Facet, tuple[int, Mapping[str, bytes]]]) -> None:
        """Begin a new epoch of facets: its number, and the devices that get it, for each."""
        self._declare(case, facets)

    def _declare(self, case: str, facets: Mapping[Facet, tuple[int, Mapping[str, bytes]]]) -> None:
        keys: dict[Facet, say.FacetKeys] = {}
        granted = []
        for facet, (epoch, devices) in sorted(facets.items()):
            name = FacetEpoch(case, facet, epoch)
            inner, outer = HybridIdentity.generate(), HybridIdentity.generate()
            public = outer.recipient.to_bytes()
            keys[facet] = say.FacetKeys(
                epoch=epoch, outer=public, recipient=inner.recipient.to_bytes()
            )
            self._declared[case, facet] = inner.recipient, epoch
            self._outer[name] = outer.seed
            granted.append(self.grant(name, inner.seed, public, devices))
        self._drafts += [
            Draft(say.Case, {"case": case, "data": say.CaseData(facets=keys)}, Notice("cre")),
            Draft(say.Grant, {"data": say.GrantData(grants=granted)}, Notice("pol")),
        ]

    def grant(
        self, name: FacetEpoch, seed: bytes, outer: bytes, devices: Mapping[str, bytes]
    ) -> say.Granted:
        """Stage a grant file; the caller states it in a ``grant`` entry."""
        data = grants.write(self._target.archive_id, name, seed, outer, devices)
        with self._grant_files.writer() as writer:
            writer.write(data)
            file = writer.close()
        return say.Granted(
            case=name.case,
            devices=sorted(devices),
            epoch=name.epoch,
            facet=name.facet,
            file=file.name,
        )

    def state(self, draft: Draft) -> None:
        """Say something else in the same group."""
        self._drafts.append(draft)

    def keep_head(self, file: str, digest: str) -> None:
        """State that a file under ``ledger/checkpoints`` has this SHA-256."""
        self._kept.append(say.Kept(file=file, hash=digest))

    def items(
        self, case: str, facet: Facet, sources: Iterable[Source]
    ) -> Iterator[Sealed | InputError]:
        """Seal originals, on two cores; keep what is wanted with ``item``, ``drop`` the rest."""
        return seal_many(self._objects, self._recipient(case, facet)[0], sources)

    def seal(self, case: str, facet: Facet, blocks: Iterable[bytes]) -> Sealed:
        """Seal an original that comes in blocks; keep it with ``item``, or ``drop`` it."""
        return seal_stream(self._objects, self._recipient(case, facet)[0], blocks)

    def item_of(self, case: str, facet: Facet, blocks: Iterable[bytes]) -> ItemRef:
        """Seal an original that comes in blocks, and keep it."""
        return self.item(case, facet, self.seal(case, facet, blocks))

    def item(self, case: str, facet: Facet, sealed: Sealed) -> ItemRef:
        """Keep a sealed original: it gets its item record, in the entry that brings it."""
        part = self._part(case, facet)
        part.objects.append(say.ObjectRef(hash=sealed.object, size=sealed.object_size))
        record = {
            "kind": "item", "object": sealed.object, "sha256": sealed.sha256,
            "size": sealed.size, "v": 1,
        }  # fmt: skip
        ref = ItemRef(self._add(part, record), sealed)
        self._known[case, facet, sealed.sha256] = ref.id
        return ref

    def known(self, case: str, facet: Facet, sha256: str) -> str:
        """The id of an item of this save whose original has that hash; "" if there is none."""
        return self._known.get((case, facet, sha256), "")

    def replace(self, recipient: HybridRecipient, framed: batch.Batch) -> say.ObjectRef:
        """Seal a batch that stands in another's place; the caller states it in a ``destroy``."""
        stored = seal_batch(self._objects, recipient, framed)
        return say.ObjectRef(hash=stored.name, size=stored.size)

    def drop(self, sealed: Sealed) -> None:
        """Do not keep a sealed original after all: it was there already."""
        self._objects.drop(sealed.object)

    def happened(self, case: str, facet: Facet, about: Sequence[str] = ()) -> None:
        """State the event alone, with nothing that it brings; ``about`` records of this facet."""
        if not about:
            self._part(case, facet)
            return
        part = _Part(facet)
        self._parts.setdefault((case, facet), []).append(part)
        self._add(part, self._event_record(about))

    def record(self, case: str, facet: Facet, record: dict[str, Any]) -> str:
        """Add a record; its id (hex) holds once the save is finished."""
        return self._add(self._part(case, facet), record)

    def finish(self) -> list[Entry]:
        """Make everything durable, then say it. Nothing happens if there is nothing to say."""
        contents = [
            self._content(case, facet, part)
            for (case, facet), parts in self._parts.items()
            for part in parts
        ]
        drafts = self._drafts + contents
        if not drafts:
            return []
        if self._outer:
            self._target.remember_outer(self._outer)
        self._objects.commit()
        self._grant_files.commit()
        return self._target.append(drafts)

    def _content(self, case: str, facet: Facet, part: _Part) -> Draft:
        recipient, epoch = self._recipient(case, facet)
        framed = batch.frame(part.records)
        stored = seal_batch(self._objects, recipient, framed)
        fields: dict[str, Any] = {
            "batch": say.Batch(object=stored.name, root=framed.root.hex()),
            "case": case,
            "epoch": epoch,
            "facet": facet,
            "objects": [say.ObjectRef(hash=stored.name, size=stored.size), *part.objects],
        }
        if self._kept and case == say.COMMONS:
            fields["kept"], self._kept = self._kept, []
        return Draft(say.Content, fields)

    def _part(self, case: str, facet: Facet) -> _Part:
        parts = self._parts.setdefault((case, facet), [])
        if not parts or parts[-1].full:
            parts.append(_Part(facet))
            self._add(parts[-1], self._event_record(self._event.about))
        return parts[-1]

    def _add(self, part: _Part, record: dict[str, Any]) -> str:
        data = self._target.encode(record, part.facet)
        leaf = batch.Leaf.of(data, self._target.random)
        part.records.append(leaf)
        part.size += len(data)
        return leaf.id.hex()

    def _event_record(self, about: Sequence[str]) -> dict[str, Any]:
        event: dict[str, Any] = {
            "kind": "event", "time": stated(self._target.now()), "tool": TOOL,
            "type": self._event.type, "v": 1,
        }  # fmt: skip
        if self._event.purpose:
            event["purpose"] = self._event.purpose
        if about:
            event["about"] = sorted(about)
        if self._event.import_id:
            event["import"] = self._event.import_id
        return event

    def _recipient(self, case: str, facet: Facet) -> tuple[HybridRecipient, int]:
        declared = self._declared.get((case, facet))
        if declared:
            return declared
        if case == say.COMMONS and facet == say.AUDIT:
            raise UsageError("the audit facet takes no records")
        return self._target.recipient(case, facet)
