"""The index as the archive holds it: opened, fed, emptied of a case, made again."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

import apsw

from sviedka.errors import FormatError, UnusableIndexError, UsageError
from sviedka.keep.index import database, projection, records
from sviedka.keep.index.dump import dump
from sviedka.keep.index.events import Events
from sviedka.keep.index.items import Items
from sviedka.keep.index.labels import Labels
from sviedka.keep.index.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from sviedka.keep.index.projection import Projection
    from sviedka.keep.index.records import Batch
    from sviedka.keep.index.row import Row
    from sviedka.keep.index.sql import Value

    Fetch = Callable[[Sequence[Batch]], Iterable[Row]]
    """Reads batches back, in the order given, for a projection that is new or has changed."""

OWN: Final[tuple[Projection, ...]] = (Items(), Events(), Labels())
"""Kept in every index, whatever the wings add."""

CHUNK: Final = 1000
"""Rows that a projection is given at a time."""


class Index:
    """An open index. Use ``open`` or ``rebuild``; a thread has its own.

    Everything that writes may raise BusyError, StorageError and UnusableIndexError; every
    change is whole or not at all.
    """

    def __init__(self, path: Path, db: apsw.Connection, projections: Sequence[Projection]) -> None:
        self._path = path
        self._db = db
        self._projections = projections
        self._removed = False

    @classmethod
    def open(cls, path: Path, key: bytes, projections: Sequence[Projection], fetch: Fetch) -> Self:
        """Open the index, or make an empty one, with these projections and no others.

        ``fetch`` is asked only if a projection is new or has changed. UnusableIndexError if what
        lies there is damaged, under another key or a newer program's: then ``rebuild`` it.
        """
        with database.typed_errors(path):
            index = cls(path, database.connect(path, key), (*OWN, *projections))
            with ExitStack() as undo:
                undo.callback(index._db.close)
                database.share(index._db)
                index._prepare(fetch)
                undo.pop_all()
            return index

    @classmethod
    def rebuild(  # noqa: PLR0913 as open, and what it is to hold
        cls,
        path: Path,
        key: bytes,
        projections: Sequence[Projection],
        rows: Iterable[Row],
        position: int,
        *,
        new_key: bytes | None = None,
    ) -> Self:
        """Make the index again from all rows, in ledger order, and put it in the old one's place.

        Whatever lies at ``path`` stays until the new one is whole. BusyError if anything, this
        process included, still has it open. ``key`` is that of the old index, ``new_key`` that
        of the new one where it is to be another.
        """
        with database.typed_errors(path), database.replacing(path, key) as draft:
            index = cls(draft, database.connect(draft, new_key or key), (*OWN, *projections))
            with closing(index._db) as db:
                database.keep_to_itself(db)
                index._prepare(_nothing_to_fetch)
                for chunk in _checked(rows, below=position):
                    with database.transaction(db, "IMMEDIATE"):
                        index._take_in(chunk, index._projections, anew=True)
                records.advance(db, position)
        return cls.open(path, new_key or key, projections, _nothing_to_fetch)

    def close(self) -> None:
        """Write everything back and leave nothing beside the file, if no one else has it open."""
        with database.typed_errors(self._path):
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def position(self) -> int:
        """Everything below this position of the ledger is in."""
        with self.reading() as db:
            return records.position(db)

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """One unchanging state, for as many queries as the block asks."""
        with database.typed_errors(self._path):
            if self._db.in_transaction:
                yield self._db
            else:
                with database.transaction(self._db, "DEFERRED"):
                    yield self._db

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Make several changes one: all that the block does is kept, or nothing."""
        with database.typed_errors(self._path):
            if self._db.in_transaction:
                with self._db:  # a savepoint
                    yield self._db
                return
            self._removed = False
            with database.transaction(self._db, "IMMEDIATE"):
                yield self._db
            database.checkpoint(self._db, self._path, at_once=self._removed)

    def apply(self, rows: Iterable[Row], position: int) -> None:
        """Take in all rows from here to below ``position``, in ledger order.

        UsageError if a row lies elsewhere or out of order; nothing is taken in then.
        """
        with self.writing() as db:
            above = records.position(db)
            records.advance(db, position)
            for chunk in _checked(rows, below=position, above=above):
                self._take_in(chunk, self._projections, anew=True)

    def forget(self, case: bytes, facet: str | None = None) -> None:
        """Remove everything of a case, or of one facet of it."""
        with self.writing() as db:
            records.remove(db, case, facet, projection.tables(db))
            self._removed = True

    def replay(self, case: bytes, rows: Iterable[Row], facet: str | None = None) -> None:
        """Forget a case, or one facet of it, and take in these rows of it instead."""
        with self.writing() as db:
            self.forget(case, facet)
            for chunk in _checked(rows, below=records.position(db)):
                for row in chunk:
                    if row.case != case or facet not in (None, row.facet):
                        raise UsageError(f"record {row.id.hex()} is not of what is replayed")
                self._take_in(chunk, self._projections, anew=True)

    def rewind(self, position: int) -> None:
        """Go back to a position beyond which nothing is left; UsageError if something is."""
        with self.writing() as db:
            records.retreat(db, position)

    def check(self) -> None:
        """Read every page; UnusableIndexError if one is damaged or the whole does not fit."""
        with self.reading() as db:
            said = db.execute("PRAGMA integrity_check").get
            if said != "ok":
                raise UnusableIndexError(
                    f"the index is damaged: {said}", where=str(self._path), do=database.REBUILD
                )

    def dump(self) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """Every row of every table with the table's name, in an order that content alone gives."""
        with self.reading() as db:
            yield from dump(db)

    def _prepare(self, fetch: Fetch) -> None:
        """Bring the tables up to date."""
        migrate(self._db)
        if projection.are_current(self._db, self._projections):
            return
        with self.writing() as db:
            made = projection.reconcile(db, self._projections)
            wanted = records.batches_with(db, frozenset().union(*(each.kinds for each in made)))
            if wanted:
                for chunk in _checked(fetch(wanted), below=records.position(db)):
                    self._take_in(chunk, made, anew=False)

    def _take_in(
        self, rows: Sequence[Row], projections: Iterable[Projection], *, anew: bool
    ) -> None:
        """Give rows to the projections; ``anew`` if the index does not know these records yet."""
        if anew:
            records.add(self._db, rows)
        for each in projections:
            if wanted := [row for row in rows if row.kind in each.kinds]:
                self._project(each, wanted)

    def _project(self, each: Projection, rows: Sequence[Row]) -> None:
        """Give rows to a projection, without those that do not fit.

        One member's broken record must not keep everyone from reading the others.
        """
        try:
            with self._db:
                each.apply(self._db, rows)
        except (FormatError, apsw.ConstraintError) as error:
            if len(rows) > 1:
                for row in rows:
                    self._project(each, [row])
                return
            self._db.execute(
                "INSERT INTO misfit VALUES (?, ?, ?, ?)",
                (rows[0].entry, rows[0].order, each.name, str(error)),
            )


def _nothing_to_fetch(_: Sequence[Batch]) -> Iterable[Row]:
    return ()


def _checked(rows: Iterable[Row], *, below: int, above: int = 0) -> Iterator[list[Row]]:
    """Cut rows into chunks, and see that they are where they should be."""
    last = (-1, -1)
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        for row in chunk:
            at = (row.entry, row.order)
            if at <= last:
                raise UsageError(f"record {row.id.hex()} is out of order")
            if not above <= row.position < below or row.entry > row.position:
                raise UsageError(f"record {row.id.hex()} is not between {above} and {below}")
            last = at
        yield chunk
