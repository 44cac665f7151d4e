"""The index of live captures: which page was captured when, and the items that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Row


_COLUMNS: Final = "id, case_id, url, result, began, adapter, browser, pages"
_COMPACT: Final = {ord("-"): None, ord(":"): None}
_ENDINGS: Final = {
    "dom": "-dom.html", "listing": ".jsonl", "picture": ".png", "posts": "-posts.jsonl",
    "text": ".txt", "video": "-video", "videos": "-videos.jsonl", "warc": ".warc.gz",
}  # fmt: skip


class Made(NamedTuple):
    """A capture: its record, case and URL, its result, when it began, how it was made."""

    id: bytes
    case: bytes
    url: str
    result: str
    began: str
    adapter: str
    browser: bool
    pages: int


class _Part(msgspec.Struct):
    role: str
    item: str


class _Capture(msgspec.Struct):
    url: str
    result: str
    began: str
    adapter: str
    browser: bool
    parts: list[_Part]
    pages: int = 1
    warc: str | None = None


class _Recheck(msgspec.Struct):
    outcome: str
    new: str | None = None


class LiveCaptures:
    """``live_capture``, ``live_item`` and ``live_moved``, from ``capture`` and ``recheck``."""

    name: Final = "capture.live"
    version: Final = 1
    kinds: Final = frozenset({"capture", "recheck"})
    schema: Final = """
        CREATE TABLE live_capture (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            id BLOB NOT NULL,
            url TEXT NOT NULL,
            result TEXT NOT NULL,
            began TEXT NOT NULL,
            adapter TEXT NOT NULL,
            browser INTEGER NOT NULL,
            pages INTEGER NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX live_capture_id ON live_capture (id);
        CREATE TABLE live_item (
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            number INTEGER NOT NULL,
            capture BLOB NOT NULL,
            item BLOB NOT NULL,
            role TEXT NOT NULL,
            name BLOB NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord, number)
        ) WITHOUT ROWID;
        CREATE INDEX live_item_capture ON live_item (capture);
        CREATE INDEX live_item_item ON live_item (item);
        CREATE TABLE live_moved (   -- captures of where a page sends to that was once elsewhere
            case_id BLOB NOT NULL,
            facet TEXT NOT NULL,
            entry INTEGER NOT NULL,
            ord INTEGER NOT NULL,
            capture BLOB NOT NULL,
            pos_from INTEGER NOT NULL,
            pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX live_moved_capture ON live_moved (capture);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row a capture, one for each of its items."""
        for row in rows:
            if row.kind == "capture":
                _take_capture(db, row)
                continue
            said = row.read(_Recheck)
            if said.new and said.outcome == "moved":
                db.execute(
                    "INSERT INTO live_moved VALUES (?, ?, ?, ?, ?, ?, NULL)",
                    (
                        row.case, row.facet, row.entry, row.order, bytes.fromhex(said.new),
                        row.position,
                    ),
                )  # fmt: skip


def _take_capture(db: apsw.Connection, row: Row) -> None:
    said = row.read(_Capture)
    where = (row.case, row.facet, row.entry, row.order)
    db.execute(
        "INSERT INTO live_capture VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            *where, row.id, said.url, said.result, said.began, said.adapter, said.browser,
            said.pages, row.position,
        ),
    )  # fmt: skip
    items = [*((each.role, each.item) for each in said.parts)]
    items += [("warc", said.warc)] if said.warc else []
    stem = named(said.url, said.began)
    db.executemany(
        "INSERT INTO live_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            (
                *where, number, row.id, bytes.fromhex(item), role,
                f"{stem}{_ENDINGS.get(role, '')}".encode(), row.position,
            )
            for number, (role, item) in enumerate(items)
        ],
    )  # fmt: skip


def host(url: str) -> str:
    """The server of a URL as people call it, which is what its case is called."""
    return (urlsplit(url.strip()).hostname or "").removeprefix("www.")


def named(url: str, began: str) -> str:
    """What the files of a capture are called, but for their endings; ``began`` in RFC 3339."""
    return f"{host(url)}-{began.translate(_COMPACT)}"


def newest(db: apsw.Connection, case: bytes | None = None) -> list[Made]:
    """The newest capture of each page in each case, in the order of the archive.

    Only captures that found the page itself: what a re-check met in its place is not compared with.
    """
    rows = db.execute(
        "WITH page AS (SELECT * FROM live_capture WHERE result = 'captured' "  # noqa: S608 - our own names
        "AND (?1 IS NULL OR case_id = ?1) AND id NOT IN (SELECT capture FROM live_moved)) "
        f"SELECT {_COLUMNS} FROM page WHERE NOT EXISTS ("
        "SELECT 1 FROM page AS later WHERE later.case_id = page.case_id AND later.url = page.url "
        "AND (later.entry, later.ord) > (page.entry, page.ord)) ORDER BY entry, ord",
        (case,),
    )
    return [_made(row) for row in rows]


def made(db: apsw.Connection, capture: bytes) -> Made | None:
    """The capture with this record, or that this item belongs to, the newest of them."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM live_capture WHERE id = ?1 "  # noqa: S608 - our own names
        "OR id IN (SELECT capture FROM live_item WHERE item = ?1) "
        "ORDER BY entry DESC, ord DESC LIMIT 1",
        (capture,),
    ).get
    return _made(row) if row else None


def _made(row: Any) -> Made:
    capture, case, url, result, began, adapter, browser, pages = row
    return Made(capture, case, url, result, began, adapter, bool(browser), pages)


def items_of(db: apsw.Connection, capture: bytes) -> dict[str, bytes]:
    """The items of a capture by their roles; of several in one role, the first."""
    rows = db.execute(
        "SELECT role, item FROM live_item WHERE capture = ? ORDER BY number DESC", (capture,)
    )
    return {role: item for role, item in rows}  # noqa: C416 - apsw's rows have no types
