"""``sviedka init``: a new archive."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sviedka.cli.asking import is_terminal, passphrase
from sviedka.cli.session import Session, command, home, note
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from sviedka.keep.keys.sheet import Language

_SHORT = 12
"""Characters below which a passphrase is weak, whatever they are."""


@click.command()
@command(
    click.argument("folder", type=click.Path(path_type=Path)),
    click.option("--zone", help="Time zone of the archive's calendar, e.g. Europe/Vilnius."),
    click.option(
        "--language", type=click.Choice(["be", "en", "ru"]), default="en", show_default=True,
        help="Language of the recovery sheet.",
    ),
    click.option(
        "--sheet", type=click.Path(path_type=Path),
        help="Write the recovery sheet to this file instead of the terminal.",
    ),
)  # fmt: skip
def init(
    session: Session, folder: Path, zone: str | None, language: Language, sheet: Path | None
) -> None:
    """Make a new archive, and its recovery sheet.

    FOLDER must be empty or not there yet. The recovery sheet is the only way back if this computer
    or the passphrase is lost. Keep it on paper, away from the archive.
    """
    from sviedka import kinds
    from sviedka.capture import PROJECTIONS
    from sviedka.keep import founding
    from sviedka.keep.archive import Archive, utc_now
    from sviedka.keep.keys import sheet as sheets

    if sheet is not None and sheet.exists():
        raise UsageError("this file is there already", where=str(sheet))
    word = passphrase("Passphrase for this device", confirm=True)
    if len(word) < _SHORT:
        note(f"A passphrase under {_SHORT} characters is soon guessed; five random words are not.")
    founded = founding.found(folder, home(), word, zone or _system_zone(), os.urandom)
    with Archive(
        folder, founded.device, home(), projections=PROJECTIONS, encode=kinds.encode
    ) as archive:
        founding.complete(archive)
    made = f"{utc_now():%Y-%m-%d}"
    text = sheets.text(founded.recovery, founded.archive, made, language)
    result = {"archive": founded.archive, "device": founded.device.id, "folder": str(folder)}
    if sheet is not None:
        _write_private(sheet, text)
        result["sheet"] = str(sheet)
        shown = f"The recovery sheet is in {sheet}: print it, then remove the file."
    else:
        result["recovery"] = founded.recovery.to_secret_text()
        shown = text
    session.show(
        result,
        shown.rstrip(),
    )
    if sheet is None and not session.json:
        off_screen()
    session.say(
        "",
        f"A new archive is in {folder}, id {founded.archive[:16]}…",
        f"Next: `cd {shlex.quote(str(folder))}`, `sviedka unlock`, "
        "then `sviedka add` what you have.",
    )


def off_screen() -> None:
    """On a terminal, keep the sheet until it is on paper, then clear it away."""
    if not (is_terminal() and sys.stdout.isatty()):
        return
    click.echo()
    click.pause("Press a key when it is on paper. The screen is cleared then.")
    click.echo("\033[3J", nl=False)  # what was scrolled away (xterm's E3), which clear() leaves
    click.clear()


def _system_zone() -> str:
    """The time zone of this computer, as far as it can be told."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named:
        return named
    place = os.path.realpath("/etc/localtime")
    _, found, name = place.partition("zoneinfo/")
    return name if found else "UTC"


def _write_private(path: Path, text: str) -> None:
    from sviedka.keep.durable import write_file

    write_file(path.absolute(), text.encode())
