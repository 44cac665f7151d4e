"""The index's own tables, and how they came to be: one short step after the other.

A step is applied in one transaction with its record. Steps are only ever added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.errors import UnusableIndexError
from sviedka.keep.index.database import REBUILD, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw


class Step(NamedTuple):
    """A change of the schema under a name that never changes."""

    name: str
    sql: str


STEPS: Final = (
    Step(
        "position, batches, records",
        """
        CREATE TABLE applied (position INTEGER NOT NULL);  -- one row: all below it is in
        INSERT INTO applied VALUES (0);

        CREATE TABLE batch (
            entry INTEGER PRIMARY KEY,   -- position of the entry that brought it
            position INTEGER NOT NULL,   -- from which it is effective
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            device BLOB NOT NULL,
            object BLOB NOT NULL
        );
        CREATE INDEX batch_case ON batch (case_id, facet);

        CREATE TABLE record (
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            id BLOB NOT NULL,
            kind TEXT NOT NULL,
            PRIMARY KEY (entry, ord)
        ) WITHOUT ROWID;
        -- Not unique: whoever can read a record can bring it once more.
        CREATE INDEX record_id ON record (id);
        """,
    ),
    Step(
        "projections, and records that did not fit them",
        """
        CREATE TABLE projection (name TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE projection_part (
            projection TEXT NOT NULL,
            ord INTEGER NOT NULL,
            type TEXT NOT NULL,          -- table, virtual or view
            name TEXT NOT NULL,
            PRIMARY KEY (projection, ord)
        ) WITHOUT ROWID;

        CREATE TABLE misfit (
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            projection TEXT NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (entry, ord, projection)
        ) WITHOUT ROWID;
        """,
    ),
)


def migrate(db: apsw.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Apply the steps that are missing; UnusableIndexError if there are others than these."""
    if _missing(db, steps) == 0:
        return
    for _ in steps:
        with transaction(db, "IMMEDIATE"):
            missing = _missing(db, steps)  # again: another process may have been quicker
            if missing == 0:
                return
            step = steps[-missing]
            db.execute("CREATE TABLE IF NOT EXISTS migration (ord INTEGER PRIMARY KEY, name TEXT)")
            db.execute(step.sql)
            db.execute("INSERT INTO migration (name) VALUES (?)", (step.name,))


def _missing(db: apsw.Connection, steps: Sequence[Step]) -> int:
    """How many of the last steps are still to be applied."""
    done: list[str] = []
    if db.table_exists("main", "migration"):
        done = [name for (name,) in db.execute("SELECT name FROM migration ORDER BY ord")]
    if done != [step.name for step in steps[: len(done)]]:
        raise UnusableIndexError(
            "the index was made by a newer Sviedka", where=db.filename, do=REBUILD
        )
    return len(steps) - len(done)
