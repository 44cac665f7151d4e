"""What commands share: finding the archive, opening it with the keys at hand, showing results."""

from __future__ import annotations

import functools
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.errors import LockedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.capture.intake import Progress
    from sviedka.keep.archive import Archive
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger.log import Log

PASSPHRASE_FILE = "SVIEDKA_PASSPHRASE_FILE"
NEW_PASSPHRASE_FILE = "SVIEDKA_NEW_PASSPHRASE_FILE"
ARCHIVE = "SVIEDKA_ARCHIVE"
_PASSPHRASE_LIMIT = 4096
"""Bytes; no person's passphrase is longer, and the file might be the wrong one."""


@dataclass
class Session:
    """One run of a command."""

    archive: str | None
    json: bool
    date_confirmed: bool = False

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
        from sviedka.keep.keys import agent, device, memory

        memory.deny_dumps()
        held = agent.fetch(archive_id)
        if held:
            return held
        data = self.device_folder(archive_id).read(device.FILE, device.FILE_LIMIT)
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
            click.echo(json.dumps(result, ensure_ascii=False))
        else:
            for line in lines:
                click.echo(line)

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar on a terminal; nothing elsewhere."""
        from sviedka.capture.intake import no_progress

        if self.json or not sys.stderr.isatty():
            yield no_progress
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

        with Progress(
            "{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn(),
            console=Console(stderr=True), transient=True,
        ) as bar:  # fmt: skip
            task = bar.add_task(label, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def command(*decorators: Callable[[Any], Any]) -> Callable[[Callable[..., None]], Any]:
    """Options that every command has; the function is given a ``Session`` first."""

    def wrap(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(archive: str | None, as_json: bool, **options: Any) -> None:
            function(Session(archive, as_json), **options)

        every = (
            click.option("--archive", metavar="FOLDER", help="The archive's folder."),
            click.option(
                "--json", "as_json", is_flag=True, help="Print the result as one JSON object."
            ),
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


def passphrase(prompt: str, *, confirm: bool = False, variable: str = PASSPHRASE_FILE) -> str:
    """From the file that an environment variable names, else asked for; LockedError if neither."""
    named = os.environ.get(variable)
    if named:
        return _from_file(Path(named))
    if not sys.stdin.isatty():
        raise LockedError(
            "a passphrase is needed, and there is no terminal to ask for it",
            do=f"run `sviedka unlock` first, or name a file with it in {variable}",
        )
    given: str = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    return given


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_PASSPHRASE_LIMIT + 1)
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "the passphrase cannot be read from its file",
            where=str(path),
            do=f"see {PASSPHRASE_FILE}",
        ) from error
    if len(data) > _PASSPHRASE_LIMIT:
        raise UsageError("this file is too long for a passphrase", where=str(path))
    return text.removesuffix("\n").removesuffix("\r")


def waiting() -> None:
    """Say why nothing seems to happen."""
    note("Another process is writing to this archive; waiting for it …")


def note(text: str) -> None:
    """Say something to the person, beside the result."""
    click.secho(text, err=True, dim=True)
