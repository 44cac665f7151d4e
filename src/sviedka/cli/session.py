"""What commands share: finding the archive, opening it with the keys at hand, showing results."""

from __future__ import annotations

import functools
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli.asking import is_asked, passphrase
from sviedka.cli.ending import as_json_text
from sviedka.cli.words import plain
from sviedka.errors import LockedError, WrongPassphraseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.capture.intake import Progress
    from sviedka.keep.archive import Archive
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger.log import Log

ARCHIVE = "SVIEDKA_ARCHIVE"
_TRIES = 3
"""How often a person may mistype a passphrase before the command ends."""


@dataclass
class Session:
    """One run of a command."""

    archive: str | None
    json: bool
    date_confirmed: bool = False
    asks: bool = True
    """Whether a person at the terminal is asked for the passphrase."""
    bar: Any = None
    """The bar that shows progress, while there is one."""

    def path(self) -> Path:
        """The archive that is meant; NotAnArchiveError if there is none."""
        from sviedka.keep import layout

        named = self.archive or os.environ.get(ARCHIVE)
        if named is None:
            return layout.nearest(Path.cwd())
        path = Path(named)
        if not layout.is_archive(path):
            from sviedka.errors import NotAnArchiveError

            raise NotAnArchiveError(
                "this folder is not an archive", where=named, do="make one with `sviedka init`"
            )
        return path

    def log(self) -> Log:
        """The ledger of the archive that is meant, without any key."""
        from sviedka.keep import layout
        from sviedka.keep.ledger.log import Log

        return Log(self.path() / layout.LEDGER)

    def keys(self, archive_id: str) -> DeviceKeys:
        """The keys of this device, from the agent or by the passphrase; LockedError if neither."""
        from sviedka.keep.keys import agent, memory

        memory.deny_dumps()
        held = agent.fetch(archive_id)
        if held is None and not self.asks and is_asked():
            raise LockedError("the archive is locked", do="run `sviedka unlock` first")
        return held or self.unlocked(archive_id)

    def unlocked(self, archive_id: str) -> DeviceKeys:
        """The keys of this device by the passphrase; a person at a terminal may try again."""
        from sviedka.keep.keys import device

        data = self.device_folder(archive_id).read(device.FILE, device.FILE_LIMIT)
        for _ in range(_TRIES - 1 if is_asked() else 0):
            try:
                return device.unlock(data, archive_id, passphrase("Passphrase"))
            except WrongPassphraseError:
                note("That does not open it. Please try again.")
        return device.unlock(data, archive_id, passphrase("Passphrase"))

    def device(self, archive_id: str) -> tuple[DeviceKeys, DeviceState]:
        """The keys of this device and what it remembers, without opening the archive."""
        from sviedka.keep.keys import machine, state

        keys = self.keys(archive_id)
        fingerprint = machine.fingerprint(archive_id, machine.machine_id(home(), os.urandom))
        return keys, state.load(self.device_folder(archive_id), keys, archive_id, fingerprint)

    def device_folder(self, archive_id: str) -> Any:
        """Where this device keeps its keys to the archive."""
        from sviedka.keep.keys.home import DeviceFolder

        return DeviceFolder(home(), archive_id)

    @contextmanager
    def open(self) -> Iterator[Archive]:
        """Open the archive; its head is signed when the block is left."""
        from sviedka import kinds
        from sviedka.capture import PROJECTIONS
        from sviedka.keep.archive import Archive, archive_id

        path = self.path()
        keys = self.keys(archive_id(self.log()))
        with Archive(
            path,
            keys,
            home(),
            projections=PROJECTIONS,
            encode=kinds.encode,
            date_confirmed=self.date_confirmed,
            waiting=waiting,
        ) as archive:
            yield archive

    def show(self, result: dict[str, Any], *lines: str) -> None:
        """Give the result: as one JSON object, or as lines for people."""
        if self.json:
            click.echo(as_json_text(result))
        self.say(*lines)

    def say(self, *lines: str) -> None:
        """Give lines to a person."""
        if not self.json:
            for line in lines:
                click.echo(line)

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar on a terminal; nothing elsewhere."""
        from sviedka.capture.intake import no_progress

        if self.json or sys.stderr is None or not sys.stderr.isatty():
            yield no_progress
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

        with Progress(
            "{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn(),
            console=Console(stderr=True), transient=True,
        ) as bar:  # fmt: skip
            task = bar.add_task(label, total=None)
            self.bar = bar
            yield lambda done, total: bar.update(task, completed=done, total=total)
        self.bar = None

    def choose(self, question: str) -> bool:
        """Ask a person at the terminal; the bar makes room meanwhile."""
        if self.bar:
            self.bar.stop()
        try:
            return click.confirm(plain(question), err=True)
        finally:
            if self.bar:
                self.bar.start()


def command(*decorators: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Any]:
    """Options that every command has; the function is given a ``Session`` first."""

    def wrap(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(archive: str | None, as_json: bool, **options: Any) -> None:
            function(Session(archive, as_json), **options)

        every = (
            click.option("--archive", metavar="FOLDER", help="The archive's folder."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        )
        decorated: Any = run
        for each in reversed((*decorators, *every)):
            decorated = each(decorated)
        return decorated

    return wrap


def home() -> Path:
    """The user's folder for keys."""
    from sviedka.keep.keys.home import data_folder

    return data_folder(os.environ)


def waiting() -> None:
    """Say why nothing seems to happen."""
    note("Another process is writing to this archive; waiting for it …")


def note(text: str) -> None:
    """Say something to the person, beside the result."""
    click.secho(text, err=True, dim=True)
