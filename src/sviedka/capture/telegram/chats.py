"""The index of Telegram chats: which are known, which messages, and who is behind random ids."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.capture.telegram.message import Format
from sviedka.capture.telegram.same import gist

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.keep.index import Row

_EXCUSES: Final = frozenset({"not_included", "unavailable"})
"""Why a message names no file at all; every other reason may pass, and the file come later."""


class _Chat(msgspec.Struct):
    chat_id: int | None = None
    name: str | None = None
    same: str | None = None
    type: str | None = None


class _Media(msgspec.Struct):
    missing: str | None = None


class _Message(msgspec.Struct):
    chat: str
    message_id: int | None = None
    author: str | None = None
    media: list[_Media] = []
    format: Format = "json"
    unixtime: int | None = None
    text: str = ""
    text_base64: str = ""
    reply_to: int | None = None


class _Raw(msgspec.Struct):
    message: str
    text: str | None = None
    text_base64: str | None = None
    item: str | None = None
    author: str | None = None


class _Participant(msgspec.Struct):
    participant: str
    from_id: str | None = None
    name: str | None = None
    name_base64: str = ""


class TelegramChats:
    """Tables over ``chat``, ``message``, ``raw`` and ``participant``.

    All are keyed by their place, not by a random id: then a long import appends.
    """

    name: Final = "capture.telegram"
    version: Final = 3
    kinds: Final = frozenset({"chat", "message", "raw", "participant"})
    schema: Final = """
        CREATE TABLE tg_chat (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            id BLOB NOT NULL,
            chat_id INTEGER, name TEXT, type TEXT,
            same BLOB,                  -- the first record of this chat, where another format's is
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE TABLE tg_message (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            chat BLOB NOT NULL, message_id INTEGER, author BLOB,
            lost INTEGER NOT NULL,      -- files that it names and that were not to be had
            html INTEGER NOT NULL,      -- whether it was read from a page
            unixtime INTEGER, said BLOB NOT NULL, reply_to INTEGER,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX tg_message_id ON tg_message (case_id, message_id);
        CREATE TABLE tg_raw (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            message BLOB NOT NULL,
            sha256 BLOB,                -- of the bytes; empty where an item holds them
            item BLOB,
            author BLOB,                -- of the message as these bytes tell it
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX tg_raw_sha256 ON tg_raw (sha256) WHERE sha256 IS NOT NULL;
        CREATE INDEX tg_raw_author ON tg_raw (author) WHERE author IS NOT NULL;
        CREATE INDEX tg_raw_item ON tg_raw (item) WHERE item IS NOT NULL;
        CREATE TABLE tg_participant (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            participant BLOB NOT NULL, from_id TEXT,
            name TEXT,                  -- of those of whom nothing else is known
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX tg_participant_id ON tg_participant (participant);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """Each kind has its table."""
        for kind, (insert, values) in _INTO.items():
            mine = [row for row in rows if row.kind == kind]
            if mine:
                db.executemany(insert, map(values, mine))


def _chat(row: Row) -> tuple[object, ...]:
    body = row.read(_Chat)
    same = bytes.fromhex(body.same) if body.same else None
    return *_at(row), row.id, body.chat_id, body.name, body.type, same, row.position


def _message(row: Row) -> tuple[object, ...]:
    body = row.read(_Message)
    lost = sum(each.missing is not None and each.missing not in _EXCUSES for each in body.media)
    author = bytes.fromhex(body.author) if body.author else None
    chat, html = bytes.fromhex(body.chat), body.format == "html"
    said = gist(body.text or base64.b64decode(body.text_base64).decode("utf-8", "replace"))
    what = (body.message_id, author, lost, html, body.unixtime, said, body.reply_to)
    return *_at(row), chat, *what, row.position


def _raw(row: Row) -> tuple[object, ...]:
    body = row.read(_Raw)
    digest = item = None
    if body.item:
        item = bytes.fromhex(body.item)
    elif body.text_base64:
        digest = hashlib.sha256(base64.b64decode(body.text_base64)).digest()
    else:
        digest = hashlib.sha256((body.text or "").encode()).digest()
    author = bytes.fromhex(body.author) if body.author else None
    return *_at(row), bytes.fromhex(body.message), digest, item, author, row.position


def _participant(row: Row) -> tuple[object, ...]:
    body = row.read(_Participant)
    name = None
    if body.from_id is None:
        name = body.name or base64.b64decode(body.name_base64).decode("utf-8", "replace")
    return *_at(row), bytes.fromhex(body.participant), body.from_id, name, row.position


def _at(row: Row) -> tuple[bytes, str, int, int]:
    return row.case, row.facet, row.entry, row.order


_INTO: Final = {
    "chat": ("INSERT INTO tg_chat VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", _chat),
    "message": (
        "INSERT INTO tg_message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", _message,
    ),
    "raw": ("INSERT INTO tg_raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", _raw),
    "participant": (
        "INSERT INTO tg_participant VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", _participant,
    ),
}  # fmt: skip
