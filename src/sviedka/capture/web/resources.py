"""The index of what web archives hold: found again by address, time and item."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sviedka.errors import NotFoundError
from sviedka.keep.index import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class Found(NamedTuple):
    """A resource; ``record`` is the id of its record, which says where its bytes are.

    ``url`` and ``title`` are as stated, ``time`` is RFC 3339 or "", ``size`` bytes as sent.
    """

    record: bytes
    item: bytes
    number: int
    sort: str
    url: bytes
    time: str
    status: int | None
    type: str
    size: int
    page: bool
    title: bytes
    verdict: str
    digest: bytes
    refers_to: bytes


class _Body(msgspec.Struct):
    item: str
    number: int
    sort: str
    payload: int
    verdict: str
    url: str | None = None
    url_base64: str | None = None
    time: str = ""
    status: int | None = None
    type: str = ""
    sniffed: str = ""
    page: bool = False
    title: str | None = None
    title_base64: str | None = None
    digest: str | None = None
    digest_base64: str | None = None
    record_id: str | None = None
    record_id_base64: str | None = None
    refers_to: str | None = None
    refers_to_base64: str | None = None


class WebResources:
    """The table ``web_resource``, from records of kind ``resource``."""

    name: Final = "capture.web"
    version: Final = 1
    kinds: Final = frozenset({"resource"})
    schema: Final = """
        CREATE TABLE web_resource (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            record BLOB NOT NULL,
            item BLOB NOT NULL,
            number INTEGER NOT NULL,
            sort TEXT NOT NULL,
            url BLOB NOT NULL,
            time TEXT NOT NULL,
            status INTEGER,
            type TEXT NOT NULL,     -- as stated, else as its bytes show; without parameters
            size INTEGER NOT NULL,
            page INTEGER NOT NULL,  -- whether somebody would read it: listed, or an HTML answer
            title BLOB NOT NULL,
            verdict TEXT NOT NULL,
            digest BLOB NOT NULL,   -- as stated
            record_id BLOB NOT NULL,
            refers_to BLOB NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX web_resource_item ON web_resource (item, number);
        CREATE INDEX web_resource_url ON web_resource (url, time);
        CREATE INDEX web_resource_record ON web_resource (record);
        CREATE INDEX web_resource_record_id ON web_resource (record_id);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a resource."""
        db.executemany(f"INSERT INTO web_resource VALUES ({'?, ' * 20}NULL)", map(_row, rows))  # noqa: S608 - a number of marks


def _row(row: Row) -> tuple[bytes | str | int | None, ...]:
    body = row.read(_Body)
    stated = body.type.split(";")[0].strip().lower() or body.sniffed
    read = body.sort != "revisit" and body.status in {None, 200} and "html" in stated
    return (
        row.case, row.facet, row.entry, row.order, row.id, bytes.fromhex(body.item), body.number,
        body.sort, _bytes(body.url, body.url_base64), body.time, body.status, stated, body.payload,
        body.page or read, _bytes(body.title, body.title_base64), body.verdict,
        _bytes(body.digest, body.digest_base64), _bytes(body.record_id, body.record_id_base64),
        _bytes(body.refers_to, body.refers_to_base64), row.position,
    )  # fmt: skip


def _bytes(text: str | None, coded: str | None) -> bytes:
    return base64.b64decode(coded) if coded else (text or "").encode()


_COLUMNS: Final = (
    "record, item, number, sort, url, time, status, type, size, page, title, verdict, digest, "
    "refers_to"
)


def resources(  # noqa: PLR0913 - filters, each optional and named
    db: apsw.Connection,
    *,
    item: bytes | None = None,
    case: bytes | None = None,
    url: bytes | None = None,
    pages: bool = False,
    limit: int = -1,
    offset: int = 0,
) -> list[Found]:
    """Resources by address and time, or of an item in its own order; within ``Index.reading``."""
    condition, given = _where(item=item, case_id=case, url=url, page=1 if pages else None)
    order = "item, number" if item else "url, time, item, number"
    found = db.execute(
        f"SELECT {_COLUMNS} FROM web_resource {condition} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 - names from this file
        (*given, limit, offset),
    )
    return [_found(row) for row in found]


def count(
    db: apsw.Connection,
    *,
    item: bytes | None = None,
    case: bytes | None = None,
    url: bytes | None = None,
    pages: bool = False,
) -> int:
    """How many such resources there are."""
    condition, given = _where(item=item, case_id=case, url=url, page=1 if pages else None)
    total: int = db.execute(f"SELECT count(*) FROM web_resource {condition}", given).get  # noqa: S608 - as above
    return total


def taken(index: Index, item: str) -> int:
    """How many resources of an item an earlier, interrupted reading has left on record."""
    with index.reading() as db:
        return count(db, item=bytes.fromhex(item))


def find(db: apsw.Connection, prefix: str) -> Found:
    """The resource whose record's id begins so; NotFoundError or AmbiguousError."""
    low, high = sql.id_range(prefix)
    found = db.execute(
        f"SELECT {_COLUMNS} FROM web_resource WHERE record BETWEEN ? AND ? "  # noqa: S608 - as above
        "GROUP BY record LIMIT ?",
        (low, high, sql.CANDIDATES + 1),
    )
    return sql.only(((row[0], _found(row)) for row in found), prefix, "resource")


def revisited(db: apsw.Connection, prefix: str) -> Found:
    """That resource; or, of a revisit, what it refers to. Raises what ``find`` raises.

    That is the record that it names, else the one of its address with the same digest that came
    first; NotFoundError if there is none.
    """
    found = find(db, prefix)
    if found.sort != "revisit":
        return found
    for condition, given in (
        ("record_id = ?", (found.refers_to,)),
        ("url = ? AND digest = ?", (found.url, found.digest)),
    ):
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM web_resource WHERE {condition} AND sort != 'revisit' "  # noqa: S608 - as above
            "ORDER BY time, item, number LIMIT 1",
            given,
        )
        for row in rows if all(given) else ():
            return _found(row)
    raise NotFoundError("what this refers to is in no web archive here", where=prefix)


def _found(row: tuple[Any, ...]) -> Found:
    return Found._make((*row[:9], bool(row[9]), *row[10:]))


def _where(**conditions: bytes | int | None) -> tuple[str, list[Any]]:
    given = {name: value for name, value in conditions.items() if value is not None}
    text = " AND ".join(f"{name} = ?" for name in given)
    return f"WHERE {text}" if text else "", list(given.values())
