"""An archive as it stood at one moment, while others may go on writing to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotAnArchiveError
from sviedka.keep import durable, layout
from sviedka.keep.archive import PATIENCE
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.log import Log
from sviedka.keep.sync import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sviedka.keep.sync.inventory import Inventory

_WAITING: Final = re.compile(r"[0-9]{10}")
_OUTBOX: Final = re.compile(r"[0-9]{10}(\.[0-9a-f]{16})?(\.withdrawn)?")


@dataclass(frozen=True)
class Snapshot:
    """The ledger, its history, all that it and the outbox name, and the outbox's files."""

    log: Log
    history: History
    inventory: Inventory
    outbox: Mapping[str, bytes]

    @classmethod
    def take(cls, path: Path, waiting: Callable[[], None]) -> Snapshot:
        """Look at an archive; NotAnArchiveError if it is none, and whatever is wrong with it."""
        if not layout.is_archive(path):
            raise NotAnArchiveError("this folder is not an archive", where=str(path))
        log = Log(path / layout.LEDGER)
        with log.locked(PATIENCE, waiting):
            waits = read_outbox(path)
        history = History()
        for line in log.entries():
            history.apply(Entry.parse(line), log.root_at)
        if history.found is None:
            raise NotAnArchiveError("this ledger was never founded", where=str(path))
        named = inventory.of_ledger(log.entries(), history)
        for name, data in waits.items():
            if _WAITING.fullmatch(name):
                brought = inventory.of_group(outbox.read(data))
                named.objects |= brought.objects
                named.grants |= brought.grants
                named.kept |= brought.kept
        return cls(log, history, named, waits)

    @property
    def toml(self) -> bytes:
        """What ``archive.toml`` says."""
        found = self.history.found
        assert found is not None  # noqa: S101 - take has seen to it
        return layout.toml_of(self.history.archive, found.origin, found.zone)

    def knows(self, data: bytes) -> bool:
        """Whether what a file of an outbox holds has its positions, or waits or was withdrawn."""
        if data in self.outbox.values():
            return True
        for entry in outbox.read(data):
            chain = self.history.chains.get(entry.body.device)
            if chain is None or chain.seq <= entry.body.seq:
                return False
        return True


def read_outbox(path: Path) -> dict[str, bytes]:
    """The files of an archive's outbox, by name; what was withdrawn, too."""
    folder = path / layout.OUTBOX
    with durable.storage_errors(folder):
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return {
        name: durable.read_file(folder / name, outbox.MAX_FILE)
        for name in names
        if _OUTBOX.fullmatch(name)
    }
