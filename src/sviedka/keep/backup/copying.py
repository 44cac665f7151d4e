"""Copying an archive to another disk: what is new since the last time, checked as it goes.

1. What was destroyed since goes from the copy, first of all, for a copy must not keep it.
2. Objects, grant files and kept heads, under their names only once they are durable.
3. The ledger, so that it never names what is not there; then the outbox.

Interrupted anywhere, it is run again. No key is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.errors import ForkError, NotFoundError, UsageError
from sviedka.keep import durable, layout
from sviedka.keep.archive import PATIENCE
from sviedka.keep.backup import ledger, objects, survey
from sviedka.keep.backup.snapshot import Snapshot, read_outbox
from sviedka.keep.ledger.log import Log
from sviedka.keep.vault.directory import DirectoryStore
from sviedka.keep.vault.stage import path_of
from sviedka.keep.verify.report import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sviedka.keep.sync.inventory import Brought
    from sviedka.keep.verify.report import Progress

_TOML_LIMIT: Final = 4096


@dataclass(frozen=True)
class Outcome:
    """What a backup did. ``lacking`` are paths that the archive itself lacks or has damaged."""

    archive: str
    entries: int
    copied: int
    bytes: int
    removed: int
    lacking: tuple[str, ...]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _patient() -> None:
    """Wait without a word."""


def backup(
    source: Path, dest: Path, progress: Progress = _silent, waiting: Callable[[], None] = _patient
) -> Outcome:
    """Make ``dest`` a copy of the archive in ``source`` without its index, or bring it up to date.

    Others may write to the archive meanwhile. UsageError if ``dest`` holds anything else;
    ForkError or RollbackError if it has what the archive does not know.
    """
    survey.require_apart(source, dest)
    copied, size, removed = 0, 0, 0
    lacked: tuple[str, ...] = ()
    while True:
        copying = _Copying(source, dest, Snapshot.take(source, waiting), progress)
        done = copying.run(waiting)
        copied, size, removed = copied + done.copied, size + done.bytes, removed + done.removed
        if done.lacking in {(), lacked} or not copying.outdated:
            return replace(done, copied=copied, bytes=size, removed=removed)
        lacked = done.lacking  # unless it was destroyed just now, it will lack again


class _Copying:
    """One run, from one snapshot."""

    def __init__(self, source: Path, dest: Path, snapshot: Snapshot, progress: Progress) -> None:
        self._source = source
        self._dest = dest
        self._snapshot = snapshot
        self._progress = progress
        self._here = survey.sizes(source)
        self._there = survey.sizes(dest)

    @property
    def outdated(self) -> bool:
        """Whether the archive has gone on since: then what is lacking may have been destroyed."""
        size = self._snapshot.log.size
        self._snapshot.log.refresh()
        return self._snapshot.log.size > size

    def run(self, waiting: Callable[[], None]) -> Outcome:
        """Copy."""
        self._require_ours()
        copy = self._dest / layout.LEDGER
        durable.make_folder(copy)
        log = Log(copy)
        with log.locked(PATIENCE, waiting):
            ledger.require_older(self._snapshot.log, log)
            self._require_known_outbox()
            durable.write_file(self._dest / layout.TOML, self._snapshot.toml)
            removed = self._remove()
            came, size, lacking = self._copy()
            kept = self._snapshot.inventory.kept
            lacking += objects.copy_kept(self._source, self._dest, kept)
            ledger.follow(self._snapshot.log, log)
            self._copy_outbox()
        history = self._snapshot.history
        return Outcome(history.archive, history.size, came, size, removed, tuple(lacking))

    def _require_ours(self) -> None:
        """UsageError unless the folder is empty, or begun as a copy of this archive."""
        holds = [name for name in self._there if not name.endswith(durable.TMP)]
        if not holds or layout.is_archive(self._dest):
            return
        try:
            begun = durable.read_file(self._dest / layout.TOML, _TOML_LIMIT)
        except NotFoundError:
            begun = b""
        if begun != self._snapshot.toml:
            raise UsageError(
                "this folder holds something else than a copy of this archive",
                where=str(self._dest),
                do="name a folder that is empty or not there",
            )

    def _require_known_outbox(self) -> None:
        for name, data in read_outbox(self._dest).items():
            if name.isdigit() and not self._snapshot.knows(data):
                raise ForkError(
                    "what waits in the outbox of this copy is not known to the archive",
                    where=str(self._dest / layout.OUTBOX / name),
                    do="it is a copy that was worked in: sync it, and name another folder here",
                )

    def _remove(self) -> int:
        gone = self._snapshot.inventory
        removed = 0
        for kind, names in (
            (layout.GRANTS, gone.gone_grants),
            (layout.OBJECTS, gone.gone_objects),
        ):
            store = DirectoryStore(self._dest / kind)
            store.sweep()
            found = [name for name in names if f"{kind}/{path_of(name)}" in self._there]
            if found:
                removed += store.delete(found)
        for name in self._there:
            if name.startswith(layout.INDEX):
                # Somebody has opened the copy; its index repeats what has to go, too.
                durable.remove(self._dest / name)
        return removed

    def _copy(self) -> tuple[int, int, list[str]]:
        """How many came with how many bytes, and the paths of what is lacking."""
        named = self._snapshot.inventory
        wanted = {
            kind: self._wanted(kind, brought)
            for kind, brought in ((layout.OBJECTS, named.objects), (layout.GRANTS, named.grants))
        }
        meter = Meter(sum(sum(each.values()) for each in wanted.values()), self._progress)
        count, size, lacking = 0, 0, []
        for kind, names in wanted.items():
            source = DirectoryStore(self._source / kind)
            came = objects.copy(source, DirectoryStore(self._dest / kind), names, meter)
            count += len(came)
            size += sum(names[name] for name in came)
            lacking += [f"{kind}/{path_of(name)}" for name in names if name not in came]
        return count, size, lacking

    def _wanted(self, kind: str, brought: Mapping[str, Brought]) -> dict[str, int]:
        """What the copy does not have yet, with its size."""
        wanted = {}
        for name, each in brought.items():
            path = f"{kind}/{path_of(name)}"
            size = each.size if each.exact else self._here.get(path, 0)
            if self._there.get(path) != size or not size:
                wanted[name] = size
        return wanted

    def _copy_outbox(self) -> None:
        """What waits; and then nothing that waits no more."""
        folder = self._dest / layout.OUTBOX
        there = read_outbox(self._dest)
        new = {
            name: data for name, data in self._snapshot.outbox.items() if there.get(name) != data
        }
        if new:
            durable.write_files(folder, new)
        for name in there.keys() - self._snapshot.outbox.keys():
            if name.isdigit():
                durable.remove(folder / name)
