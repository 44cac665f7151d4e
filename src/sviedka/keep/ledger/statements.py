"""What an entry can state: the bodies of the nine kinds (docs/format.md §3.1, §3.2)."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta

from sviedka.keep.canonical import Count, Hash, Id, Strict, Version

COMMONS: Final = "0" * 32
"""The reserved case: vocabularies, rules, judgements, publications, and the audit facet."""
AUDIT: Final = "audit"
NO_ENTRY: Final = "0" * 64
MAX_OBJECTS: Final = 512
MAX_GROUP: Final = 65_536
MAX_GRANTS: Final = 128

Facet = Literal["audit", "contact", "evidence", "identity", "narrative", "status"]
Role = Literal["reader", "recovery", "steward", "writer"]
Epoch = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
SigningPublic = Annotated[bytes, Meta(min_length=32, max_length=32)]
SealPublic = Annotated[bytes, Meta(min_length=1216, max_length=1216)]
"""ML-KEM-768 encapsulation key ‖ X25519 public key."""
Proof = Annotated[bytes, Meta(min_length=64, max_length=64)]
"""An Ed25519 signature."""
SealedPart = Annotated[bytes, Meta(min_length=1136 + 512)]
"""What HPKE adds, and the least that can lie within; no list here needs a bound but an entry's."""


class Head(Strict, frozen=True, kw_only=True):
    """A state of the log: the root over its first ``size`` entries."""

    root: Hash
    size: Count


class Group(Strict, frozen=True, kw_only=True):
    """Place of an entry in a group that takes effect whole or not at all."""

    at: Annotated[int, Meta(ge=0, lt=MAX_GROUP)]
    of: Annotated[int, Meta(ge=2, le=MAX_GROUP)]


class ObjectRef(Strict, frozen=True, kw_only=True):
    """A stored object: SHA-256 and length in bytes of its ciphertext."""

    hash: Hash
    size: Count


class Batch(Strict, frozen=True, kw_only=True):
    """The object that holds an entry's records, and the Merkle root over them."""

    object: Hash
    root: Hash


class Kept(Strict, frozen=True, kw_only=True):
    """A file under ``ledger/checkpoints`` and its SHA-256."""

    file: Annotated[str, Meta(pattern=r"^[0-9]{1,16}(\.[0-9A-Za-z_-]{1,64}){0,3}$")]
    hash: Hash


class Member(Strict, frozen=True, kw_only=True):
    """One device with its public keys and roles."""

    device: Id
    log: Text | None = None
    proof: Proof
    roles: Annotated[list[Role], Meta(min_length=1, max_length=4)]
    seal: SealPublic
    sign: SigningPublic


class FacetKeys(Strict, frozen=True, kw_only=True):
    """The public keys of one epoch of a facet: what is sealed to, and the outer lock of grants."""

    epoch: Epoch
    outer: SealPublic
    recipient: SealPublic


class Granted(Strict, frozen=True, kw_only=True):
    """A grant file and the devices that it admits."""

    case: Id
    devices: Annotated[list[Id], Meta(min_length=1)]
    epoch: Epoch
    facet: Facet
    file: Hash


class Gone(Strict, frozen=True, kw_only=True):
    """A destroyed object, and the one that stands in its place if any does."""

    by: Hash | None = None
    hash: Hash


class Target(Strict, frozen=True, kw_only=True):
    """What is destroyed: a whole facet, or the objects named."""

    case: Id
    facet: Facet
    objects: Annotated[list[Gone], Meta(min_length=1)] | None = None


class FoundData(Strict, frozen=True, kw_only=True):
    """The terms of an archive."""

    log: Text
    members: Annotated[list[Member], Meta(min_length=1, max_length=16)]
    origin: Annotated[str, Meta(pattern="^sviedka/[0-9a-f]{32}$")]
    threshold: Annotated[int, Meta(ge=1, le=16)]
    zone: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]


class MemberData(Strict, frozen=True, kw_only=True):
    """Exactly one of the two: who joins, or which device leaves."""

    add: Member | None = None
    remove: Id | None = None


class CaseData(Strict, frozen=True, kw_only=True):
    """The keys that facets of the case have from here on."""

    facets: Annotated[dict[Facet, FacetKeys], Meta(min_length=1)]


class GrantData(Strict, frozen=True, kw_only=True):
    """Which grant files came."""

    grants: Annotated[list[Granted], Meta(min_length=1, max_length=MAX_GRANTS)]


class HandoverData(Strict, frozen=True, kw_only=True, rename={"from_": "from"}):
    """From which log key to which, and that the new device agreed."""

    consent: Proof
    device: Id
    from_: Text
    to: Text


class DayData(Strict, frozen=True, kw_only=True):
    """The day that the sequencer's clock showed, in the archive's zone."""

    day: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class DestroyData(Strict, frozen=True, kw_only=True):
    """All that one act destroys."""

    what: Annotated[list[Target], Meta(min_length=1)]


class Authored(Strict, tag_field="kind", frozen=True, kw_only=True):
    """What every body has: its author, and its place in the author's chain."""

    device: Id
    prev: Hash
    seen: Head
    seq: Count
    v: Version


class Found(Authored, tag="found", frozen=True, kw_only=True):
    """Entry 0: who founds the archive, on what terms."""

    data: FoundData


class InArchive(Authored, frozen=True, kw_only=True):
    """A body of any kind but ``found``."""

    archive: Hash


class Grouped(InArchive, frozen=True, kw_only=True):
    """A body that may be part of a group."""

    group: Group | None = None


class MemberChange(Grouped, tag="member", frozen=True, kw_only=True):
    """A device joins or leaves."""

    data: MemberData
    sealed: SealedPart


class Case(Grouped, tag="case", frozen=True, kw_only=True):
    """A case, or new keys for facets of one."""

    case: Id
    data: CaseData
    sealed: SealedPart


class Grant(Grouped, tag="grant", frozen=True, kw_only=True):
    """Facet keys are given to devices."""

    data: GrantData
    sealed: SealedPart


class Handover(InArchive, tag="handover", frozen=True, kw_only=True):
    """The role of sequencer passes to another device."""

    data: HandoverData
    sealed: SealedPart


class Day(InArchive, tag="day", frozen=True, kw_only=True):
    """The sequencer's calendar turns."""

    data: DayData


class Content(Grouped, tag="content", frozen=True, kw_only=True):
    """Objects and records enter."""

    batch: Batch | None = None
    case: Id
    epoch: Epoch
    facet: Facet
    kept: Annotated[list[Kept], Meta(min_length=1)] | None = None
    objects: Annotated[list[ObjectRef], Meta(min_length=1, max_length=MAX_OBJECTS)]


class Open(Grouped, tag="open", frozen=True, kw_only=True):
    """A facet was opened; which, and what for, is sealed."""

    sealed: SealedPart


class Destroy(Grouped, tag="destroy", frozen=True, kw_only=True):
    """Facets or objects go, for good."""

    data: DestroyData
    objects: Annotated[list[ObjectRef], Meta(min_length=1, max_length=MAX_OBJECTS)] | None = None
    sealed: SealedPart


Body: TypeAlias = Found | MemberChange | Case | Grant | Handover | Day | Content | Open | Destroy
