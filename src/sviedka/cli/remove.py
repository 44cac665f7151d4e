"""``sviedka undo``, ``delete`` and ``destroy``: what goes, goes for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.asking import confirm
from sviedka.cli.session import Session, command

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet

_YES = click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
_WHY = click.option("--why", default="", help="The reason, which stays in the archive (sealed).")
_FACETS = ["contact", "evidence", "identity", "narrative", "status"]


@click.command()
@command(click.argument("import_id", metavar="IMPORT"), _WHY, _YES)
def undo(session: Session, import_id: str, why: str, yes: bool) -> None:
    """Take back a mistaken import.

    IMPORT is the beginning of its id (`sviedka list --imports`). All that it brought is removed.
    What others rest on, such as an original that a later import found there already, stays, and is
    named.
    """
    from sviedka.keep.destruction import imports

    with session.open() as archive:
        found = imports.find(archive, import_id)
        what = f"{words.count(found.items, 'item')}, {words.count(found.records, 'record')}"
        confirm(f"Take back import {found.id.hex()[:8]} ({what})? They will be gone.", yes)
        done = imports.undo(archive, import_id, why or "a mistaken import")
    session.show(
        {"cases": done.cases, "kept": done.kept, "objects": len(done.objects)},
        _taken_back(len(done.objects), len(done.cases)),
        *(
            [f"Kept, since others rest on it: {words.count(len(done.kept), 'record')}."]
            if done.kept
            else []
        ),
    )


def _taken_back(objects: int, cases: int) -> str:
    said = [f"{words.count(objects, 'object')} removed"] if objects or not cases else []
    said += [f"{words.count(cases, 'case')} destroyed, with all that it held"] if cases else []
    return f"Taken back: {', '.join(said)}."


@click.command()
@command(click.argument("id_", metavar="ID"), _WHY, _YES)
def delete(session: Session, id_: str, why: str, yes: bool) -> None:
    """Delete one item or record for good.

    ID is the beginning of its id, or the SHA-256 of an original. Records that say nothing without
    it go with it. A tombstone with the reason stays, and so does the trace in the ledger that
    something was there.
    """
    from sviedka import kinds
    from sviedka.keep.destruction import records

    with session.open() as archive:
        confirm(f"Delete {_named(archive, id_)} for good?", yes)
        done = records.delete(archive, id_, why or "deleted", kinds.goes_with())
    session.show(
        {"objects": done.objects, "records": done.records},
        f"Deleted: {words.count(len(done.records), 'record')} "
        f"and {words.count(len(done.objects), 'original')}.",
    )


@click.command()
@command(
    click.argument("case"),
    click.option("--facet", type=click.Choice(_FACETS), help="Only this facet of the case."),
    click.option("--purpose", default="", help="Why; sealed in the ledger."),
    _YES,
)
def destroy(session: Session, case: str, facet: Facet | None, purpose: str, yes: bool) -> None:
    """Destroy a case or a facet, with its keys.

    CASE is a label, or the beginning of an id. Copies of the archive made before open nothing of it
    either, once the key backups that hold its outer keys are gone (they are replaced every 30
    days). There is no way back.
    """
    from sviedka.capture.intake import require_case
    from sviedka.keep.destruction import facets

    with session.open() as archive:
        chosen = require_case(archive, case)
        held = _held(archive, chosen, facet)
        what = f"facet {facet} of case {case}" if facet else f"case {case}"
        confirm(f"Destroy {what} ({held}) for good, in older copies too?", yes)
        facets.destroy(archive, chosen, facet, purpose)
    session.show(
        {"case": chosen, "facet": facet},
        f"Destroyed: {words.plain(what)}.",
        "Replace older key backups now: sviedka backup --keys FILE",
    )


def _named(archive: Archive, id_: str) -> str:
    """What would be deleted, by kind, id and name; NotFoundError before anybody is asked."""
    from sviedka.capture.whence import called
    from sviedka.keep.reading import find_meant

    found = find_meant(archive, id_)
    with archive.projector.index.reading() as db:
        name = called(db, [found.id]).get(found.id, "")
    return " ".join(filter(None, (found.kind, found.id.hex()[:12], words.plain(name))))


def _held(archive: Archive, case: str, facet: str | None) -> str:
    """What would be destroyed, in figures."""
    from sviedka.keep.index.records import counts

    with archive.projector.index.reading() as db:
        mine = [
            each for each in counts(db) if each.case.hex() == case and facet in {None, each.facet}
        ]
    items, records = sum(each.items for each in mine), sum(each.records for each in mine)
    return f"{words.count(items, 'item')}, {words.count(records, 'record')}"
