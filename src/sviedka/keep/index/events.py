"""What happened, and which imports brought what, from records of kind ``event``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from sviedka.errors import FormatError
from sviedka.keep.canonical import Hash, Id
from sviedka.keep.index import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index.row import Row


class Event(msgspec.Struct, frozen=True):
    """The event of one batch (docs/format.md §6.2); ``time`` is what the author's clock said.

    ``id`` is its record's, ``device`` its author.
    """

    id: bytes
    device: bytes
    entry: int
    position: int
    case: bytes
    facet: str
    type: str
    time: str
    tool: str
    purpose: str | None
    imported: bytes | None


class Import(msgspec.Struct, frozen=True):
    """Entries joined by one import id: what the first of them states, and how much they brought.

    ``first`` and ``last`` are the positions of its first and last entry; ``size`` in bytes.
    """

    id: bytes
    first: int
    last: int
    time: str
    tool: str
    purpose: str | None
    cases: int
    records: int
    items: int
    size: int


_SELECT: Final = (
    "SELECT record.id, device, event.entry, event.pos_from, event.case_id, event.facet, "
    "type, time, tool, purpose, import_id FROM event "
    # An event stands first in its batch, and nothing else does.
    "JOIN record ON record.entry = event.entry AND record.ord = 0 "
    "JOIN batch ON batch.entry = event.entry"
)


class _Body(msgspec.Struct, rename={"imported": "import"}):
    time: str
    tool: str
    type: str
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    imported: Id | None = None
    purpose: str | None = None
    about: list[Hash] = []


class Events:
    """The table ``event``: one row a batch; and ``event_about``, the records that it concerns."""

    name: Final = "event"
    version: Final = 2
    kinds: Final = frozenset({"event"})
    schema: Final = """
        CREATE TABLE event (
            entry INTEGER PRIMARY KEY,
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            type TEXT NOT NULL,
            time TEXT NOT NULL,
            tool TEXT NOT NULL,
            purpose TEXT,
            import_id BLOB,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER
        );
        CREATE INDEX event_case ON event (case_id, facet);
        CREATE INDEX event_import ON event (import_id) WHERE import_id IS NOT NULL;
        CREATE TABLE event_about (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            record BLOB NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, record)
        ) WITHOUT ROWID;
        CREATE INDEX event_about_record ON event_about (record);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row an event, and one for each record that it is about."""
        for row in rows:
            body = row.read(_Body)
            db.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", _values(row, body)
            )
            db.executemany(
                "INSERT OR IGNORE INTO event_about VALUES (?, ?, ?, ?, ?, NULL)",
                (
                    (row.case, row.facet, row.entry, bytes.fromhex(each), row.position)
                    for each in body.about
                ),
            )


def _values(row: Row, body: _Body) -> tuple[sql.Value, ...]:
    if row.order != 0:
        raise FormatError("an event stands first in its batch", where=f"record {row.id.hex()}")
    return (
        row.entry,
        row.case,
        row.facet,
        body.type,
        body.time,
        body.tool,
        body.purpose,
        None if body.imported is None else bytes.fromhex(body.imported),
        row.position,
    )


def events(  # noqa: PLR0913 filters, each optional and named
    db: apsw.Connection,
    *,
    case: bytes | None = None,
    facet: str | None = None,
    imported: bytes | None = None,
    limit: int = -1,
    offset: int = 0,
) -> list[Event]:
    """Events in the order in which they came; ``limit`` -1 is all of them."""
    condition, given = sql.where(event__case_id=case, event__facet=facet, import_id=imported)
    found = db.execute(
        f"{_SELECT} {condition} ORDER BY event.entry LIMIT ? OFFSET ?",
        (*given, limit, offset),
    )
    return [Event(*each) for each in found]


def custody(db: apsw.Connection, record: bytes) -> list[Event]:
    """What happened to a record: the event that brought it, and those that are about it."""
    found = db.execute(
        f"{_SELECT} WHERE event.entry IN (SELECT entry FROM record WHERE id = ?1 "  # noqa: S608 as above
        "UNION SELECT entry FROM event_about WHERE record = ?1) ORDER BY event.entry",
        (record,),
    )
    return [Event(*each) for each in found]


def imports(db: apsw.Connection) -> list[Import]:
    """All imports, the oldest first."""
    # With one min() or max(), SQLite takes the other columns from the row that has it; with both
    # it is not defined from which, so the last entry is asked for apart.
    found = db.execute(
        "SELECT import_id, min(entry),"
        " (SELECT max(entry) FROM event AS other WHERE other.import_id = event.import_id),"
        " time, tool, purpose, count(DISTINCT case_id),"
        " sum((SELECT count(*) FROM record WHERE record.entry = event.entry)),"
        " sum((SELECT count(*) FROM item WHERE item.entry = event.entry)),"
        " sum((SELECT coalesce(sum(size), 0) FROM item WHERE item.entry = event.entry)) "
        "FROM event WHERE import_id IS NOT NULL GROUP BY import_id ORDER BY 2"
    )
    return [Import(*each) for each in found]


def objects_of(db: apsw.Connection, imported: bytes) -> list[bytes]:
    """The objects that an import brought, batches and items, in the order in which they came."""
    found = db.execute(
        "SELECT object, entry, -1 AS ord FROM batch JOIN event USING (entry) WHERE import_id = ?1 "
        "UNION SELECT object, item.entry, item.ord FROM item JOIN event USING (entry) "
        "WHERE import_id = ?1 ORDER BY 2, 3",
        (imported,),
    )
    return list(dict.fromkeys(name for name, *_ in found))
