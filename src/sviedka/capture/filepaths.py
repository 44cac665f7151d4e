"""The index of places in folders that were brought: which item lay at which path."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class Known(NamedTuple):
    """A place and the item that lay there; without an item, both of its figures are empty."""

    path: bytes
    item: bytes | None
    size: int | None
    sha256: bytes | None


class _File(msgspec.Struct):
    item: str | None = None
    path: str | None = None
    path_base64: str | None = None


class FilePaths:
    """The table ``file_place``, from records of kind ``file``."""

    name: Final = "capture.files"
    version: Final = 1
    kinds: Final = frozenset({"file"})
    schema: Final = """
        CREATE TABLE file_place (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            path BLOB NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            item BLOB,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, path, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX file_place_item ON file_place (item);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a place."""
        db.executemany("INSERT INTO file_place VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", map(_row, rows))


def _row(row: Row) -> tuple[bytes | str | int | None, ...]:
    body = row.read(_File)
    path = base64.b64decode(body.path_base64) if body.path_base64 else (body.path or "").encode()
    item = bytes.fromhex(body.item) if body.item else None
    return row.case, row.facet, path, row.entry, row.order, item, row.position


def known_at(index: Index, case: str, path: bytes) -> list[Known]:
    """What was found at a path of a case, the newest first."""
    with index.reading() as db:
        found = db.execute(
            "SELECT path, file_place.item, size, sha256 FROM file_place "
            "LEFT JOIN item ON item.id = file_place.item "
            "WHERE file_place.case_id = ? AND path = ? "
            "ORDER BY file_place.entry DESC, file_place.ord DESC",
            (bytes.fromhex(case), path),
        )
        return [Known(*each) for each in found]


def names_of(index: Index, case: str | None = None) -> dict[bytes, bytes]:
    """By item, the path under which it was found first."""
    with index.reading() as db:
        found = db.execute(
            "SELECT item, path FROM file_place "
            "WHERE item IS NOT NULL AND (?1 IS NULL OR case_id = ?1) ORDER BY entry DESC, ord DESC",
            (bytes.fromhex(case) if case else None,),
        )
        return dict(found)
