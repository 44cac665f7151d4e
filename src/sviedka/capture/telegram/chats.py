"""The index of Telegram chats: which are known, which messages, and who is behind random ids."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from sviedka.keep.index import Index, Row


class _Chat(msgspec.Struct):
    chat_id: int | None = None
    type: str | None = None


class _Media(msgspec.Struct):
    missing: str | None = None


class _Message(msgspec.Struct):
    chat: str
    message_id: int | None = None
    unixtime: int | None = None
    media: list[_Media] = []


class _Raw(msgspec.Struct):
    message: str
    text: str | None = None
    text_base64: str | None = None
    item: str | None = None


class _Participant(msgspec.Struct):
    participant: str
    from_id: str


class TelegramChats:
    """Tables over ``chat``, ``message``, ``raw`` and ``participant``.

    Messages are keyed by their place, not by their random id: then a long import appends.
    """

    name: Final = "capture.telegram"
    version: Final = 1
    kinds: Final = frozenset({"chat", "message", "raw", "participant"})
    schema: Final = """
        CREATE TABLE tg_chat (
            case_id BLOB NOT NULL, facet TEXT NOT NULL, id BLOB NOT NULL,
            chat_id INTEGER, type TEXT,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, facet, id)
        ) WITHOUT ROWID;
        CREATE TABLE tg_message (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            chat BLOB NOT NULL, message_id INTEGER, unixtime INTEGER,
            absent INTEGER NOT NULL,    -- media that were named and not there
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE TABLE tg_raw (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            message BLOB NOT NULL,
            sha256 BLOB,                -- of the bytes; empty where an item holds them
            item BLOB,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord)
        ) WITHOUT ROWID;
        CREATE INDEX tg_raw_sha256 ON tg_raw (sha256) WHERE sha256 IS NOT NULL;
        CREATE INDEX tg_raw_item ON tg_raw (item) WHERE item IS NOT NULL;
        CREATE TABLE tg_participant (
            case_id BLOB NOT NULL, facet TEXT NOT NULL, participant BLOB NOT NULL,
            from_id TEXT NOT NULL,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, facet, participant)
        ) WITHOUT ROWID;
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """Each kind has its table."""
        for kind, (insert, values) in _INTO.items():
            mine = [row for row in rows if row.kind == kind]
            if mine:
                db.executemany(insert, map(values, mine))


def _chat(row: Row) -> tuple[object, ...]:
    body = row.read(_Chat)
    return row.case, row.facet, row.id, body.chat_id, body.type, row.position


def _message(row: Row) -> tuple[object, ...]:
    body = row.read(_Message)
    absent = sum(each.missing == "absent" for each in body.media)
    chat = bytes.fromhex(body.chat)
    at = (row.case, row.facet, row.entry, row.order)
    return *at, chat, body.message_id, body.unixtime, absent, row.position


def _raw(row: Row) -> tuple[object, ...]:
    body = row.read(_Raw)
    digest = item = None
    if body.item:
        item = bytes.fromhex(body.item)
    else:
        held = (
            base64.b64decode(body.text_base64) if body.text_base64 else (body.text or "").encode()
        )
        digest = hashlib.sha256(held).digest()
    at = (row.case, row.facet, row.entry, row.order)
    return *at, bytes.fromhex(body.message), digest, item, row.position


def _participant(row: Row) -> tuple[object, ...]:
    body = row.read(_Participant)
    return row.case, row.facet, bytes.fromhex(body.participant), body.from_id, row.position


_INTO: Final = {
    "chat": ("INSERT INTO tg_chat VALUES (?, ?, ?, ?, ?, ?, NULL)", _chat),
    "message": ("INSERT INTO tg_message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", _message),
    "raw": ("INSERT INTO tg_raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", _raw),
    "participant": ("INSERT INTO tg_participant VALUES (?, ?, ?, ?, ?, NULL)", _participant),
}


_HELD: Final = """
    SELECT sha256 FROM tg_raw WHERE sha256 IN (SELECT unhex(value) FROM json_each(?))
"""


class KnownChat(NamedTuple):
    """Where a chat of this id was put: a case, the facet and id of its record there."""

    case: str
    facet: str
    record: str


def known_chats(index: Index, chat_id: int | None, kind: str | None) -> list[KnownChat]:
    """The places of a chat, the main one first; empty for a chat without an id."""
    with index.reading() as db:
        found = db.execute(
            "SELECT case_id, facet, id FROM tg_chat WHERE chat_id = ? AND type IS ? "
            "ORDER BY pos_from, facet = 'identity'",
            (chat_id, kind),
        )
        return [KnownChat(case.hex(), facet, record.hex()) for case, facet, record in found]


def held(db: apsw.Connection, digests: Iterable[bytes]) -> set[bytes]:
    """Which of these are SHA-256 of messages that a record holds, in whatever chat.

    Asked for thousands at once: most messages of an import are new, and so need no other question.
    Within ``Index.reading``.
    """
    wanted = msgspec.json.encode([digest.hex() for digest in digests]).decode()
    return {digest for (digest,) in db.execute(_HELD, (wanted,))}


def known_message(db: apsw.Connection, chat: str, digest: bytes, *, long: bool) -> int | None:
    """Of a message with these very bytes (SHA-256), how many media were not there at the last try.

    None if the chat has no such message. ``long`` if its bytes are so many that an item holds them.
    Within ``Index.reading``.
    """
    raw = "sha256 = ?1" if not long else "item IN (SELECT id FROM item WHERE item.sha256 = ?1)"
    found = db.execute(
        "SELECT min(absent) FROM tg_raw JOIN record ON record.id = message "  # noqa: S608 - ours
        "JOIN batch ON batch.entry = record.entry JOIN tg_message AS said "
        "ON (said.case_id, said.entry, said.ord) = (batch.case_id, record.entry, record.ord) "
        f"WHERE tg_raw.{raw} AND chat = ?2",
        (digest, bytes.fromhex(chat)),
    )
    absent: int | None = found.get
    return absent


def participants(index: Index, cases: Sequence[str]) -> dict[str, dict[str, str]]:
    """By case, the random ids of the accounts whose messages lie there."""
    known: dict[str, dict[str, str]] = {case: {} for case in cases}
    with index.reading() as db:
        for case in cases:
            found = db.execute(
                "SELECT from_id, participant FROM tg_participant WHERE case_id = ?",
                (bytes.fromhex(case),),
            )
            known[case] = {from_id: participant.hex() for from_id, participant in found}
    return known
