"""The index of places in folders that were brought: what lay at which path."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka.capture.sources import unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class Known(NamedTuple):
    """What lay at a place: an item of that size and hash, a link, or nothing that was taken."""

    item: bytes | None
    size: int | None
    sha256: bytes | None
    link: bytes | None
    untaken: str | None


class _File(msgspec.Struct):
    item: str | None = None
    link: str | None = None
    link_base64: str | None = None
    path: str | None = None
    path_base64: str | None = None
    untaken: str | None = None


class FilePaths:
    """The table ``file_place``, from records of kind ``file``."""

    name: Final = "capture.files"
    version: Final = 2
    kinds: Final = frozenset({"file"})
    schema: Final = """
        CREATE TABLE file_place (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            path BLOB NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            item BLOB,
            link BLOB,
            untaken TEXT,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, path, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX file_place_item ON file_place (item);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a place."""
        db.executemany(
            "INSERT INTO file_place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", map(_row, rows)
        )


def _row(row: Row) -> tuple[bytes | str | int | None, ...]:
    body = row.read(_File)
    path = _bytes(body.path, body.path_base64) or b""
    item = bytes.fromhex(body.item) if body.item else None
    what = (item, _bytes(body.link, body.link_base64), body.untaken)
    return row.case, row.facet, path, row.entry, row.order, *what, row.position


def _bytes(text: str | None, in_base64: str | None) -> bytes | None:
    if in_base64 is not None:
        return base64.b64decode(in_base64)
    return None if text is None else text.encode()


def known_at(index: Index, case: str, path: bytes) -> list[Known]:
    """What was found at a path of a case, the newest first."""
    with index.reading() as db:
        found = db.execute(
            "SELECT item, size, sha256, link, untaken FROM file_place "
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


def interrupted(index: Index, case: str) -> str:
    """The import that brought the newest place of a case, if it was interrupted; else ""."""
    with index.reading() as db:
        newest = "SELECT max(entry) FROM file_place WHERE case_id = ?"
        return unfinished(db, db.execute(newest, (bytes.fromhex(case),)).get)
