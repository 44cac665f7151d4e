"""``sviedka list`` and ``show``: what the archive holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive


@click.command(name="list")
@command(
    click.argument("case", required=False),
    click.option("--imports", is_flag=True, help="List imports instead."),
    click.option("--kind", help="Of a case: list records of this kind, e.g. message."),
    click.option("--limit", type=int, default=100, show_default=True, help="At most so many."),
    click.option("--offset", type=int, default=0, help="Leave out so many first."),
)
def list_(
    session: Session, case: str | None, imports: bool, kind: str | None, limit: int, offset: int
) -> None:
    """List cases, or what a case holds.

    Without CASE (its label, or the beginning of its id) the cases, with it the originals in it;
    with --kind the records of a kind. A closing line says how many there are.
    """
    with session.open() as archive:
        if imports:
            rows, lines = _imports(archive)
        elif case is None:
            rows, lines = _cases(archive)
        elif kind:
            rows, lines = _records(archive, case, kind, limit, offset)
        else:
            rows, lines = _items(archive, case, limit, offset)
    name = "imports" if imports else "records" if kind else "items" if case else "cases"
    session.show({name: rows}, *(lines or [f"There are no {name}."]))


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
    from sviedka.cli import showing

    with session.open() as archive:
        found = showing.find(archive, id_, purpose)
    session.show(found, showing.as_text(found))


def _cases(archive: Archive) -> tuple[list[dict[str, Any]], list[str]]:
    from sviedka.keep.index.labels import labels
    from sviedka.keep.index.records import counts
    from sviedka.keep.ledger.statements import COMMONS

    with archive.projector.index.reading() as db:
        named, counted = labels(db), counts(db)
    rows: list[dict[str, Any]] = []
    for case, facets in archive.history.cases.items():
        if case == COMMONS:
            continue
        label = named.get(bytes.fromhex(case))
        mine = [each for each in counted if each.case.hex() == case]
        rows.append(
            {
                "bytes": sum(each.size for each in mine),
                "case": case,
                "destroyed": all(facet.destroyed for facet in facets.values()),
                "facets": sorted(name for name, facet in facets.items() if not facet.destroyed),
                "items": sum(each.items for each in mine),
                "label": label.name if label else None,
                "records": sum(each.records for each in mine),
                "sort": label.sort if label else None,
            }
        )
    lines = [
        f"{row['case'][:8]}  {row['sort'] or '-':8}  {row['items']:>7} items  "
        f"{row['bytes'] / 1e6:>9.1f} MB  "
        + ("destroyed" if row["destroyed"] else row["label"] or "(no label that may be read)")
        for row in rows
    ]
    return rows, lines


def _items(
    archive: Archive, case: str, limit: int, offset: int
) -> tuple[list[dict[str, Any]], list[str]]:
    from sviedka.capture.filepaths import names_of
    from sviedka.capture.intake import require_case
    from sviedka.keep.index.items import items

    chosen = require_case(archive, case)
    names = names_of(archive.projector.index, chosen)
    with archive.projector.index.reading() as db:
        found = items(db, case=bytes.fromhex(chosen), limit=limit, offset=offset)
    rows: list[dict[str, Any]] = [
        {
            "facet": each.facet,
            "id": each.id.hex(),
            "name": names.get(each.id, b"").decode("utf-8", "backslashreplace") or None,
            "position": each.position,
            "sha256": each.sha256.hex(),
            "size": each.size,
        }
        for each in found
    ]
    return rows, [f"{row['id'][:12]}  {row['size']:>12}  {row['name'] or ''}" for row in rows]


def _records(
    archive: Archive, case: str, kind: str, limit: int, offset: int
) -> tuple[list[dict[str, Any]], list[str]]:
    from sviedka.capture.intake import require_case
    from sviedka.keep.index.records import records

    chosen = require_case(archive, case)
    with archive.projector.index.reading() as db:
        found = records(db, case=bytes.fromhex(chosen), kind=kind, limit=limit, offset=offset)
    rows: list[dict[str, Any]] = [
        {
            "facet": each.batch.facet,
            "id": each.id.hex(),
            "kind": each.kind,
            "position": each.batch.position,
        }
        for each in found
    ]
    return rows, [f"{row['id'][:12]}  {row['kind']:12}  {row['facet']}" for row in rows]


def _imports(archive: Archive) -> tuple[list[dict[str, Any]], list[str]]:
    from sviedka.keep.index.events import imports

    with archive.projector.index.reading() as db:
        found = imports(db)
    rows: list[dict[str, Any]] = [
        {
            "bytes": each.size,
            "cases": each.cases,
            "import": each.id.hex(),
            "items": each.items,
            "purpose": each.purpose,
            "records": each.records,
            "time": each.time,
            "tool": each.tool,
        }
        for each in found
    ]
    lines = [
        f"{row['import'][:8]}  {row['time']}  {row['items']:>7} items  {row['records']:>8} records"
        f"  {row['purpose'] or ''}"
        for row in rows
    ]
    return rows, lines
