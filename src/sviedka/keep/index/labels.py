"""What people call a case, from records of kind ``label``: ``{"kind","name","sort","v":1}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index.row import Row


class Label(msgspec.Struct, frozen=True):
    """A case's name, and what sort of case it is (channel, person, files …)."""

    case: bytes
    name: str
    sort: str


class _Body(msgspec.Struct):
    name: str
    sort: str
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


class Labels:
    """The table ``label``: a later label takes the place of an earlier one of its facet."""

    name: Final = "label"
    version: Final = 1
    kinds: Final = frozenset({"label"})
    schema: Final = """
        CREATE TABLE label (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            name TEXT NOT NULL,
            sort TEXT NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, facet, entry, ord)
        ) WITHOUT ROWID;
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """End the label before, begin the new one."""
        for row in rows:
            body = row.read(_Body)
            at = (row.case, row.facet)
            db.execute(
                "UPDATE label SET pos_to = ? WHERE case_id = ? AND facet = ? AND pos_to IS NULL",
                (row.position, *at),
            )
            db.execute(
                "INSERT INTO label VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                (*at, row.entry, row.order, body.name, body.sort, row.position),
            )


def labels(db: apsw.Connection, facet: str | None = None) -> dict[bytes, Label]:
    """The newest label of every case that has one, of any facet or of this one alone."""
    found = db.execute(
        "SELECT case_id, name, sort FROM label WHERE pos_to IS NULL AND (?1 IS NULL OR facet = ?1) "
        "ORDER BY entry, ord",
        (facet,),
    )
    return {case: Label(case, name, sort) for case, name, sort in found}
