"""``sviedka stamp authority``: whom to ask for stamps, and whom to believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.cosign import FILE
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def authority() -> None:
    """Whom to ask for stamps, and whom to believe."""


@authority.command()
@command(
    click.argument("name"),
    click.argument("url"),
    click.option("--roots", type=FILE, help="Its root certificates in PEM, from elsewhere."),
    click.option("--calendar", is_flag=True, help="It is a calendar of OpenTimestamps."),
)
def add(session: Session, name: str, url: str, roots: Path | None, calendar: bool) -> None:
    """Ask an authority from now on.

    NAME is short, and stands in the names of files for all to see. Its stamps must rest on a
    certificate in the file that --roots names: take it from the authority's own site, or from
    somebody who has it, and compare. Certificates between root and stamp may stand there too.
    """
    from sviedka.errors import UsageError
    from sviedka.keep.durable import read_file
    from sviedka.keep.stamps import authorities
    from sviedka.keep.stamps.certificates import MAX_PEM

    if (roots is None) is not calendar:
        raise UsageError(
            "whose word is to be believed?",
            do="name its root certificates with --roots, or say that it is a --calendar",
        )
    pem = read_file(roots, MAX_PEM) if roots else None
    with session.open() as archive:
        found = authorities.add(archive, name, url, pem)
        current = authorities.current(archive)
    stamping = [each for each in current if each.service == "rfc3161"]
    session.show(
        {"name": found.name, "record": found.id, "service": found.service, "url": found.url},
        f"{found.name} is asked for stamps from now on (`sviedka stamp`).",
        *(["Add a second one: one alone may fail, or be doubted."] if len(stamping) == 1 else []),
    )


@authority.command()
@command(click.argument("name"))
def remove(session: Session, name: str) -> None:
    """Ask an authority no more.

    What it has stamped stands.
    """
    from sviedka.keep.stamps import authorities

    with session.open() as archive:
        found = authorities.remove(archive, name)
    session.show({"name": found.name}, f"{found.name} is asked no more; what it stamped stands.")


@authority.command(name="list")
@command()
def list_(session: Session) -> None:
    """List whom `sviedka stamp` asks."""
    from sviedka.keep.stamps import authorities, certificates

    with session.open() as archive:
        current = authorities.current(archive)
    rows, lines = [], []
    for each in current:
        known = certificates.roots(each.certificates)
        named = [
            {"name": certificates.name(one), "until": f"{one.not_valid_after_utc:%Y-%m-%d}"}
            for one in known
        ]
        rows.append({"name": each.name, "roots": named, "service": each.service, "url": each.url})
        lines.append(f"{each.name}  {words.plain(each.url)}")
        lines += [f"  {words.plain(one['name'])}, until {one['until']}" for one in named]
        lines += [] if named else ["  a calendar of OpenTimestamps"]
    session.show({"authorities": rows}, *(lines or ["No authority is asked yet."]))
