"""The index of parts of originals, and of which originals were read to their end."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka.keep.author import TOOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class KnownPart(NamedTuple):
    """A part that an earlier, interrupted reading took: its number, and its item if it has one."""

    number: int
    item: bytes | None


class Read(NamedTuple):
    """As what an item was read, how that ended, how many parts it has; the record says more."""

    record: bytes
    format: str
    outcome: str
    parts: int


class Lies(NamedTuple):
    """Where a part lies: in which item, as which number, under which name, at which place."""

    of: bytes
    number: int
    name: bytes
    place: str


class _Part(msgspec.Struct):
    of: str
    number: int
    name: str | None = None
    name_base64: str | None = None
    place: str = ""
    item: str | None = None


class _Reading(msgspec.Struct):
    item: str
    format: str
    outcome: str
    tool: str
    parts: int = 0


class Parts:
    """The tables ``part_place`` and ``item_reading``, from the records of those names."""

    name: Final = "capture.contents"
    version: Final = 1
    kinds: Final = frozenset({"part", "reading", "web_archive"})
    schema: Final = """
        CREATE TABLE part_place (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            of_item BLOB NOT NULL,
            number INTEGER NOT NULL,
            name BLOB NOT NULL,
            place TEXT NOT NULL,
            item BLOB,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX part_place_of ON part_place (of_item, number);
        CREATE INDEX part_place_item ON part_place (item) WHERE item IS NOT NULL;
        CREATE TABLE item_reading (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            item BLOB NOT NULL,
            format TEXT NOT NULL,
            outcome TEXT NOT NULL,
            parts INTEGER NOT NULL,
            tool TEXT NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX item_reading_item ON item_reading (item);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a part, one a reading."""
        for row in rows:
            where = (row.case, row.facet, row.entry, row.order)
            if row.kind == "part":
                db.execute(
                    "INSERT INTO part_place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                    (*where, *_part(row.read(_Part)), row.position),
                )
            else:
                said = row.read(_Reading)
                what = (said.format, said.outcome, said.parts, said.tool)
                db.execute(
                    "INSERT INTO item_reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                    (*where, bytes.fromhex(said.item), *what, row.position),
                )


def _part(said: _Part) -> tuple[bytes, int, bytes, str, bytes | None]:
    name = base64.b64decode(said.name_base64) if said.name_base64 else (said.name or "").encode()
    item = bytes.fromhex(said.item) if said.item else None
    return bytes.fromhex(said.of), said.number, name, said.place, item


def known_parts(index: Index, of: str) -> dict[int, KnownPart]:
    """By number, the parts of an item that were taken already."""
    with index.reading() as db:
        found = db.execute(
            "SELECT number, item FROM part_place WHERE of_item = ?", (bytes.fromhex(of),)
        )
        return {number: KnownPart(number, item) for number, item in found}


def was_read(index: Index, item: str) -> bool:
    """Whether a reading of an item came to its end; one that failed, only with this version."""
    with index.reading() as db:
        found = db.execute(
            "SELECT 1 FROM item_reading WHERE item = ? AND (outcome != 'failed' OR tool = ?)",
            (bytes.fromhex(item), TOOL),
        )
        return found.get is not None


def readings(db: apsw.Connection, item: bytes) -> list[Read]:
    """All readings of an item, the newest first."""
    found = db.execute(
        "SELECT record.id, format, outcome, item_reading.parts FROM item_reading "
        "JOIN record USING (entry, ord) WHERE item_reading.item = ? ORDER BY entry DESC, ord DESC",
        (item,),
    )
    return [Read(*each) for each in found]


def lies_in(db: apsw.Connection, item: bytes) -> list[Lies]:
    """Where an item was found as a part."""
    found = db.execute(
        "SELECT of_item, number, name, place FROM part_place WHERE item = ? ORDER BY entry, ord",
        (item,),
    )
    return [Lies(*each) for each in found]
