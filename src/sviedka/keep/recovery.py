"""Recovering an archive whose device is lost, with the sheet and the key backup.

The sheet opens every grant's inner lock; the keys of the outer locks are in the key backup
(docs/format.md §7.5). Neither is of use without the other, nor without a copy of the archive.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep import durable, granting, layout, newdevice, records
from sviedka.keep.age import HybridIdentity
from sviedka.keep.archive import PATIENCE, Archive, archive_id, utc_now
from sviedka.keep.author import Draft, Notice, compose
from sviedka.keep.keys.recovery import RecoveryKey, open_backup
from sviedka.keep.keys.ring import Keyring
from sviedka.keep.ledger import checkpoint, outbox
from sviedka.keep.ledger import members as rights
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import Chain, History, consent_message
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.notekeys import KeyType, SigningKey, VerifierKey
from sviedka.keep.restate import WITHDRAWN
from sviedka.keep.saving import Event
from sviedka.keep.sources import ArchiveSources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sviedka.keep.index import Projection
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.facet import FacetEpoch
    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.vault.directory import DirectoryStore


@dataclass(frozen=True)
class Recovered:
    """The new device; the keys that could not be recovered; the device that had the log before."""

    device: DeviceKeys
    lost: list[FacetEpoch]
    before: str


@dataclass
class _Holder:
    """The recovery key in the place of a device."""

    device: DeviceKeys
    state: DeviceState
    history: History
    grants: DirectoryStore


def recover(  # noqa: PLR0913 - what lies at the edge is handed in
    path: Path,
    home: Path,
    recovery: RecoveryKey,
    backup: bytes,
    passphrase: str,
    *,
    projections: Sequence[Projection] = (),
    encode: Callable[[dict[str, Any], str], bytes] = records.encode,
    now: Callable[[], datetime] = utc_now,
    random: Callable[[int], bytes] = os.urandom,
) -> Recovered:
    """Make this machine the archive's new sequencer, with a device of its own under ``passphrase``.

    The recovery key admits the device and hands the log over to it; from there on heads by the
    lost device are refused. Then the device grants itself what sheet and backup open together.
    Interrupted anywhere, it is run again with the same passphrase.

    AccessError if the sheet is not of this archive, or the backup of another sheet; IntegrityError
    for another archive's backup, UsageError if this machine has keys already.
    """
    log = Log(path / layout.LEDGER)
    identity = archive_id(log)
    held = open_backup(backup, recovery, identity)
    with log.locked(PATIENCE):
        recovering = _Recovering(path, log, recovery.keys, now)
        device, state = newdevice.at_home(home, identity, passphrase, random)
        recovering.make_way()
        recovering.hand_over(device, state.log)
    options: dict[str, Any] = {
        "projections": projections, "encode": encode, "now": now, "random": random,
    }  # fmt: skip
    with Archive(path, device, home, **options) as archive:
        archive.remember_outer(_declared(held.outer, archive.history))
        lost = _grant_itself(archive, recovery)
        others = [key.device for key in archive.history.log_keys if key.device != device.id]
    return Recovered(device, lost, others[-1] if others else "")


class _Recovering:
    """The recovery key, writing into a ledger whose sequencer is lost."""

    def __init__(
        self, path: Path, log: Log, recovery: DeviceKeys, now: Callable[[], datetime]
    ) -> None:
        self._outbox = path / layout.OUTBOX
        self._log = log
        self._recovery = recovery
        self._now = now
        self.history = History()
        for line in log.entries():
            self.history.apply(Entry.parse(line), log.root_at)
        self._check_signature()
        if rights.RECOVERY not in self._roles(recovery.id):
            raise AccessError("this recovery sheet is not, or no more, one of this archive")

    def make_way(self) -> None:
        """Give positions to what the lost device had not brought to its sequencer yet.

        What the ledger does not permit (any more) is set aside, for people to look at.
        """
        if not self._log.has_journal:
            self._log.start_journal()
        for path in outbox.files(self._outbox):
            entries = outbox.load(path)
            first = entries[0].body
            if first.seq >= self.history.chains.get(first.device, Chain()).seq:
                try:
                    self._append(entries)
                except (AccessError, FormatError, IntegrityError):
                    with durable.storage_errors(path):
                        path.rename(path.with_name(path.name + WITHDRAWN))
                    continue
            durable.remove(path)

    def hand_over(self, device: DeviceKeys, log_seed: bytes) -> None:
        """Admit the device and give it the log, as far as that was not done before."""
        origin = VerifierKey.parse(self.history.log_keys[-1].key).name
        log_key = SigningKey(origin, KeyType.ED25519, log_seed)
        vkey = str(log_key.verifier)
        if not self._roles(device.id):
            member = device.member(log_key.name, [rights.STEWARD], vkey)
            data = say.MemberData(add=member)
            self._say(Draft(say.MemberChange, {"data": data}, Notice("cre", "recovery")))
        if self.history.sequencer != device.id:
            old = self.history.log_keys[-1].key
            handover = say.HandoverData(
                consent=log_key.sign(consent_message(self.history.archive, old, vkey)),
                device=device.id,
                from_=old,
                to=vkey,
            )
            self._say(Draft(say.Handover, {"data": handover}, Notice("dea", "recovery")))

    def _say(self, draft: Draft) -> None:
        size = self._log.size
        head = say.Head(root=self._log.root_at(size).hex(), size=size)
        self._append(compose([draft], self._recovery, self.history, head, self._now()))

    def _append(self, entries: Sequence[Entry]) -> None:
        trial = self.history.copy()
        for entry in entries:
            trial.apply(entry, self._log.root_at)
        self._log.append([each.data for each in entries])
        self.history = trial

    def _roles(self, device: str) -> Sequence[say.Role]:
        member = self.history.members.get(device)
        return member.roles if member else ()

    def _check_signature(self) -> None:
        """ProofError unless the newest head is signed by the log key in force."""
        note = self._log.note
        if note is not None:
            keys = [VerifierKey.parse(key) for key in self.history.log_keys_at(self._log.tiled)]
            if not note.verified(keys):
                checkpoint.verify(note, keys[-1])


def _declared(outer: Mapping[str, bytes], history: History) -> dict[FacetEpoch, bytes]:
    """Those keys of a backup that the ledger declares, and whose facets still stand."""
    found = {}
    for name in granting.standing(history):
        seed = outer.get(str(name))
        declared = history.cases[name.case][name.facet].epochs[name.epoch - 1].outer
        if seed and HybridIdentity.from_seed(seed).recipient.to_bytes() == declared:
            found[name] = seed
    return found


def _grant_itself(archive: Archive, recovery: RecoveryKey) -> list[FacetEpoch]:
    """Grant this device what the recovery key opens; gives what nothing here opens."""
    holder = _Holder(recovery.keys, archive.state, archive.history, archive.grants)
    ring = Keyring(archive.archive_id, recovery.keys, ArchiveSources(holder))
    lacking = []
    for name in granting.standing(archive.history):
        try:
            archive.ring.identity(name)
        except SviedkaError:  # not granted, its outer key lost, or its grant damaged
            lacking.append(name)
    with archive.save(Event("gra", "recovery")) as save:
        me = {archive.device.id: archive.device.seal_public}
        _, lost = granting.grant(save, ring, archive.history, lacking, me)
        save.finish()
    return lost
