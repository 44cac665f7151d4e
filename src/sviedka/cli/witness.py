"""``sviedka witness``: having heads of the ledger cosigned outside, and cosigning others' heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import cosign, words
from sviedka.cli.cosign import FILE, OUT, give, when
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.witness import Seen


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


for _each in (cosign.init, cosign.key, cosign.sign):
    witness.add_command(_each)


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
    OUT,
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
    give(
        session,
        out,
        bytes(asked),
        result,
        f"A request for the head of {words.count(size, 'entry')}",
    )


@witness.command()
@command(
    click.argument("answer", type=FILE),
    click.option("--request", "asked", type=FILE, help="If ANSWER is signatures alone."),
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


def _told(seen: Seen) -> dict[str, Any]:
    return {"name": seen.witness.name, "size": seen.size, "time": seen.time}


def _line(seen: Seen) -> str:
    return f"{seen.witness.name} saw {words.count(seen.size, 'entry')} at {when(seen.time)}."
