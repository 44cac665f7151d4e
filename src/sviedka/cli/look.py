"""``sviedka list`` and ``show``: what the archive holds."""

from __future__ import annotations

import click

from sviedka.cli.session import Session, command
from sviedka.errors import UsageError


@click.command(name="list")
@command(
    click.argument("case", required=False),
    click.option("--imports", is_flag=True, help="List imports instead."),
    click.option("--kind", help="List records of this kind, e.g. message."),
    click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        help="At most so many.",
    ),
    click.option(
        "--offset", type=click.IntRange(min=0), default=0, help="Leave out so many first."
    ),
)
def list_(
    session: Session, case: str | None, imports: bool, kind: str | None, limit: int, offset: int
) -> None:
    """List cases, or what a case holds.

    Without CASE (its label, or the beginning of its id) the cases, with it the originals in it;
    with --kind the records of a kind. A closing line says how many there are.
    """
    from sviedka.capture.intake import require_case
    from sviedka.cli import listing

    if imports and (case or kind):
        raise UsageError("--imports lists those of the whole archive", do="leave out the rest")
    with session.open() as archive:
        chosen = require_case(archive, case) if case else None
        if imports:
            name, found = "imports", listing.imports(archive, limit, offset)
        elif kind:
            name, found = "records", listing.records(archive, chosen, kind, limit, offset)
        elif chosen:
            name, found = "items", listing.items(archive, chosen, limit, offset)
        else:
            name, found = "cases", listing.cases(archive, limit, offset)
    result = {name: found.rows, "offset": offset, "total": found.total}
    session.show(result, *found.lines, *found.closing(name, offset))


@click.command()
@command(
    click.argument("id_", metavar="ID"),
    click.option(
        "--purpose", default="", help="Why; sealed in the ledger if the facet is metered."
    ),
)
def show(session: Session, id_: str, purpose: str) -> None:
    """Show one item, record, case or entry.

    ID is the beginning of an id, the SHA-256 of an original, the label of a case, or the position
    of an entry in the ledger. Reading a record of the facets identity, narrative or contact leaves
    an entry in the ledger.
    """
    from sviedka.cli import finding, showing

    with session.open() as archive:
        found = finding.find(archive, id_, purpose)
        lines = showing.lines(found, archive.found.zone)
    session.show(found, *lines)
