"""``sviedka add``: what people bring goes in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sviedka.cli import telling
from sviedka.cli.session import Session, command, waiting
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from sviedka.capture.intake import Outcome


@click.command()
@command(
    click.argument(
        "paths",
        nargs=-1,
        required=True,
        type=click.Path(exists=True, path_type=Path),
        metavar="PATH…",
    ),
    click.option(
        "--as",
        "sort",
        type=click.Choice(["telegram", "files"]),
        help="What it is, if it is not seen.",
    ),
    click.option(
        "--case", help="Put it into this case (label or id). Otherwise one is found or made."
    ),
    click.option(
        "--chat", "chats", multiple=True, help="Of a whole account: take this chat (name or id)."
    ),
    click.option("--all-chats", is_flag=True, help="Of a whole account: take every chat."),
    click.option(
        "--zone", default="", help="Of an HTML export: the time zone of the computer that made it."
    ),
    click.option("--yes", is_flag=True, help="It is the chat that it looks like; do not ask."),
    click.option(
        "--no-contents", is_flag=True, help="Seal only: take nothing out of mails, archives, pages."
    ),
    click.option(
        "--sound-only", is_flag=True, help="Leave out files that their reader cannot read whole."
    ),
    click.option("--purpose", default="", help="Why, for the record."),
    click.option(
        "--confirm-date", is_flag=True, help="The clock is right, though weeks have passed."
    ),
)
def add(
    session: Session,
    paths: tuple[Path, ...],
    sort: str | None,
    case: str | None,
    chats: tuple[str, ...],
    all_chats: bool,
    zone: str,
    yes: bool,
    no_contents: bool,
    sound_only: bool,
    purpose: str,
    confirm_date: bool,
) -> None:
    """Seal files, folders or Telegram exports.

    What kind of material it is, is found out; --as overrides. Mails, archives, documents, tables,
    pictures and web archives are sealed as they are and then looked into, in a sandbox: what they
    hold becomes items of its own. Running it again adds only what is new, so an interrupted import
    is simply run again.
    """
    from sviedka.capture import files, recognise
    from sviedka.capture.intake import importing, require_case

    session.date_confirmed = confirm_date
    outcomes: list[Outcome] = []
    with (
        session.open() as archive,
        importing(archive, waiting),
        session.progress("Sealing") as progress,
    ):
        chosen = require_case(archive, case) if case else None
        brought = recognise.sort(paths, sort)
        if brought.exports or brought.pages:
            from sviedka.cli import exports

            choice = exports.Choice(chats, all_chats, zone, yes, chosen, purpose)
            outcomes += exports.add(session, archive, brought, choice, progress)
        elif chats or all_chats or zone:
            raise UsageError("--chat, --all-chats and --zone are for Telegram exports")
        if brought.others:
            rest = files.add(
                archive,
                brought.others,
                leave=brought.taken,
                case=chosen,
                purpose=purpose,
                look_inside=not no_contents,
                sound_only=sound_only,
                progress=progress,
            )
            outcomes += [rest] if rest else []
    path = str(session.path())
    result = {"archive": path, "imports": [telling.result(each) for each in outcomes]}
    session.show(result, *map(telling.text, outcomes), *_closing(path, outcomes))


def _closing(path: str, outcomes: list[Outcome]) -> list[str]:
    """In which archive it is now; and that what was brought is still where it was."""
    lines = [f"Archive: {path}"]
    if not all(each.took_nothing for each in outcomes):
        lines.append("What you brought still lies, unprotected, where it was.")
    return lines
