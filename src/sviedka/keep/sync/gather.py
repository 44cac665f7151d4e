"""Giving positions to what other devices brought in their outboxes (docs/format.md §8.2).

A group is taken only if it continues its device's chain, every signature and right holds, and all
that it brings is there. What is not whole yet waits; what is wrong goes aside; the rest goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import ForkError, NewerFormatError, NotFoundError, NotPermittedError
from sviedka.keep import layout
from sviedka.keep.ledger import members, outbox
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.merkle import leaf_hash
from sviedka.keep.sync import carry, inventory, outboxes
from sviedka.keep.sync.report import REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.history import History
    from sviedka.keep.sync.folder import SyncFolder


class _NotYetError(Exception):
    """A group has to wait; what for is in the report."""


def gather(archive: Archive, folder: SyncFolder) -> tuple[History, list[str]]:
    """Append what can be taken; gives the history then, and the files that are in the ledger now.

    Call it within ``locked``, on the sequencer, and ``catch_up`` after it. ClockError if the day
    cannot be entered.
    """
    taking = _Round(archive, folder)
    try:
        taking.run()
    finally:
        # Whatever ended it: what got a position must be known before the lock is let go.
        archive.update_state(archive.state.advanced(archive.head))
    return taking.history(), taking.done


class _Round:
    """One round through the outboxes of a folder."""

    def __init__(self, archive: Archive, folder: SyncFolder) -> None:
        self._archive = archive
        self._folder = folder
        self._trial: History | None = None
        self._turned = False
        self.done: list[str] = []
        """Files whose entries the ledger has: once it is in the folder, they can go."""

    def history(self) -> History:
        """That of the ledger as it is now, to be used up."""
        return self._trial or self._archive.settled()

    def run(self) -> None:
        """Take whatever is in order."""
        for device in outboxes.devices(self._folder):
            for path, seq in outboxes.files(self._folder, device):
                try:
                    self._take(outboxes.read_group(self._folder, path, device, seq), path)
                except (_NotYetError, NotFoundError):
                    break
                except NewerFormatError as error:
                    # Nothing is wrong with it: it waits for a newer program here.
                    self._folder.find(error, path, device)
                    break
                except REFUSED as error:
                    self._folder.put_aside(path, error, device)

    def _take(self, entries: Sequence[Entry], path: str) -> None:
        archive, first = self._archive, entries[0].body
        trial = self._trial = self.history()
        if first.device not in trial.members:
            raise NotPermittedError(f"device {first.device} is not a member")
        next_seq = trial.chains[first.device].seq
        if first.seq > next_seq:
            missing = f"{layout.OUTBOX}/{first.device}/{outbox.name_of(next_seq)}"
            self._folder.report.waiting.append(missing)
            raise _NotYetError
        if first.seq < next_seq:
            self._compare(entries, trial)
            self.done.append(path)
            return
        if not self._turned:
            archive.turn_day()
            self._turned = True
            trial = archive.settled()
        self._trial = None  # one that has refused an entry is not used again
        for entry in entries:
            trial.apply(entry, archive.log.root_at)
        self._bring(entries)
        archive.log.append([each.data for each in entries])
        self._trial = trial
        self._folder.report.positioned += len(entries)
        self.done.append(path)

    def _bring(self, entries: Sequence[Entry]) -> None:
        """Have all that a group brings durably here."""
        archive, folder = self._archive, self._folder
        wanted = inventory.of_group(entries)
        before = len(folder.report.waiting)
        carry.fetch_objects(folder, archive.objects, wanted.objects)
        carry.fetch_grants(folder, archive.grants, wanted.grants)
        carry.fetch_kept(folder, archive.log.folder, wanted.kept)
        if len(folder.report.waiting) > before:
            raise _NotYetError

    def _compare(self, entries: Sequence[Entry], trial: History) -> None:
        """Hold a group against what the ledger has at its place; returns if it is the same."""
        device = entries[0].body.device
        there = self._ids(device)
        for entry in entries:
            if there.get(entry.body.seq) != entry.id:
                members.check_signatures(entry, trial.members, trial.log_keys[-1].key)
                raise ForkError(
                    f"device {device} signed an entry {entry.body.seq} that is not the one in the "
                    "ledger: it is used in two places, or brings back what it had withdrawn",
                    do="ask whose device it is; if nobody can tell, remove it",
                )

    def _ids(self, device: str) -> dict[int, bytes]:
        """The ids of a device's entries in the ledger, by their place in its chain."""
        name = f'"device":"{device}"'.encode()
        found = {}
        for line in self._archive.log.entries():
            if name in line:
                body = Entry.parse(line).body
                if body.device == device:
                    found[body.seq] = leaf_hash(line)
        return found
