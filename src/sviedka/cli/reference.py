"""``docs/commands.md``, made from the commands themselves: ``python -m sviedka.cli.reference``."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

import click

from sviedka.cli.app import SECTIONS, main

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINNING: Final = """\
# Commands

Made from the program itself by `python -m sviedka.cli.reference`; a walk through them is in
[guide.md](guide.md).

Every command has these options:

| option | meaning |
|---|---|
| `--archive FOLDER` | The archive; else `SVIEDKA_ARCHIVE`, else the nearest folder above. |
| `--json` | Print the result, or the error, as one JSON object. |
| `--help` | Show the help of the command. |

| environment | meaning |
|---|---|
| `SVIEDKA_ARCHIVE` | The archive's folder. |
| `SVIEDKA_HOME` | Where keys lie; else `$XDG_DATA_HOME/sviedka`, `~/.local/share/sviedka`. |
| `SVIEDKA_PASSPHRASE_FILE` | A file with the passphrase, for programs; people are asked. |
| `SVIEDKA_NEW_PASSPHRASE_FILE` | The same for the new one, in `sviedka passphrase`. |
| `SVIEDKA_PROXY` | A SOCKS proxy for `sviedka stamp`, such as Tor's. |

So that the shell completes commands and options: `eval "$(_SVIEDKA_COMPLETE=bash_source sviedka)"`
(or `zsh_source`, or `_SVIEDKA_COMPLETE=fish_source sviedka | source`).

The exit status is 0 only when all is well:

| status | meaning |
|---|---|
| 1 | something else went wrong, or `verify` has warnings |
| 2 | what was asked for makes no sense as it stands; nothing was done |
| 3 | input that cannot be read as what it should be |
| 4 | something stored is not what the ledger says |
| 5 | the keys at hand do not open it, or this device may not |
| 6 | the disk, folder or store did not do what was asked |
| 7 | the clock cannot be believed |
| 8 | a reader of hostile files broke its limits |
| 9 | a server outside did not answer, or not as it should |
| 130 | it was interrupted with Ctrl-C |
"""
_COMMON: Final = {"archive", "as_json", "help"}


def document() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _BEGINNING.rstrip()
    context = click.Context(main, info_name="sviedka")
    for title, part in SECTIONS.items():
        yield f"\n# {title}"
        for name in part:
            command = main.get_command(context, name)
            if command is not None:
                yield from _command(click.Context(command, info_name=name, parent=context))


def _command(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"\n## `{context.command_path}`\n"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    usage = re.sub(r"\s+", " ", command.get_usage(context).removeprefix("Usage: "))
    yield f"\n```text\n{usage}\n```"
    options = [
        each.get_help_record(context)
        for each in command.params
        if isinstance(each, click.Option) and each.name not in _COMMON
    ]
    if options:
        yield "\n| option | meaning |\n|---|---|"
    for record in options:
        if record:
            yield f"| `{record[0]}` | {record[1].replace('|', chr(92) + '|')} |"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(click.Context(inner, info_name=name, parent=context))


if __name__ == "__main__":
    click.echo(document(), nl=False)
