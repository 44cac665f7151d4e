"""What only a person can give: a passphrase, and a word that something is really meant."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from sviedka.cli.words import plain
from sviedka.errors import LockedError, UsageError

PASSPHRASE_FILE = "SVIEDKA_PASSPHRASE_FILE"
NEW_PASSPHRASE_FILE = "SVIEDKA_NEW_PASSPHRASE_FILE"
_PASSPHRASE_LIMIT = 4096
"""Bytes; no person's passphrase is longer, and the file might be the wrong one."""


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def is_asked(variable: str = PASSPHRASE_FILE) -> bool:
    """Whether a person is asked for a passphrase, at a terminal."""
    return not os.environ.get(variable) and is_terminal()


def passphrase(prompt: str, *, confirm: bool = False, variable: str = PASSPHRASE_FILE) -> str:
    """From the file that an environment variable names, else asked for; LockedError if neither."""
    named = os.environ.get(variable)
    if named:
        return _from_file(Path(named))
    if not is_asked(variable):
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


def confirm(question: str, yes: bool) -> None:
    """Go on only with a person's word."""
    if yes:
        return
    if not is_terminal():
        raise UsageError("this cannot be taken back, and nobody is there to ask", do="say --yes")
    if not click.confirm(plain(question), err=True):
        raise UsageError("this was not confirmed, and not done")
