"""Sealed originals and derivatives, from records of kind ``item`` (docs/format.md §6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from sviedka.keep.canonical import Count, Hash
from sviedka.keep.index import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index.row import Row


class Item(msgspec.Struct, frozen=True):
    """An item: ``id`` is its record's, ``sha256`` and ``size`` (bytes) those of the original."""

    id: bytes
    case: bytes
    facet: str
    epoch: int
    object: bytes
    sha256: bytes
    size: int
    entry: int
    order: int
    position: int


class _Body(msgspec.Struct):
    object: Hash
    sha256: Hash
    size: Count
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


_COLUMNS: Final = "id, item.case_id, item.facet, epoch, object, sha256, size, item.entry, item.ord"


class Items:
    """The table ``item``."""

    name: Final = "item"
    version: Final = 1
    kinds: Final = frozenset({"item"})
    schema: Final = """
        CREATE TABLE item (
            id BLOB NOT NULL,
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            object BLOB NOT NULL,
            sha256 BLOB NOT NULL,
            size INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX item_same ON item (case_id, facet, sha256);
        CREATE INDEX item_id ON item (id);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row an item."""
        db.executemany(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", map(_row, rows)
        )


def _row(row: Row) -> tuple[sql.Value, ...]:
    body = row.read(_Body)
    return (
        row.id,
        row.case,
        row.facet,
        row.epoch,
        bytes.fromhex(body.object),
        bytes.fromhex(body.sha256),
        body.size,
        row.entry,
        row.order,
        row.position,
    )


def find(db: apsw.Connection, prefix: str) -> Item:
    """The item whose id begins with these hex digits, where it first came.

    NotFoundError if there is none, AmbiguousError if there are several.
    """
    low, high = sql.id_range(prefix)
    found = db.execute(
        "SELECT id, case_id, facet, epoch, object, sha256, size, min(entry), ord, pos_from "
        "FROM item WHERE id BETWEEN ? AND ? GROUP BY id LIMIT ?",
        (low, high, sql.CANDIDATES + 1),
    )
    return sql.only(((each[0], Item(*each)) for each in found), prefix, "item")


def same(db: apsw.Connection, case: bytes, facet: str, sha256: bytes) -> list[Item]:
    """The items of a facet whose original has this hash: what is about to be added twice."""
    return _select(db, case_id=case, facet=facet, sha256=sha256)


def items(  # noqa: PLR0913 filters, each optional and named
    db: apsw.Connection,
    *,
    case: bytes | None = None,
    facet: str | None = None,
    imported: bytes | None = None,
    limit: int = -1,
    offset: int = 0,
) -> list[Item]:
    """Items in the order in which they came; ``limit`` -1 is all of them."""
    return _select(
        db,
        limit,
        offset,
        item__case_id=case,
        item__facet=facet,
        event__import_id=imported,
    )


def _select(
    db: apsw.Connection, limit: int = -1, offset: int = 0, **conditions: sql.Value
) -> list[Item]:
    condition, given = sql.where(**conditions)
    joined = "JOIN event USING (entry)" if "event.import_id" in condition else ""
    found = db.execute(
        f"SELECT {_COLUMNS}, item.pos_from FROM item {joined} {condition} "  # noqa: S608 names from this file
        "ORDER BY item.entry, item.ord LIMIT ? OFFSET ?",
        (*given, limit, offset),
    )
    return [Item(*each) for each in found]
