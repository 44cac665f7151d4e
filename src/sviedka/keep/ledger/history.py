"""What the entries up to a position add up to, each judged by those before it.

This is the one place that knows the rules of docs/format.md §3. It touches no file: ``apply`` is
handed entries in order and a function that gives the root of the log at a size.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import ForkError, FormatError, NotPermittedError, ProofError, SviedkaError
from sviedka.keep.ledger import members as rights
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import verify
from sviedka.keep.ledger.groups import Gathering
from sviedka.keep.ledger.notekeys import VerifierKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sviedka.keep.ledger.entry import Entry

    RootAt = Callable[[int], bytes]
    """The root over that many first entries."""

_DECLARERS: Final[frozenset[say.Role]] = frozenset({"steward", "recovery"})
_WRITERS: Final[frozenset[say.Role]] = frozenset({"steward", "writer"})
_ANYONE: Final[frozenset[say.Role]] = frozenset({"steward", "writer", "reader", "recovery"})


class Chain(msgspec.Struct):
    """Where a device's own entries stand."""

    seq: int = 0
    prev: str = say.NO_ENTRY


class FacetState(msgspec.Struct):
    """The keys of a facet by epoch (the first has epoch 1), and whether it still exists."""

    epochs: list[say.FacetKeys]
    destroyed: bool = False


class LogKey(msgspec.Struct, frozen=True):
    """A key that signs heads, from the entry that brought it."""

    position: int
    key: str
    device: str


class History(msgspec.Struct):
    """The state of a ledger of ``size`` entries. Build it with ``apply`` from entry 0 on."""

    archive: str = ""
    found: say.FoundData | None = None
    size: int = 0
    members: dict[str, say.Member] = {}
    chains: dict[str, Chain] = {}
    cases: dict[str, dict[str, FacetState]] = {}
    granted: dict[str, list[say.Granted]] = {}
    """By case, the grants that stand, oldest first."""
    gone: dict[str, str] = {}
    """Objects that were destroyed one by one, with what stands in their place, or ""."""
    log_keys: list[LogKey] = []
    day: str = ""
    group: Gathering = msgspec.field(default_factory=Gathering)

    def copy(self) -> History:
        """Another one like it, to try entries on."""
        return msgspec.msgpack.decode(msgspec.msgpack.encode(self), type=History)

    def foresee(self, entries: Sequence[Entry]) -> None:
        """Raise what these entries would, were they the next to be taken; nothing changes.

        What their author has just seen to, signatures and chain, is not judged again.
        """
        trial = self._branch(entries)
        for entry in entries:
            if entry.body.device not in trial.members:
                raise NotPermittedError(f"device {entry.body.device} is not a member")
            trial.judge(entry)

    def _branch(self, entries: Sequence[Entry]) -> History:
        """What these entries can be judged on without changing this history.

        Only what they touch is copied: there may be a hundred thousand cases.
        """
        if all(isinstance(each.body, say.Content | say.Open) for each in entries):
            return self  # they add no rule by which others are judged
        names = {case for each in entries for case in _touched(each)}
        cases = {
            case: {name: FacetState(list(f.epochs), f.destroyed) for name, f in facets.items()}
            for case, facets in ((each, self.cases.get(each, {})) for each in names)
        }
        return msgspec.structs.replace(
            self,
            members=dict(self.members),
            chains=dict(self.chains),
            cases=self.cases | cases,
            granted=self.granted | {case: list(self.granted.get(case, ())) for case in names},
            gone=dict(self.gone),
            log_keys=list(self.log_keys),
        )

    def apply(self, entry: Entry, root_at: RootAt) -> list[Entry]:
        """Take the next entry and give those that take effect with it, in order.

        That is the entry itself; or the whole group that it ends; or nothing, while its group is
        not whole or if it is void. Raises FormatError, ProofError, ForkError or NotPermittedError,
        naming the entry; the history must not be used after that.
        """
        try:
            return self._apply(entry, root_at)
        except SviedkaError as error:
            error.where = error.where or f"entry {self.size}"
            raise

    def _apply(self, entry: Entry, root_at: RootAt) -> list[Entry]:
        body = entry.body
        if isinstance(body, say.Found):
            self._found(entry, body)
        elif self.found is None:
            raise FormatError("a ledger begins with the entry that founds it")
        elif body.archive != self.archive:
            raise ProofError(f"this entry belongs to the archive {body.archive}")
        elif body.device not in self.members:
            raise NotPermittedError(f"device {body.device} is not a member")
        rights.check_signatures(entry, self.members, self.log_keys[-1].key)
        self._check_seen(body.seen, root_at)
        self._chain(entry)
        ready = self.group.take(entry)
        for each in ready:
            self.judge(each)
        self.size += 1
        return ready

    def _found(self, entry: Entry, body: say.Found) -> None:
        if self.size:
            raise ForkError("a second entry claims to found this archive")
        data = body.data
        for member in data.members:
            self._admit(member, data.origin)
        sequencer = self.members.get(body.device)
        if sequencer is None or sequencer.log != data.log:
            raise ProofError("the founding entry is not by the device whose log key it names")
        if not {each.key for each in entry.signatures} >= self.members.keys():
            raise ProofError("a member did not sign the founding entry")
        self.archive, self.found = entry.id.hex(), data
        self.log_keys.append(LogKey(0, data.log, body.device))

    def _admit(self, member: say.Member, origin: str) -> None:
        rights.check(member, origin)
        if member.device in self.chains:
            raise NotPermittedError(f"device {member.device} cannot join twice")
        self.members[member.device] = member
        self.chains[member.device] = Chain()

    def _check_seen(self, seen: say.Head, root_at: RootAt) -> None:
        if seen.size > self.size or root_at(seen.size).hex() != seen.root:
            raise ForkError(f"its author saw another history of {seen.size} entries")

    def _chain(self, entry: Entry) -> None:
        body = entry.body
        chain = self.chains[body.device]
        if body.seq < chain.seq:
            raise ForkError(f"there is an entry {body.seq} of device {body.device} already")
        if body.seq > chain.seq:
            raise FormatError(f"device {body.device} skips from entry {chain.seq} to {body.seq}")
        if body.prev != chain.prev:
            raise ForkError(f"entry {body.seq} of device {body.device} continues another chain")
        chain.seq, chain.prev = body.seq + 1, entry.id.hex()

    def judge(self, entry: Entry) -> None:
        """Let an entry take effect, if its author might write it at this position."""
        match entry.body:
            case say.Content() as body:
                self._content(entry, body)
            case say.Open():
                rights.check_author(entry, self.members, _ANYONE)
            case say.Day() as body:
                self._day(body)
            case say.Case() as body:
                rights.check_author(entry, self.members, _DECLARERS)
                self._declare(body)
            case say.Grant() as body:
                rights.check_author(entry, self.members, _DECLARERS)
                self._grant(body)
            case say.MemberChange() as body:
                self._member(entry, body)
            case say.Destroy() as body:
                rights.check_author(entry, self.members, _DECLARERS)
                self._destroy(body)
            case say.Handover() as body:
                self._handover(entry, body)

    def _content(self, entry: Entry, body: say.Content) -> None:
        rights.check_author(entry, self.members, _WRITERS)
        facet = self._facet(body.case, body.facet)
        if facet.destroyed or body.epoch > len(facet.epochs):
            raise NotPermittedError("content for a facet that is destroyed, or an epoch unknown")
        if body.batch and body.batch.object not in {each.hash for each in body.objects}:
            raise FormatError("the batch is not among the objects that the entry brings")
        if body.kept and body.case != say.COMMONS:
            raise FormatError("only commons keeps heads")

    def _day(self, body: say.Day) -> None:
        if body.device != self.sequencer:
            raise NotPermittedError(f"device {body.device} is not the sequencer")
        try:
            date.fromisoformat(body.data.day)
        except ValueError as error:
            raise FormatError(f"{body.data.day} is not a day") from error
        if body.data.day <= self.day:
            raise FormatError(f"day {body.data.day} does not follow {self.day}")
        self.day = body.data.day

    def _declare(self, body: say.Case) -> None:
        case = self.cases.setdefault(body.case, {})
        for name, keys in body.data.facets.items():
            if name == say.AUDIT and body.case != say.COMMONS:
                raise FormatError("only commons has a facet for audit")
            facet = case.setdefault(name, FacetState([]))
            if facet.destroyed or keys.epoch != len(facet.epochs) + 1:
                raise FormatError(f"epoch {keys.epoch} of {name} is not the next one")
            facet.epochs.append(keys)

    def _grant(self, body: say.Grant) -> None:
        for each in body.data.grants:
            facet = self._facet(each.case, each.facet)
            if facet.destroyed or each.epoch > len(facet.epochs):
                raise NotPermittedError("a grant of a key that is destroyed or not declared")
            if not self.members.keys() >= set(each.devices):
                raise NotPermittedError("a grant to a device that is not a member")
            self.granted.setdefault(each.case, []).append(each)

    def _member(self, entry: Entry, body: say.MemberChange) -> None:
        assert self.found is not None  # noqa: S101 - _apply has seen to it
        match body.data:
            case say.MemberData(add=say.Member() as member, remove=None):
                if not self._is_recovery(body.device):
                    rights.check_membership_signers(
                        entry, self.members, member.device, self.found.threshold
                    )
                self._admit(member, self.found.origin)
            case say.MemberData(add=None, remove=str() as device) if device in self.members:
                rights.check_membership_signers(entry, self.members, device, self.found.threshold)
                if device == self.sequencer:
                    raise NotPermittedError("the sequencer hands over before it leaves")
                del self.members[device]
            case _:
                raise FormatError("a change of members adds one device or removes a known one")

    def _destroy(self, body: say.Destroy) -> None:
        brought = {each.hash for each in body.objects or ()}
        for target in body.data.what:
            facet = self._facet(target.case, target.facet)
            if target.objects is None:
                if target.case == say.COMMONS:
                    raise NotPermittedError("commons cannot be destroyed")
                facet.destroyed = True
                grants = self.granted.get(target.case, [])
                grants[:] = [each for each in grants if each.facet != target.facet]
            elif not brought >= {each.by for each in target.objects if each.by}:
                raise FormatError("a replacement is not among the objects that the entry brings")
            for each in target.objects or ():
                if each.by == each.hash or each.by in self.gone:
                    raise FormatError("an object that is gone cannot stand for another")
                self._remove(each)

    def _remove(self, gone: say.Gone) -> None:
        """What was removed stays removed, whatever a device says that had not seen it go.

        Of two that seal a batch again, the first counts; removal without a replacement always does.
        """
        if gone.hash not in self.gone:
            self.gone[gone.hash] = gone.by or ""
        elif gone.by:
            self.gone[gone.by] = ""
        elif standing := self.standing(gone.hash):
            self.gone[standing] = ""

    def _handover(self, entry: Entry, body: say.Handover) -> None:
        data = body.data
        heir = self.members.get(data.device)
        if data.from_ != self.log_keys[-1].key or heir is None or heir.log != data.to:
            raise NotPermittedError("a handover from or to a key that is not the one declared")
        verify(
            VerifierKey.parse(data.to).public,
            consent_message(self.archive, data.from_, data.to),
            data.consent,
        )
        if not self._is_recovery(body.device):
            old = VerifierKey.parse(data.from_)
            entry.check_signature(old.id.hex(), old.public)
        self.log_keys.append(LogKey(self.size, data.to, data.device))

    def _is_recovery(self, device: str) -> bool:
        member = self.members.get(device)
        return member is not None and rights.RECOVERY in member.roles

    def _facet(self, case: str, facet: str) -> FacetState:
        found = self.cases.get(case, {}).get(facet)
        if found is None:
            raise NotPermittedError(f"facet {facet} of case {case} is not declared")
        return found

    def standing(self, name: str) -> str:
        """The object that stands for one that an entry brought: itself, a later one, or ""."""
        while name in self.gone:
            name = self.gone[name]
        return name

    @property
    def sequencer(self) -> str:
        """The device that gives positions."""
        return self.log_keys[-1].device

    def log_keys_at(self, size: int) -> list[str]:
        """The verifier keys of which one signs the head of that size (docs/format.md §4.5)."""
        old, new = [self.log_keys[0].key], []
        for each in self.log_keys[1:]:
            if size > each.position + 1:
                old = [each.key]
            elif size == each.position + 1:
                new = [each.key]
        return old + new


def _touched(entry: Entry) -> list[str]:
    """The cases whose keys or grants an entry may change."""
    match entry.body:
        case say.Case(case=case):
            return [case]
        case say.Grant(data=data):
            return [each.case for each in data.grants]
        case say.Destroy(data=data):
            return [each.case for each in data.what]
    return []


def consent_message(archive: str, old: str, new: str) -> bytes:
    """What the new log key signs to take the role over."""
    return f"sviedka/handover/v1\n{archive}\n{old}\n{new}\n".encode()
