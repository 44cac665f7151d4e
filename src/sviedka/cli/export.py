"""``sviedka export``: an original, written back out; or many, in a form that others know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command
from sviedka.errors import UsageError
from sviedka.handover.formats import FORMATS

if TYPE_CHECKING:
    from datetime import datetime

_FACETS = ["contact", "evidence", "identity", "narrative", "status"]
_DAY = click.DateTime(["%Y-%m-%d"])
_SINGLE = "without --as, this writes one original: `sviedka export ITEM OUT`"


@click.command()
@command(
    click.argument("names", nargs=-1, required=True, metavar="[ITEM]… OUT"),
    click.option("--as", "form", type=click.Choice(FORMATS), help="Hand over, in this form."),
    click.option("--case", "cases", multiple=True, help="What this case holds (label or id)."),
    click.option("--from", "since", type=_DAY, help="From this day on (YYYY-MM-DD)."),
    click.option("--until", type=_DAY, help="Up to this day."),
    click.option("--kind", "kinds", multiple=True, help="Records of this kind; else originals."),
    click.option(
        "--facet",
        "facets",
        multiple=True,
        type=click.Choice(_FACETS),
        help="From these facets; else from evidence alone.",
    ),
    click.option("--all", "everything", is_flag=True, help="Of every case."),
    click.option("--without", multiple=True, metavar="ITEM", help="Leave this one out."),
    click.option(
        "--to",
        multiple=True,
        metavar="RECIPIENT",
        help="Seal to this age recipient, or to those in this file.",
    ),
    click.option("--plain", is_flag=True, help="Write in the clear, for all to read."),
    click.option("--list", "listed", is_flag=True, help="Only show what would go, and what not."),
    click.option("--whole-event", is_flag=True, help="Show the purposes of events, too."),
    click.option("--organization", default="", help="Say that you hand it over."),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def export(
    session: Session,
    names: tuple[str, ...],
    form: str | None,
    cases: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    kinds: tuple[str, ...],
    facets: tuple[Any, ...],
    everything: bool,
    without: tuple[str, ...],
    to: tuple[str, ...],
    plain: bool,
    listed: bool,
    whole_event: bool,
    organization: str,
    purpose: str,
) -> None:
    """Write originals out: one, or many as a package.

    ITEM is the beginning of an id, or the SHA-256 of an original. `sviedka export ITEM OUT` writes
    that one, checked, to a file or into a folder. With --as, OUT becomes a package for a court, an
    archive or a lawyer: the originals that are named, or that meet all conditions, each with its
    custody and proof, and a list of what is withheld. It is one age file that only its recipients
    can open (--to), such as case.tar.age; or, with --plain, a folder, .tar or .zip that everybody
    can read. What was given out is entered in its custody. docs/hand-over.md says more.
    """
    *items, last = names
    out = Path(last)
    chosen = {"--case": cases, "--from": since, "--until": until, "--kind": kinds,
              "--facet": facets, "--all": everything, "--without": without, "--to": to,
              "--plain": plain, "--list": listed, "--whole-event": whole_event,
              "--organization": organization}  # fmt: skip
    if form is None:
        needless = [name for name, value in chosen.items() if value]
        if needless or len(items) != 1:
            raise UsageError(
                f"{needless[0]} is for handing over" if needless else "one item is to be named",
                do=f"say in which form with --as {'|'.join(FORMATS)}; {_SINGLE}",
            )
        _one(session, items[0], out, purpose)
        return
    if not listed and bool(to) == plain:
        raise UsageError(
            "a package is sealed to somebody, or in the clear",
            do="name who may open it with --to, or say --plain: then everybody can read it",
        )
    from sviedka.capture.intake import require_case
    from sviedka.cli import handed
    from sviedka.handover import recipients
    from sviedka.handover.handing import Terms, hand_over
    from sviedka.handover.selection import Wanted, select

    sealed_to = tuple(recipients.parse(to))
    with session.open() as archive:
        wanted = Wanted(
            ids=tuple(items),
            cases=tuple(require_case(archive, each) for each in cases),
            since=since.date() if since else None,
            until=until.date() if until else None,
            kinds=kinds or Wanted.kinds,
            facets=facets or Wanted.facets,
            without=without,
            everything=everything,
        )
        selection = select(archive, wanted)
        if listed:
            result, lines = handed.listing(archive, selection)
        else:
            terms = Terms(form, sealed_to, purpose, organization, whole_event)
            with session.progress("Handing over") as progress:
                given = hand_over(archive, selection, out, terms, progress=progress)
            result, lines = handed.result(given, out, terms), handed.lines(given, out, terms)
    session.show(result, *lines)


def _one(session: Session, item: str, out: Path, purpose: str) -> None:
    """Write a single original back out."""
    import os

    from sviedka.capture.whence import whence
    from sviedka.errors import NotFoundError
    from sviedka.keep import handing
    from sviedka.keep.bundle.writing import safe_name
    from sviedka.keep.reading import find_item

    with session.open() as archive:
        found = find_item(archive, item)
        if out.is_dir():
            out /= safe_name(whence(archive, found.id).name or found.id.hex()[:12])
        if os.path.lexists(out):
            raise UsageError("this file is there already", where=str(out))
        if not out.absolute().parent.is_dir():
            raise NotFoundError("there is no such folder", where=str(out.parent))
        handing.write_original(archive, found, out, purpose)
    session.show(
        {"item": found.id.hex(), "out": str(out), "sha256": found.sha256.hex(), "size": found.size},
        f"{words.plain(str(out))}: {words.count(found.size, 'byte')}, as sealed.",
        f"  SHA-256 {found.sha256.hex()}",
    )
