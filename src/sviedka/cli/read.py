"""``sviedka read``: looking into what was sealed before."""

from __future__ import annotations

import click

from sviedka.cli.session import Session, command, waiting
from sviedka.errors import NotFoundError


@click.command()
@command(
    click.argument("what", metavar="ITEM|CASE"),
    click.option("--purpose", default="", help="Why, for the record."),
    click.option(
        "--confirm-date", is_flag=True, help="The clock is right, though weeks have passed."
    ),
)
def read(session: Session, what: str, purpose: str, confirm_date: bool) -> None:
    """Look into originals sealed before.

    Takes the parts out of an original, or of all in a case, that were sealed with --no-contents,
    before their reader was installed, or by a version that could not read them. What was read
    already is left alone.
    """
    from sviedka.capture.contents.again import read_again
    from sviedka.capture.intake import case_named, importing
    from sviedka.cli import telling
    from sviedka.keep.index.items import items
    from sviedka.keep.index.labels import labels
    from sviedka.keep.reading import find_item

    session.date_confirmed = confirm_date
    with (
        session.open() as archive,
        importing(archive, waiting),
        session.progress("Reading") as progress,
    ):
        case = case_named(archive, what)
        if case:
            with archive.projector.index.reading() as db:
                found = items(db, case=bytes.fromhex(case), facet="evidence")
        else:
            found = [find_item(archive, what)]
        if not found:
            raise NotFoundError("there is no original in the evidence of this case", where=what)
        with archive.projector.index.reading() as db:
            label = labels(db).get(found[0].case)
        name = label.name if label else found[0].case.hex()[:8]
        outcome = read_again(archive, found, name, purpose=purpose, progress=progress)
    session.show({"imports": [telling.result(outcome)]}, telling.text(outcome))
