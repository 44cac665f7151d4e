"""How a run ends: with the status that its outcome deserves, and an error told once and clearly."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from sviedka.errors import AmbiguousError, StoppedError, StorageError, SviedkaError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PIPE_CLOSED: Final = 141
"""128 + SIGPIPE."""
_TROUBLES: Final = (SviedkaError, OSError, click.ClickException, click.Abort, KeyboardInterrupt)


def run(start: Callable[[], Any], words: Sequence[str]) -> int:
    """Run a command that was called with these words; gives its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # Names need not be text, and not every terminal has every letter: show, do not stumble.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    try:
        status = start()
    except BrokenPipeError:
        _drain()  # whoever read our output has enough of it
        return _PIPE_CLOSED
    except click.exceptions.Exit as end:
        return end.exit_code
    except _TROUBLES as trouble:
        if isinstance(trouble, click.exceptions.NoArgsIsHelpError) and not as_json:
            trouble.show()
            return trouble.exit_code
        error = _typed(trouble)
        with suppress(OSError):  # then it is standard output itself that cannot be written
            _tell(error, as_json=as_json)
        _drain()
        return error.exit_status
    return status if isinstance(status, int) else 0


def _drain() -> None:
    """Let go of what cannot be written, or Python would fail over it once more at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def as_json_text(result: dict[str, Any]) -> str:
    """One JSON object on one line, in letters that standard output can hold."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return json.dumps(result, ensure_ascii=encoding.lower().replace("-", "") != "utf8")


def _typed(trouble: BaseException) -> SviedkaError:
    """The same in our own words, with what to do."""
    match trouble:
        case SviedkaError():
            return trouble
        case click.ClickException():
            helpless = isinstance(trouble, click.exceptions.NoArgsIsHelpError)  # its text is a page
            what = "a command is missing" if helpless else trouble.format_message().rstrip(".")
            return UsageError(what, do=_help_of(getattr(trouble, "ctx", None)))
        case OSError():
            where = os.fsdecode(trouble.filename) if trouble.filename else ""
            return StorageError(f"the system says: {trouble.strerror or trouble}", where=where)
    return StoppedError(  # click tells Ctrl-C at a question as Abort
        "interrupted", do="what was reported as done stands; to go on, run the same command again"
    )


def _help_of(context: click.Context | None) -> str:
    return f"`{context.command_path} --help` says more" if context else ""


def _tell(error: SviedkaError, *, as_json: bool) -> None:
    """Say what happened, where, and what to do."""
    from sviedka.cli.words import plain

    if as_json:
        told: dict[str, Any] = {"kind": type(error).__name__, "what": error.what}
        told |= {"where": error.where} if error.where else {}
        told |= {"do": error.do} if error.do else {}
        told |= {"candidates": error.candidates} if isinstance(error, AmbiguousError) else {}
        click.echo(as_json_text({"error": told}))
        return
    if isinstance(error, StoppedError) and sys.stderr.isatty():
        click.echo(err=True)  # behind the terminal's own ^C
    click.secho("Error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(_sentence(plain(error.what)), err=True)
    if error.where:
        click.echo(f"  Where: {plain(error.where)}", err=True)
    if error.do:
        click.echo(f"  To do: {plain(error.do)}", err=True)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
