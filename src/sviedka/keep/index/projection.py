"""What a wing keeps in the index, and how it is made, dropped and emptied."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from sviedka.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from sviedka.keep.index.row import Row

COLUMNS: Final = frozenset({"case_id", "facet", "pos_from", "pos_to"})


class Projection(Protocol):
    """Tables derived from records of some kinds.

    - Every table has the columns ``case_id`` (BLOB, 16 bytes), ``facet``, ``pos_from`` and
      ``pos_to``, and an index or primary key that begins with ``case_id``. A row is in force for a
      reader at size K if ``pos_from < K AND (pos_to IS NULL OR pos_to >= K)``.
    - A row is derived from the records of one (case, facet) alone, in ledger order: that is what
      one key opens, and what is forgotten and replayed. What needs several is joined when read.
    - Virtual tables (FTS5) are kept by triggers on such a table.
    - Nothing depends on rowids, on a clock, or on how rows are cut into calls.

    When ``version``, ``kinds`` or ``schema`` change, all is dropped and made again.
    """

    @property
    def name(self) -> str:
        """Unique among the projections of an archive."""

    @property
    def version(self) -> int:
        """Raised whenever ``apply`` would give other rows than before."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of records that ``apply`` is given."""

    @property
    def schema(self) -> str:
        """The statements that make its tables, indexes, triggers and views."""

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """Take in 1 to 1,000 rows, in ledger order, within the transaction that is open.

        A record that does not fit raises FormatError, or breaks a constraint of a table; it is
        then left out and kept as a misfit, and the others are given again without it.
        """


def reconcile(db: apsw.Connection, projections: Sequence[Projection]) -> list[Projection]:
    """Drop what is unknown or of another version, make what is missing, and give what was made."""
    missing = outdated(db, projections)
    digests = {each.name: _digest(each) for each in projections}
    for name, digest in list(db.execute("SELECT name, digest FROM projection")):
        if digests.get(name) != digest:
            _drop(db, name)
    for each in missing:
        _make(db, each)
    return missing


def outdated(db: apsw.Connection, projections: Sequence[Projection]) -> list[Projection]:
    """The projections whose tables are not there, or not as they would now be made."""
    stored = dict(db.execute("SELECT name, digest FROM projection"))
    return [each for each in projections if stored.get(each.name) != _digest(each)]


def are_current(db: apsw.Connection, projections: Sequence[Projection]) -> bool:
    """True if these projections are there, as they would now be made, and no others."""
    stored = dict(db.execute("SELECT name, digest FROM projection"))
    return stored == {each.name: _digest(each) for each in projections}


def tables(db: apsw.Connection) -> list[str]:
    """The tables of all projections that are emptied by case."""
    return [name for (name,) in db.execute("SELECT name FROM projection_part WHERE type = 'table'")]


def _digest(projection: Projection) -> bytes:
    known = (projection.version, sorted(projection.kinds), projection.schema)
    return hashlib.sha256(msgspec.json.encode(known)).digest()


def _make(db: apsw.Connection, projection: Projection) -> None:
    before = set(_parts(db))
    db.execute(projection.schema)
    made = [part for part in _parts(db) if part not in before]
    for part, name in made:
        if part == "table":
            _check(db, name)
    db.execute("INSERT INTO projection VALUES (?, ?)", (projection.name, _digest(projection)))
    db.executemany(
        "INSERT INTO projection_part VALUES (?, ?, ?, ?)",
        ((projection.name, place, part, name) for place, (part, name) in enumerate(made)),
    )


def _drop(db: apsw.Connection, name: str) -> None:
    parts = list(db.execute("SELECT type, name FROM projection_part WHERE projection = ?", (name,)))
    for part, each in parts:
        db.execute(f'DROP {"VIEW" if part == "view" else "TABLE"} IF EXISTS "{each}"')
    for table, column in (
        ("projection", "name"),
        ("projection_part", "projection"),
        ("misfit", "projection"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))  # noqa: S608 the names above


def _parts(db: apsw.Connection) -> Iterable[tuple[str, str]]:
    """Tables, virtual tables and views, without those that SQLite and FTS5 make for themselves."""
    return list(
        db.execute(
            "SELECT type, name FROM pragma_table_list WHERE schema = 'main' "
            "AND type IN ('table', 'virtual', 'view') AND name NOT GLOB 'sqlite_*' "
            "ORDER BY type, name"
        )
    )


def _check(db: apsw.Connection, table: str) -> None:
    """UsageError if a table does not follow the convention by which cases are forgotten."""
    columns = {name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    if missing := COLUMNS - columns:
        raise UsageError(f"the table {table} lacks {', '.join(sorted(missing))}")
    plan = db.execute(f'EXPLAIN QUERY PLAN DELETE FROM "{table}" WHERE case_id = ?', (b"",))  # noqa: S608 our own schema's name
    if not all(step.startswith("SEARCH") for *_, step in plan):
        raise UsageError(f"the table {table} has no index that begins with case_id")
