"""``sviedka backup``, ``restore`` and ``recover``: what helps when a disk or a computer is lost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.asking import passphrase
from sviedka.cli.session import Session, command, home, waiting
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from sviedka.keep.backup import Outcome
    from sviedka.keep.keys.recovery import RecoveryKey

_SHOWN = 20
_SHEET_LIMIT = 4096
_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@command(
    click.argument("dest", type=_PATH, required=False),
    click.option("--keys", type=_PATH, metavar="FILE", help="Write the key backup to FILE."),
)
def backup(session: Session, dest: Path | None, keys: Path | None) -> None:
    """Copy the archive, or back up the keys.

    An earlier copy in the folder DEST is brought up to date. The copy is an archive itself, under
    the same keys, but without any of them: no passphrase is needed. Everything new is checked on
    its way, and what was destroyed is removed from the copy. To read back what was copied earlier:
    sviedka scrub --archive DEST

    --keys FILE writes the key backup: with the recovery sheet, and a copy of the archive, it is
    the way back if this computer is lost. It is sealed to the sheet and replaces the one before.
    Make it anew every 30 days and after every destruction, and keep it apart from the sheet.
    """
    if dest is None and keys is None:
        raise UsageError("there is nothing to do", do="name a folder DEST, or --keys FILE, or both")
    result: dict[str, Any] = {}
    lines: list[str] = []
    lacking = False
    if keys is not None:
        from sviedka.keep.keybackup import write_backup

        with session.open() as archive:
            write_backup(archive, keys.absolute())
            result["keys"] = {"file": str(keys), "made": archive.state.backup}
        lines.append(f"The key backup is in {keys}. Keep it apart from the recovery sheet.")
    if dest is not None:
        from sviedka.keep.backup import backup as copy

        with session.progress("Copying") as progress:
            outcome = copy(session.path(), dest, progress, waiting)
        lacking = bool(outcome.lacking)
        result["copy"] = {"folder": str(dest), **_told(outcome)}
        lines += _lines(outcome, dest)
    session.show(result, *lines)
    if lacking:
        sys.exit(4)


@click.command()
@command(click.argument("src", metavar="COPY", type=_FOLDER), click.argument("dest", type=_PATH))
def restore(session: Session, src: Path, dest: Path) -> None:
    """Make an archive from a copy.

    All of COPY is read back into DEST, an empty folder. It opens with the keys of this computer if
    they are as old as the copy; if the computer is lost: sviedka recover
    """
    from sviedka.cli.verify import show
    from sviedka.keep.backup import restore as make

    with session.progress("Restoring") as progress:
        report = make(src, dest, progress)
    show(session, report)


@click.command()
@command(
    click.argument("path", metavar="PATH", type=_FOLDER),
    click.option(
        "--backup", "backup_file", metavar="FILE", required=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The key backup.",
    ),
    click.option(
        "--sheet", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A file with the key of the recovery sheet; otherwise you type it.",
    ),
)  # fmt: skip
def recover(session: Session, path: Path, backup_file: Path, sheet: Path | None) -> None:
    """Regain an archive with the recovery sheet.

    This computer gets new keys to the archive in PATH, or a copy of it. It takes the recovery sheet
    and the newest key backup. This computer gives positions from then on; what the lost one would
    still write is refused. Run it again if it was interrupted, with the same passphrase.
    """
    from sviedka import kinds
    from sviedka.capture import PROJECTIONS
    from sviedka.keep.durable import read_file
    from sviedka.keep.keys.state import FILE_LIMIT
    from sviedka.keep.recovery import recover as regain

    key = _sheet_key(sheet)
    data = read_file(backup_file, FILE_LIMIT)
    word = passphrase("New passphrase for this device", confirm=True)
    done = regain(path, home(), key, data, word, projections=PROJECTIONS, encode=kinds.encode)
    lost = [str(each) for each in done.lost]
    session.show(
        {"before": done.before, "device": done.device.id, "lost": lost},
        f"The archive in {path} is yours again, as device {done.device.id[:16]}…",
        *([f"Lost with the old computer: {words.count(len(lost), 'key')}", *lost] if lost else []),
        "Next: sviedka verify --deep, and a new key backup: sviedka backup --keys FILE",
        "If the sheet was where others could see it, make a new one.",
    )
    if lost:
        sys.exit(5)


def _sheet_key(sheet: Path | None) -> RecoveryKey:
    """The key on a sheet: typed, from a file with the key alone, or from the sheet as a file."""
    from sviedka.keep.durable import read_file
    from sviedka.keep.keys import typed

    if sheet is not None:
        text = read_file(sheet, _SHEET_LIMIT).decode("utf-8", "replace").replace("\r\n", "\n")
        _, head, rest = text.partition(typed.HEAD)
        return typed.parse(rest.partition("\n\n")[0] if head else text)
    if not sys.stdin.isatty():
        raise UsageError("the key of the recovery sheet is needed", do="name a file with --sheet")
    typed_in: str = click.prompt("The key on the recovery sheet, in one line", err=True)
    return typed.parse(typed_in)


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "archive": outcome.archive,
        "bytes": outcome.bytes,
        "copied": outcome.copied,
        "entries": outcome.entries,
        "lacking": list(outcome.lacking),
        "removed": outcome.removed,
    }


def _lines(outcome: Outcome, dest: Path) -> list[str]:
    lines = [
        f"{dest} is up to date, at {words.count(outcome.entries, 'entry')}.",
        f"New: {words.count(outcome.copied, 'file')}, {words.size(outcome.bytes)}.",
    ]
    if outcome.removed:
        lines.append(f"Removed, since they were destroyed: {words.count(outcome.removed, 'file')}.")
    if outcome.lacking:
        lines.append(f"LACKING OR DAMAGED in the archive, {len(outcome.lacking):,}:")
        lines += [f"  {each}" for each in outcome.lacking[:_SHOWN]]
        lines.append("Copies made before may still have them: sviedka verify --archive COPY")
    return lines
