"""What the index knows of a chat that comes again: asked before anything is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from sviedka.capture.sources import unfinished
from sviedka.capture.telegram.records import kin, stated

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

    from sviedka.capture.telegram.scanner import Chat
    from sviedka.keep.index import Index
    from sviedka.keep.ledger.statements import Facet

_HELD: Final = """
    SELECT sha256 FROM tg_raw WHERE sha256 IN (SELECT unhex(value) FROM json_each(?))
"""
_CHAT: Final = "lower(hex(case_id)), lower(hex(coalesce(same, id))), name, type, chat_id"
_NUMBERED: Final = """
    SELECT message_id FROM tg_message INDEXED BY tg_message_id
    WHERE case_id = ? AND message_id IN (SELECT value FROM json_each(?)) AND chat = ?
"""

_SENDERS: Final = """
    SELECT from_id, name, lower(hex(participant)), lower(hex(case_id)) FROM tg_participant
    WHERE participant IN (SELECT author FROM tg_message WHERE case_id = ?1 AND chat = ?2)
    OR participant IN (
        SELECT tg_raw.author FROM tg_raw INDEXED BY tg_raw_author
        CROSS JOIN record ON record.id = tg_raw.message
        CROSS JOIN tg_message AS said
        ON (said.case_id, said.entry, said.ord) = (?1, record.entry, record.ord)
        WHERE tg_raw.author IS NOT NULL AND said.chat = ?2)
    ORDER BY entry, ord
"""
_NEWEST: Final = """
    SELECT max(
        coalesce((SELECT entry FROM tg_message WHERE case_id = ?1 AND chat = ?2
                  ORDER BY entry DESC LIMIT 1), -1),
        coalesce((SELECT tg_raw.entry FROM tg_raw
                  CROSS JOIN record ON record.id = tg_raw.message
                  CROSS JOIN tg_message AS said
                  ON (said.case_id, said.entry, said.ord) = (?1, record.entry, record.ord)
                  WHERE tg_raw.case_id = ?1 AND said.chat = ?2
                  ORDER BY tg_raw.entry DESC LIMIT 1), -1))
"""
"""The newest entry of a chat's case that brought a message, or only the bytes of one. (CROSS JOIN
keeps SQLite to this order of tables: from the newest back, to the first that is this chat's.)"""


class KnownChat(NamedTuple):
    """A description of a chat: its case, the record that messages name, and what it says."""

    case: str
    record: str
    name: str | None
    type: str | None
    number: int | None = None


Shown = tuple[str | None, str | None]
"""A sender as an export tells it: an account, or None and a name."""


class Sender(NamedTuple):
    """A participant of a chat: the random id, and the case of the raw messages."""

    participant: str
    case: str


def descriptions(index: Index, chat: Chat, facet: Facet) -> list[KnownChat]:
    """The records that describe this chat, in that facet of any case, the oldest first.

    A chat is known by its id among those that it could have become; without an id, by its name.
    """
    number = stated(chat.id)
    with index.reading() as db:
        found = db.execute(
            f"SELECT {_CHAT} FROM tg_chat "  # noqa: S608 - ours
            "WHERE facet = ?1 AND chat_id IS ?2 AND (?2 IS NOT NULL OR name IS ?3) "
            "ORDER BY entry, ord",
            (facet, number, chat.name),
        )
        known = [KnownChat(*each) for each in found]
    return [each for each in known if each.type in kin(chat.type)]


def chats(index: Index) -> dict[str, list[KnownChat]]:
    """All descriptions of every chat, by the record that its messages name, the oldest first."""
    with index.reading() as db:
        found: dict[str, list[KnownChat]] = defaultdict(list)
        for each in db.execute(f"SELECT {_CHAT} FROM tg_chat ORDER BY entry, ord"):  # noqa: S608
            found[each[1]].append(KnownChat(*each))
    return found


def held(db: apsw.Connection, digests: Iterable[bytes]) -> set[bytes]:
    """Which of these are SHA-256 of messages that a record holds, in whatever chat.

    Asked for thousands at once: most messages of an import are new, and so need no other question.
    Within ``Index.reading``.
    """
    wanted = msgspec.json.encode([digest.hex() for digest in digests]).decode()
    return {digest for (digest,) in db.execute(_HELD, (wanted,))}


def message_lost(db: apsw.Connection, chat: str, digest: bytes, *, long: bool) -> int | None:
    """Of a message with these very bytes (SHA-256), how many of its files were not to be had.

    The least of all tries; None if the chat has no such message. ``long`` if its bytes are so many
    that an item holds them. Within ``Index.reading``.
    """
    raw = "sha256 = ?1" if not long else "item IN (SELECT id FROM item WHERE item.sha256 = ?1)"
    found = db.execute(
        "SELECT min(lost) FROM tg_raw JOIN record ON record.id = message "  # noqa: S608 - ours
        "JOIN batch ON batch.entry = record.entry JOIN tg_message AS said "
        "ON (said.case_id, said.entry, said.ord) = (batch.case_id, record.entry, record.ord) "
        f"WHERE tg_raw.{raw} AND chat = ?2",
        (digest, bytes.fromhex(chat)),
    )
    lost: int | None = found.get
    return lost


def numbered(db: apsw.Connection, case: str, chat: str, numbers: Iterable[int]) -> set[int]:
    """Which of these are ids of messages that the chat has, whatever they say; as ``held``."""
    wanted = msgspec.json.encode(list(numbers)).decode()
    found = db.execute(_NUMBERED, (bytes.fromhex(case), wanted, bytes.fromhex(chat)))
    return {number for (number,) in found}


def senders(index: Index, case: str, chat: str) -> dict[Shown, Sender]:
    """By account, or by name where only that is known, who wrote in a chat."""
    with index.reading() as db:
        found = db.execute(_SENDERS, (bytes.fromhex(case), bytes.fromhex(chat)))
        return {(from_id, name): Sender(*where) for from_id, name, *where in found}


def participants(index: Index, cases: Iterable[str]) -> dict[str, int]:
    """By case, how many participants of any chat its identity key covers."""
    count = "SELECT count(*) FROM tg_participant WHERE case_id = ?"
    with index.reading() as db:
        return {case: db.execute(count, (bytes.fromhex(case),)).get for case in cases}


def interrupted(index: Index, case: str, chat: str) -> str:
    """The import that brought the newest source of a chat, if it was interrupted; else ""."""
    with index.reading() as db:
        newest: int = db.execute(_NEWEST, (bytes.fromhex(case), bytes.fromhex(chat))).get
        return unfinished(db, None if newest < 0 else newest)


def messages(index: Index, imported: str) -> int:
    """How many messages an import has brought, as far as it stands."""
    with index.reading() as db:
        found: int = db.execute(
            "SELECT count(*) FROM event JOIN record USING (entry) "
            "WHERE import_id = ? AND kind = 'message'",
            (bytes.fromhex(imported),),
        ).get
    return found
