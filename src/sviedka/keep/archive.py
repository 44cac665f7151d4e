"""The one face of the ground floor: an open archive, on a device that holds keys to it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from sviedka.errors import (
    AccessError,
    FormatError,
    IntegrityError,
    NotAnArchiveError,
    NotFoundError,
)
from sviedka.keep import calendar, continuity, layout, recall, records, restate, role
from sviedka.keep.age import HybridRecipient
from sviedka.keep.author import Draft, compose
from sviedka.keep.destruction import remains
from sviedka.keep.keys import machine
from sviedka.keep.keys import state as states
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.keys.ring import Keyring
from sviedka.keep.ledger import checkpoint, outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import Chain, History
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.merkle import leaf_hash
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.projector import Projector, touched
from sviedka.keep.saving import Event, Saving
from sviedka.keep.sources import ArchiveSources
from sviedka.keep.vault.directory import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sviedka.keep.age import HybridIdentity
    from sviedka.keep.index import Projection
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.ledger.statements import Facet

COMMIT_EVERY: Final = 1.0
"""Seconds: how long acknowledged entries may wait in the journal before they are tiled."""
RECALL_EVERY: Final = 200
"""Entries after which it pays to remember the history: reading them anew takes 30 ms."""
PATIENCE: Final = 600.0
"""Seconds to wait for another process that is writing."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


def archive_id(log: Log) -> str:
    """The id of the archive that a ledger belongs to; NotAnArchiveError if it is empty."""
    for first in log.entries(0, 1):
        return leaf_hash(first).hex()
    raise NotAnArchiveError("this ledger was never founded", where=str(log.folder))


class Archive:
    """An archive, open on this device. Use it in a ``with`` block, so that its head is signed.

    The clock, the source of randomness, the person's word on a jump of the date and what checks
    records against their kinds are handed in.
    """

    def __init__(  # noqa: PLR0913 - what lies at the edge is handed in
        self,
        path: Path,
        device: DeviceKeys,
        home: Path,
        *,
        projections: Sequence[Projection] = (),
        encode: Callable[[dict[str, Any], str], bytes] = records.encode,
        now: Callable[[], datetime] = utc_now,
        random: Callable[[int], bytes] = os.urandom,
        date_confirmed: bool = False,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.device = device
        self.encode = encode
        self.now = now
        self.random = random
        self.log = Log(path / layout.LEDGER)
        self.archive_id = archive_id(self.log)
        self.objects = DirectoryStore(path / layout.OBJECTS)
        self.grants = DirectoryStore(path / layout.GRANTS)
        self.home = home
        self.folder = DeviceFolder(home, self.archive_id)
        self.state = self._load_state()
        self.ring = Keyring(self.archive_id, device, ArchiveSources(self))
        self.history = History()
        self._pending: list[Entry] = []
        self._date_confirmed = date_confirmed
        self._waiting = waiting
        self._committed = time.monotonic()
        continuity.check_head(self.log, self.state)
        self.projector = Projector(self, path / layout.INDEX, self.state.index, projections)
        try:
            self.catch_up()
            self._check_chain()
            self.check_signature()
        except BaseException:  # Ctrl-C too: nobody else could close it
            self.projector.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Sign the head over what was written, and let go."""
        try:
            if self.is_sequencer and self.log.size > self.log.tiled:
                with self.locked():
                    self.catch_up()
                    self.commit()
            # What is remembered is past its destructions: each opening finishes those it meets.
            due = self.history.size > self._recalled + RECALL_EVERY and not self._destroyed
            if due and self.is_sequencer:
                recall.write(self.folder, self.device, self.history, self.log.root_at)
        finally:
            self.projector.close()

    # What is known

    @property
    def is_sequencer(self) -> bool:
        """Whether this device gives positions."""
        return self.state.sequencer

    @property
    def found(self) -> say.FoundData:
        """The terms of the archive."""
        if self.history.found is None:
            raise NotAnArchiveError("this ledger was never founded", where=str(self.path))
        return self.history.found

    @property
    def head(self) -> say.Head:
        """The newest head of the ledger."""
        size = self.log.size
        return say.Head(root=self.log.root_at(size).hex(), size=size)

    def recipient(self, case: str, facet: Facet) -> tuple[HybridRecipient, int]:
        """The newest key of a facet, with its epoch; AccessError if it has none any more."""
        found = self.history.cases.get(case, {}).get(facet)
        if found is None or found.destroyed:
            raise AccessError(f"case {case} has no facet {facet}, or it was destroyed")
        keys = found.epochs[-1]
        return HybridRecipient.from_bytes(keys.recipient), keys.epoch

    def identity(self, case: str, facet: Facet, epoch: int) -> HybridIdentity:
        """The key that opens a facet; AccessError if this device may not."""
        return self.ring.identity(FacetEpoch(case, facet, epoch))

    def grantees(self) -> Mapping[str, bytes]:
        """The devices that get new cases: this one, every other steward, the recovery key."""
        return {
            each.device: each.seal
            for each in self.history.members.values()
            if each.device == self.device.id or {"steward", "recovery"} & set(each.roles)
        }

    def batch_root(self, position: int) -> bytes:
        """The root over the records that an entry brought; NotFoundError if it brought none."""
        for line in self.lines(position):
            body = Entry.parse(line).body
            if isinstance(body, say.Content) and body.batch:
                return bytes.fromhex(body.batch.root)
            break
        raise NotFoundError("this entry brought no records", where=f"entry {position}")

    # Writing

    @contextmanager
    def save(self, event: Event) -> Iterator[Saving]:
        """Begin a save; its ``finish`` makes it stand, leaving without that leaves nothing."""
        if self.is_sequencer:
            self._new_day()  # a wrong clock is told before hours of sealing, not after
        with self.objects.staging() as objects, self.grants.staging() as grants:
            yield Saving(self, event, objects, grants)

    def remember_outer(self, seeds: Mapping[FacetEpoch, bytes]) -> None:
        """Keep new outer keys, durably: without them what is sealed now could not be opened."""
        with self.locked():
            self.update_state(self.state.with_outer(seeds))

    def append(self, drafts: list[Draft]) -> list[Entry]:
        """Give drafts their places, as one group; when this returns they stand.

        On a device that is not the sequencer they go to the outbox, provisional until a sync.
        """
        with self.locked():
            self.settle()
            if not self.is_sequencer:
                entries = self._compose(drafts)
                outbox.write(self.path / layout.OUTBOX, entries)
                self.catch_up()
                self.update_state(self.state.signed(self.chain.seq))
                return entries
            self.turn_day()
            entries = self._compose(drafts)
            self.log.append([each.data for each in entries])
            self.catch_up()
            # Before the lock is let go: another copy of this archive must find itself outdated.
            self.update_state(self.state.advanced(self.head).signed(self.chain.seq))
            if time.monotonic() - self._committed > COMMIT_EVERY:
                self.commit()
            return entries

    def _compose(self, drafts: list[Draft]) -> list[Entry]:
        """Sign drafts, judged before they are written: what stands in the ledger stays there."""
        entries = compose(drafts, self.device, self.history, self.head, self.now())
        self.history.foresee(entries)
        return entries

    def settle(self) -> None:
        """Bring all in line with the ledger as it is now, within ``locked``, before writing."""
        self.catch_up()
        if self.stuck:
            restate.restate(self)
            self.catch_up()
        role.settle(self)
        self._check_chain()

    def commit(self) -> None:
        """Sign the present head and tile what it covers. Call it within ``locked``."""
        if not self.log.size:
            return
        head = checkpoint.Checkpoint(
            self.found.origin, self.log.size, self.log.root_at(self.log.size)
        )
        self.log.commit(checkpoint.sign(head, self.log_key()))
        self._committed = time.monotonic()

    def log_key(self) -> SigningKey:
        """The log key of this device, which signs heads while it is the sequencer."""
        return SigningKey(self.found.origin, KeyType.ED25519, self.state.log)

    def update_state(self, state: states.DeviceState) -> None:
        """Remember a new state of this device, durably. Call it within ``locked``."""
        states.save(self.folder, self.device, state)
        self.state = state

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the archive for writing, with the newest state of this device at hand."""
        if self._holds:
            yield
            return
        with self.log.locked(PATIENCE, self._waiting), self.folder.locked():
            self._holds = True
            try:
                self.state = self._load_state()
                continuity.check_head(self.log, self.state)
                yield
            finally:
                self._holds = False

    _holds = False
    _recalled = 0
    stuck = False
    """Whether something in the outbox can stand no more, behind the ledger as it is now."""
    _base = 0
    """The size of the ledger behind which the outbox was taken in."""
    _destroyed = False
    """Whether something was destroyed of which something may still be here."""

    def turn_day(self) -> None:
        """Enter the day if it is a new one, within ``locked``; ClockError if it cannot be right."""
        if day := self._new_day():
            draft = Draft(say.Day, {"data": say.DayData(day=day)})
            entries = compose([draft], self.device, self.history, self.head, self.now())
            self.log.append([each.data for each in entries])
            self.catch_up()

    def _new_day(self) -> str | None:
        """The day that the clock shows, if it is not the ledger's; ClockError as ``turn_day``."""
        return calendar.next_day(
            self.history.day, self.now(), self.found.zone, confirmed=self._date_confirmed
        )

    # Keeping up

    def catch_up(self) -> None:
        """Take in what was written since: by this process, by another, by a sync."""
        self.log.refresh()
        if self.log.size > self.history.size and not self._holds:
            # Another process may have made keys; it remembered them before it spoke of them.
            self.state = self._load_state()
        moved = bool(self._pending) and self.log.size != self._base
        if moved or self.projector.position_on_disk() < self.history.size:
            self.history, self._pending = History(), []
        if not self.history.size:
            self.history = self._remembered()
            self._recalled = self.history.size
        for line in self.log.entries(self.history.size):
            self._take(Entry.parse(line))
        self._base = self.log.size
        self._take_outbox()
        self.projector.flush()
        if self._destroyed:
            remains.remove(self)
            self._destroyed = False
            remains.renew_index(self)

    def _take(self, entry: Entry) -> None:
        position = self.history.size
        effective = self.history.apply(entry, self.log.root_at)
        self._destroyed |= any(isinstance(each.body, say.Destroy) for each in effective)
        self.projector.apply(position, effective)

    def _take_outbox(self) -> None:
        """Take in what waits, as far as the ledger permits it; ``restate`` sees to the rest."""
        self.stuck = False
        if self.is_sequencer:
            return
        for each in outbox.waiting(self.path / layout.OUTBOX, self.chain.seq):
            try:
                self._take(each)
            except (AccessError, FormatError, IntegrityError):
                self.stuck = True
                self.history = self.settled()
                for one in self._pending:
                    self.history.apply(one, self.log.root_at)
                return
            self._pending.append(each)

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """The entries from a position on; behind those of the ledger, what waits in the outbox."""
        yield from self.log.entries(start)
        yield from (each.data for each in self._pending[max(start - self.log.size, 0) :])

    @property
    def pending(self) -> Sequence[Entry]:
        """What waits in the outbox for positions, in the order of the chain."""
        return self._pending

    @property
    def chain(self) -> Chain:
        """Where this device's own entries stand, those of the outbox included."""
        return self.history.chains.get(self.device.id, Chain())

    def settled(self) -> History:
        """The history of the ledger alone, without the outbox: the caller's own, to try on."""
        history = self._recall(self.log.size) if self._pending else self.history.copy()
        for line in self.log.entries(history.size):
            history.apply(Entry.parse(line), self.log.root_at)
        return history

    def unwind(self) -> None:
        """Take what waits in the outbox out of history and index, durably.

        Call it within ``locked``, before the ledger grows under it or the outbox changes; the next
        ``catch_up`` takes it in again, wherever it stands then.
        """
        stirred = touched(self._pending)
        self.history, self._pending = self.settled(), []
        self.projector.rewind(self.log.size, stirred)

    def _remembered(self) -> History:
        """What the last run left of the history, if it is of this ledger and the index has it."""
        most = min(self.projector.position, self.log.size)
        return self._recall(most)

    def _recall(self, most: int) -> History:
        return recall.read(self.folder, self.device, most, self.log.root_at) or History()

    def _check_chain(self) -> None:
        if not self.stuck:
            continuity.check_chain(self.chain, self.state, self.path)

    def check_signature(self) -> None:
        """ProofError unless the newest head is signed by the log key in force."""
        continuity.check_signature(self.log, self.history)

    def _load_state(self) -> states.DeviceState:
        fingerprint = machine.fingerprint(
            self.archive_id, machine.machine_id(self.home, os.urandom)
        )
        return states.load(self.folder, self.device, self.archive_id, fingerprint)
