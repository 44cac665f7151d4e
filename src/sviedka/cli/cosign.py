"""Cosigning others' heads, as a witness: the part of ``sviedka witness`` that needs no archive."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.asking import passphrase
from sviedka.cli.session import Session, command, home
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from sviedka.keep.witness import Witness

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to this file instead of the terminal.",
)
_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where the witness's key lies; by default beside this computer's other keys.",
)


@click.command()
@command(click.argument("name"), _FOLDER)
def init(session: Session, name: str, folder: Path | None) -> None:
    """As a witness: make a key.

    NAME stands in every cosignature, e.g. partner.example/2026.

    Use a computer that none of those have access to whose heads you cosign.
    """
    from sviedka.keep.witness import Witness

    word = passphrase("Passphrase for the witness's key", confirm=True)
    made = Witness.create(_place(folder), name, word, os.urandom)
    session.show(
        {"folder": str(made.folder), "key": str(made.verifier)},
        "Give this key to those whose heads you cosign, in person or by voice:",
        f"  {made.verifier}",
    )


@click.command()
@command(_FOLDER)
def key(session: Session, folder: Path | None) -> None:
    """As a witness: show the public key.

    And the logs whose heads it has cosigned.
    """
    opened = _open(folder)
    known = opened.logs()
    logs = [
        {
            "key": str(each.key),
            "origin": each.head.origin,
            "size": each.head.size,
            "time": each.time,
        }
        for each in known
    ]
    session.show(
        {"folder": str(opened.folder), "key": str(opened.verifier), "logs": logs},
        str(opened.verifier),
        *(
            f"  {each.head.origin}: {words.count(each.head.size, 'entry')}, {when(each.time)}"
            for each in known
        ),
    )


@click.command()
@command(
    click.argument("asked", metavar="REQUEST", type=FILE),
    click.option("--log", metavar="KEY", help="The log's key by its owners' word: at first sight."),
    OUT,
    _FOLDER,
)
def sign(
    session: Session, asked: Path, log: str | None, out: Path | None, folder: Path | None
) -> None:
    """As a witness: cosign the head in REQUEST.

    Only if it continues the last one that you saw. Refuses what was rolled back, forked, or signed
    by another key. The first time, and after its owners have passed their log to another key, name
    that with --log: as they told it to you themselves, not as it came with the request.
    """
    from sviedka.keep.durable import read_file
    from sviedka.keep.witness import MAX_REQUEST

    data = read_file(asked, MAX_REQUEST)
    answer = _open(folder).cosign(data, log, datetime.now(UTC))
    give(session, out, answer, {"answer": answer.decode()}, "The cosigned head")


def _open(folder: Path | None) -> Witness:
    from sviedka.errors import NotFoundError
    from sviedka.keep.witness import Witness

    place = _place(folder)
    if not Witness.there(place):
        raise NotFoundError(
            "there is no witness's key here",
            where=str(place),
            do="make one with `sviedka witness init`, or name its --folder",
        )
    return Witness.open(place, passphrase("Passphrase of the witness's key"))


def _place(folder: Path | None) -> Path:
    return folder.absolute() if folder else home() / "witness"


def give(
    session: Session, out: Path | None, data: bytes, result: dict[str, Any], what: str
) -> None:
    """Write a text to a file, or show it."""
    if out is None:
        session.show(result, data.decode().rstrip("\n"))
        return
    from sviedka.keep.durable import write_file

    if out.exists():
        raise UsageError("this file is there already", where=str(out))
    write_file(out.absolute(), data)
    session.show(result | {"file": str(out)}, f"{what} is in {out}.")


def when(seconds: int) -> str:
    """When a witness saw a head; in UTC, since partners live in other zones."""
    return f"{words.moment(seconds)} UTC"
