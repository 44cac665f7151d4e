"""``sviedka sync`` and ``handover``: several devices, one ledger."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command, home

if TYPE_CHECKING:
    from sviedka.keep.sync import SyncReport

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.command()
@command(
    _FOLDER,
    click.option(
        "--new", "new", type=click.Path(path_type=Path), metavar="PATH",
        help="On a device that was just admitted: make the archive at PATH.",
    ),
    click.option("--id", "short", default="", help="With --new: which archive of the folder."),
    click.option("--confirm-date", is_flag=True, help="The clock is right, though weeks passed."),
)  # fmt: skip
def sync(session: Session, folder: Path, new: Path | None, short: str, confirm_date: bool) -> None:
    """Exchange with other devices through a folder.

    Entries, objects and keys go both ways. FOLDER is trusted for nothing: whatever in it is not as
    it should be is refused and named, and the rest goes on. Ends with 0 only if nothing was
    refused.
    """
    from sviedka.keep.sync import arrive, identify, sync

    session.date_confirmed = confirm_date
    if new is not None:
        archive_id = identify(folder, os.urandom, short)
        arrive(folder, new, home(), archive_id, session.keys(archive_id), random=os.urandom)
        session.archive = str(new)
    with session.open() as archive:
        was = archive.is_sequencer
        report = sync(archive, folder)
        now = archive.is_sequencer
    _show(session, report, *(["This device gives positions from now on."] if now > was else []))


@click.group()
def handover() -> None:
    """Pass the role of sequencer to another device.

    \b
    On the device that is to get it:  sviedka handover ready FOLDER
    On the one that has it:           sviedka handover give FOLDER DEVICE
    On the device that is to get it:  sviedka sync FOLDER
    """  # noqa: D301 - click keeps the lines after \b as they are


@handover.command()
@command(_FOLDER)
def ready(session: Session, folder: Path) -> None:
    """Ask for the role, in FOLDER.

    This device would give positions from then on.
    """
    from sviedka.keep.sync import consent

    with session.open() as archive:
        consent(archive, folder)
        device = archive.device.id
    session.show(
        {"device": device},
        f"This device, {device}, is ready. On the other: sviedka handover give FOLDER {device[:8]}",
    )


@handover.command()
@command(
    _FOLDER,
    click.argument("device"),
    click.option("--purpose", default="", help="Why; sealed in the ledger."),
)
def give(session: Session, folder: Path, device: str, purpose: str) -> None:
    """Hand the role over.

    To DEVICE (the beginning of its id), which has said that it is ready.
    """
    from sviedka.keep import joining
    from sviedka.keep.sync import hand_over

    with session.open() as archive:
        heir = joining.find(archive, device).device
        report = hand_over(archive, folder, heir, purpose)
    next_ = f"Next, on {heir[:8]}…: sviedka sync FOLDER. It gives positions from then on."
    _show(session, report, next_)


def _show(session: Session, report: SyncReport, *more: str) -> None:
    result: dict[str, Any] = {
        "adopted": report.adopted,
        "fetched": report.fetched,
        "findings": [
            {"file": each.file, "device": each.device, "what": str(each.error), "aside": each.aside}
            for each in report.findings
        ],
        "positioned": report.positioned,
        "provisional": report.provisional,
        "pushed": report.pushed,
        "waiting": report.waiting,
    }
    lines = [
        f"Entries: {report.positioned:,} got positions here, {report.adopted:,} came with theirs.",
        f"Files: {report.fetched:,} came, {report.pushed:,} were put into the folder.",
    ]
    if report.provisional:
        saves = words.count(report.provisional, "save")
        lines.append(
            f"{saves} of this device, provisional until the one that gives positions syncs."
        )
    if report.waiting:
        lines.append(
            f"Not there yet, a later sync may bring it: {words.count(len(report.waiting), 'file')}."
        )
    lines += [f"REFUSED: {words.plain(str(each))}" for each in report.findings]
    session.show(result, *lines, *more)
    if report.findings:
        sys.exit(4)
