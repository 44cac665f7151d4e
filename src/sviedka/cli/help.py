"""``sviedka help``: the same as ``--help``, for those who ask in this order."""

from __future__ import annotations

import click

from sviedka.cli.session import Session, command
from sviedka.errors import UsageError


@click.command(name="help")
@command(click.argument("words", metavar="[COMMAND]…", nargs=-1))
def help_(session: Session, words: tuple[str, ...]) -> None:
    """Show the help of a command.

    For example: sviedka help device add
    """
    here = click.get_current_context()
    context = here.find_root()
    for word in words:
        group = context.command
        found = group.get_command(context, word) if isinstance(group, click.Group) else None
        if found is None:
            raise UsageError(f"there is no command {' '.join(words)!r}", do="`sviedka help`")
        context = click.Context(found, info_name=word, parent=context)
    text = context.get_help()
    session.show({"help": text}, text)
