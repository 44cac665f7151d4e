"""What ``sviedka export --as`` tells: what would go, what went, and what is withheld."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sviedka.cli import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.handover.handing import Handed, Terms
    from sviedka.handover.selection import Selection
    from sviedka.handover.withheld import Withheld
    from sviedka.keep.archive import Archive


def listing(archive: Archive, selection: Selection) -> tuple[dict[str, Any], list[str]]:
    """What would go and what would not, without opening anything that is metered."""
    from sviedka.capture.whence import called
    from sviedka.keep.index.items import items as query

    going = [each.id for each in selection.records]
    with archive.projector.index.reading() as db:
        sizes = {each.id: each.size for each in query(db)}
        names = called(db, going)
    rows: list[dict[str, Any]] = [
        {
            "case": each.batch.case.hex(),
            "id": each.id.hex(),
            "kind": each.kind,
            "name": names.get(each.id),
            "size": sizes.get(each.id),
        }
        for each in selection.records
    ]
    table = words.columns(
        [
            (
                row["id"][:12],
                row["kind"],
                "" if row["size"] is None else words.size(row["size"]),
                words.plain(row["name"] or ""),
            )
            for row in rows
        ],
        right={2},
    )
    total = sum(row["size"] or 0 for row in rows)
    lines = [
        *table,
        f"{words.count(len(rows), 'record')} would go, with {words.size(total)} of originals.",
        *_kept_back(selection.withheld),
        "Nothing was written.",
    ]
    return {"items": rows, "withheld": [_row(each) for each in selection.withheld]}, lines


def _row(withheld: Withheld) -> dict[str, Any]:
    from sviedka.handover.withheld import COLUMNS

    return dict(zip(COLUMNS, withheld.row, strict=True)) | {"count": withheld.count}


def _kept_back(withheld: Sequence[Withheld]) -> list[str]:
    from sviedka.handover.withheld import MEANING

    counted: Counter[tuple[str, str]] = Counter()
    for each in withheld:
        counted[each.what, each.reason] += each.count
    if not counted:
        return ["Nothing is withheld."]
    return ["Withheld:"] + [
        f"  {words.count(number, what)}: {MEANING[reason]}"
        for (what, reason), number in sorted(counted.items())
    ]


def result(given: Handed, out: Path, terms: Terms) -> dict[str, Any]:
    """The same for programs."""
    from sviedka.handover.recipients import shown

    return {
        "archive": given.archive,
        "as": terms.form,
        "bytes": given.size,
        "items": given.items,
        "log": given.log,
        "out": str(out),
        "records": given.records,
        "to": list(map(shown, terms.recipients)),
        "withheld": [_row(each) for each in given.withheld],
    }


def lines(given: Handed, out: Path, terms: Terms) -> list[str]:
    """What was written, for people."""
    others = f" and {words.count(given.records, 'other record')}" if given.records else ""
    end = "sealed" if terms.recipients else "NOT sealed: whoever has it can read it"
    originals = f"{words.count(given.items, 'original')} ({words.size(given.size)})"
    return [
        f"{words.plain(str(out))}: {originals}{others}, {end}.",
        *_kept_back(given.withheld),
        "Its proofs say something only to those who know, from elsewhere, that these are yours:",
        f"  archive {given.archive}",
        f"  log     {given.log}",
    ]
