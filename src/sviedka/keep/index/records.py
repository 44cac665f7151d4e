"""Every record that this device may read: its kind, and where its bytes are to be found.

Bodies are not kept: they are read back from their batch, ``order`` in ``object``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sviedka.errors import UsageError
from sviedka.keep.index import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from sviedka.keep.index.row import Row


class Batch(msgspec.Struct, frozen=True):
    """A batch object and the entry that brought it; fields as in ``Row``."""

    entry: int
    position: int
    case: bytes
    facet: str
    epoch: int
    device: bytes
    object: bytes


class Record(msgspec.Struct, frozen=True):
    """A record without its body; fields as in ``Row``."""

    id: bytes
    kind: str
    order: int
    batch: Batch


class Count(msgspec.Struct, frozen=True):
    """What a facet of a case holds; ``size`` is that of all its originals, in bytes."""

    case: bytes
    facet: str
    records: int
    items: int
    size: int


class Misfit(msgspec.Struct, frozen=True):
    """A record that a projection could not take in, and why."""

    entry: int
    order: int
    projection: str
    why: str


def add(db: apsw.Connection, rows: Sequence[Row]) -> None:
    """Note where these records are."""
    batches = {row.entry: row for row in rows}
    db.executemany(
        "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (entry) DO NOTHING",
        (
            (row.entry, row.position, row.case, row.facet, row.epoch, row.device, row.object)
            for row in batches.values()
        ),
    )
    db.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?)",
        ((row.entry, row.order, row.id, row.kind) for row in rows),
    )


def remove(db: apsw.Connection, case: bytes, facet: str | None, tables: Iterable[str]) -> None:
    """Forget a case, or one facet of it, here and in the tables of projections."""
    condition, given = sql.where(case_id=case, facet=facet)
    for table in ("record", "misfit"):
        db.execute(
            f"DELETE FROM {table} WHERE entry IN (SELECT entry FROM batch {condition})",  # noqa: S608 the names above
            given,
        )
    for table in ("batch", *tables):
        db.execute(f'DELETE FROM "{table}" {condition}', given)  # noqa: S608 our own schema's names


def find(db: apsw.Connection, prefix: str) -> Record:
    """The record whose id begins with these hex digits, where it first came.

    NotFoundError if there is none, AmbiguousError if there are several.
    """
    low, high = sql.id_range(prefix)
    # With one min(), SQLite takes the other columns from the row that has it.
    found = db.execute(
        "SELECT id, kind, ord, min(record.entry) AS entry, position, case_id, facet, epoch, "
        "device, object FROM record JOIN batch USING (entry) "
        "WHERE id BETWEEN ? AND ? GROUP BY id LIMIT ?",
        (low, high, sql.CANDIDATES + 1),
    )
    records = ((id_, Record(id_, kind, order, Batch(*at))) for id_, kind, order, *at in found)
    return sql.only(records, prefix, "record")


def records(  # noqa: PLR0913 filters, each optional and named
    db: apsw.Connection,
    *,
    case: bytes | None = None,
    facet: str | None = None,
    kind: str | None = None,
    imported: bytes | None = None,
    limit: int = -1,
    offset: int = 0,
) -> list[Record]:
    """Records in the order in which they came; ``limit`` -1 is all of them."""
    condition, given = sql.where(
        batch__case_id=case, batch__facet=facet, kind=kind, event__import_id=imported
    )
    joined = "" if imported is None else "JOIN event ON event.entry = record.entry"
    found = db.execute(
        "SELECT id, kind, record.ord, record.entry, position, batch.case_id, batch.facet, "  # noqa: S608 the columns above
        f"epoch, device, object FROM record JOIN batch ON batch.entry = record.entry {joined} "
        f"{condition} ORDER BY record.entry, record.ord LIMIT ? OFFSET ?",
        (*given, limit, offset),
    )
    return [Record(id_, kind, order, Batch(*at)) for id_, kind, order, *at in found]


def batches_with(db: apsw.Connection, kinds: Iterable[str]) -> list[Batch]:
    """The batches that hold records of these kinds, in the order in which they came."""
    found = db.execute(
        "SELECT * FROM batch WHERE entry IN (SELECT entry FROM record WHERE kind IN "
        "(SELECT value FROM json_each(?))) ORDER BY entry",
        (msgspec.json.encode(list(kinds)).decode(),),
    )
    return [Batch(*each) for each in found]


def batches_after(db: apsw.Connection, entry: int) -> list[Batch]:
    """The batches that came after an entry, in the order in which they came."""
    found = db.execute("SELECT * FROM batch WHERE entry > ? ORDER BY entry", (entry,))
    return [Batch(*each) for each in found]


def counts(db: apsw.Connection) -> list[Count]:
    """What each facet of each case holds."""
    found = db.execute(
        "SELECT case_id, facet, sum(records), sum(items), sum(bytes) FROM ("
        " SELECT case_id, facet, count(*) AS records, 0 AS items, 0 AS bytes"
        " FROM record JOIN batch USING (entry) GROUP BY case_id, facet"
        " UNION ALL SELECT case_id, facet, 0, count(*), sum(size) FROM item"
        " GROUP BY case_id, facet"
        ") GROUP BY case_id, facet ORDER BY case_id, facet"
    )
    return [Count(*each) for each in found]


def kinds(db: apsw.Connection, case: bytes | None = None) -> dict[str, int]:
    """How many records of each kind a case holds, or all cases together."""
    condition, given = sql.where(case_id=case)
    found = db.execute(
        "SELECT kind, count(*) FROM record JOIN batch USING (entry) "  # noqa: S608 the names above
        f"{condition} GROUP BY kind ORDER BY kind",
        given,
    )
    return dict(found)


def misfits(db: apsw.Connection) -> list[Misfit]:
    """Every record that some projection could not take in."""
    found = db.execute("SELECT entry, ord, projection, why FROM misfit ORDER BY 1, 2, 3")
    return [Misfit(*each) for each in found]


def position(db: apsw.Connection) -> int:
    """Everything below this position is in the index."""
    found: int = db.execute("SELECT position FROM applied").get
    return found


def advance(db: apsw.Connection, to: int) -> None:
    """Say that everything below is in; UsageError if it was already further."""
    if to < position(db):
        raise UsageError(f"the index is at {position(db)} and cannot go back to {to}")
    db.execute("UPDATE applied SET position = ?", (to,))


def retreat(db: apsw.Connection, to: int) -> None:
    """Say that nothing from this position on is in; UsageError if something is."""
    if db.execute("SELECT 1 FROM batch WHERE position >= ? LIMIT 1", (to,)).get:
        raise UsageError(f"the index holds records from {to} on")
    db.execute("UPDATE applied SET position = min(position, ?)", (to,))
