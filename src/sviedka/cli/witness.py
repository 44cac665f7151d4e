"""``sviedka witness``: having heads of the ledger cosigned outside, and cosigning others' heads."""

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
    from sviedka.keep.witness import Seen, Witness

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to this file instead of the terminal.",
)
_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where the witness's key lies; by default beside this computer's other keys.",
)


@click.group()
def witness() -> None:
    """Have heads of the ledger cosigned outside.

    Or cosign those of partners. A witness sees how many entries a ledger has and one hash over
    them, never an entry, and signs when it saw that. From then on nobody, its owner included, can
    rewrite what is behind it.

    \b
    The partner, once:      sviedka witness init NAME      and gives you the key it shows
    You, once:              sviedka witness trust NAME KEY
    You, every week:        sviedka witness request --out FILE
    The partner:            sviedka witness sign FILE --out ANSWER
    You:                    sviedka witness accept ANSWER
    """  # noqa: D301 - click keeps the lines after \b as they are


@witness.command()
@command(click.argument("name"), click.argument("key"))
def trust(session: Session, name: str, key: str) -> None:
    """Vouch for a witness.

    You have its KEY from the partner itself. What KEY cosigns counts from then on.
    """
    from sviedka.keep.witness import trust as vouch

    with session.open() as archive:
        found = vouch(archive, name, key)
        log = archive.history.log_keys[-1].key
    session.show(
        {"key": str(found.key), "log": log, "name": found.name, "record": found.id},
        f"{found.name} is a witness of this archive now.",
        "It needs the key of your log, from you yourself, at its first cosignature:",
        f"  {log}",
    )


@witness.command()
@command(
    click.option("--witness", "whom", metavar="NAME", help="Which witness, if there are several."),
    click.option("--since", type=int, help="The size of the last head that it says it has seen."),
    _OUT,
)
def request(session: Session, whom: str | None, since: int | None, out: Path | None) -> None:
    """Write what a witness is asked.

    The newest head, and that it continues the last one it saw. The text tells nothing of what the
    archive holds but how many entries there are. It is that of C2SP tlog-witness, so other
    programs' witnesses understand it too.
    """
    from sviedka.keep.ledger.checkpoint import Checkpoint
    from sviedka.keep.witness import request as ask

    with session.open() as archive:
        asked = ask(archive, whom, since)
        log = archive.history.log_keys[-1].key
    size = Checkpoint.parse(asked.note.text).size
    result = {"log": log, "old": asked.old, "request": bytes(asked).decode(), "size": size}
    _give(
        session,
        out,
        bytes(asked),
        result,
        f"A request for the head of {words.count(size, 'entry')}",
    )


@witness.command()
@command(
    click.argument("answer", type=_FILE),
    click.option("--request", "asked", type=_FILE, help="If ANSWER is signatures alone."),
)
def accept(session: Session, answer: Path, asked: Path | None) -> None:
    """Check and keep a cosignature.

    The one in ANSWER; it is entered in the ledger.
    """
    from sviedka.keep.durable import read_file
    from sviedka.keep.witness import MAX_REQUEST
    from sviedka.keep.witness import accept as keep

    response = read_file(answer, MAX_REQUEST)
    with session.open() as archive:
        found = keep(archive, response, read_file(asked, MAX_REQUEST) if asked else b"")
    session.show({"accepted": [_told(each) for each in found]}, *map(_line, found))


@witness.command(name="list")
@command()
def list_(session: Session) -> None:
    """List the witnesses, and what each saw last."""
    from sviedka.keep.witness import seen, trusted

    with session.open() as archive:
        known, heads = trusted(archive), list(seen(archive))
        size = archive.log.size
    rows = []
    lines = [f"The ledger has {words.count(size, 'entry')}."]
    for each in known:
        last = max(
            (one for one in heads if one.witness == each), key=lambda one: one.size, default=None
        )
        row = {"key": str(each.key), "name": each.name, "record": each.id}
        rows.append(row | (_told(last) if last else {}))
        lines.append(_line(last) if last else f"{each.name} has seen nothing yet.")
        lines.append(f"  {each.key}")
    session.show({"entries": size, "witnesses": rows}, *lines)


@witness.command()
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


@witness.command()
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
            f"  {each.head.origin}: {words.count(each.head.size, 'entry')}, {_when(each.time)}"
            for each in known
        ),
    )


@witness.command()
@command(
    click.argument("asked", metavar="REQUEST", type=_FILE),
    click.option("--log", metavar="KEY", help="The log's key by its owners' word: at first sight."),
    _OUT,
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
    _give(session, out, answer, {"answer": answer.decode()}, "The cosigned head")


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


def _give(
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


def _told(seen: Seen) -> dict[str, Any]:
    return {"name": seen.witness.name, "size": seen.size, "time": seen.time}


def _line(seen: Seen) -> str:
    return f"{seen.witness.name} saw {words.count(seen.size, 'entry')} at {_when(seen.time)}."


def _when(seconds: int) -> str:
    return f"{words.moment(seconds)} UTC"
