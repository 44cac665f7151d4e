"""The record of an import as a whole, and which imports never came to theirs.

It is written last. So an import that has none was interrupted, and whoever brings the same again
carries it on under its id: in the end all is as if nothing had happened.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sviedka.capture.text import text
from sviedka.keep.author import TOOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class Brought(NamedTuple):
    """Originals that were sealed, and their bytes."""

    items: int
    size: int


class _Source(msgspec.Struct, rename={"imported": "import"}):
    imported: str
    export: str | None = None
    name: str | None = None
    name_base64: str | None = None


class Sources:
    """The table ``import_source``, from records of kind ``source``."""

    name: Final = "capture.sources"
    version: Final = 2
    kinds: Final = frozenset({"source"})
    schema: Final = """
        CREATE TABLE import_source (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            import_id BLOB NOT NULL,
            export BLOB,        -- the item that is the export itself, where it was kept
            name BLOB NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX import_source_export ON import_source (export) WHERE export IS NOT NULL;
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a source."""
        db.executemany(
            "INSERT INTO import_source VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", map(_row, rows)
        )


def _row(row: Row) -> tuple[bytes | str | int | None, ...]:
    body = row.read(_Source)
    name = base64.b64decode(body.name_base64) if body.name_base64 else (body.name or "").encode()
    what = (
        bytes.fromhex(body.imported), bytes.fromhex(body.export) if body.export else None, name,
    )  # fmt: skip
    return row.case, row.facet, row.entry, row.order, *what, row.position


def unfinished(db: apsw.Connection, entry: int | None) -> str:
    """The import that an entry is of, if it was interrupted; otherwise ""."""
    found: str | None = db.execute(
        "SELECT lower(hex(import_id)) FROM event WHERE entry = ? AND import_id NOT IN "
        "(SELECT import_id FROM import_source WHERE import_source.case_id = event.case_id)",
        (entry,),
    ).get
    return found or ""


def brought(index: Index, imported: str) -> Brought:
    """What an import has brought, as far as it stands."""
    with index.reading() as db:
        (found,) = db.execute(
            "SELECT count(*), coalesce(sum(size), 0) FROM event JOIN item USING (entry) "
            "WHERE import_id = ?",
            (bytes.fromhex(imported),),
        )
    return Brought(*found)


def source_record(
    imported: str, sort: str, name: bytes, totals: dict[str, int], export: str = ""
) -> dict[str, Any]:
    """What was brought and how much of it was taken; ``export`` is the item of the file itself."""
    record: dict[str, Any] = {
        "import": imported,
        "kind": "source",
        "sort": sort,
        "tool": TOOL,
        "totals": totals,
        "v": 1,
        **text("name", name),
    }
    if export:
        record["export"] = export
    return record
