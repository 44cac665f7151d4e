"""What a message becomes: pure, from its normalised form to records (docs/kinds.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.text import text

if TYPE_CHECKING:
    from sviedka.capture.telegram.export import Incoming
    from sviedka.capture.telegram.message import Media, Message
    from sviedka.capture.telegram.scanner import Chat

CHANNELS: Final = frozenset({"public_channel", "private_channel"})
"""Chats in which an organisation speaks, not persons: their raw messages lie in ``evidence``."""
SUPERGROUPS: Final = frozenset({"public_supergroup", "private_supergroup"})
GROUPS: Final = SUPERGROUPS | {"private_group"}
LONGEST: Final = 300_000
"""Bytes of a message that fit records, even where each becomes three in another encoding, or four
in base64. Longer ones lie in items; Telegram's own are a tenth of that."""
THUMBNAIL: Final = "thumbnail"
"""The role of a small picture that Telegram made of what hangs beside it."""
_LONGEST_ID: Final = 64
"""Letters of an account's id; Telegram's own have at most 27."""
_ACTION: Final = re.compile(r"[a-z0-9_]{1,64}")
_MOST: Final = 2**53

Hung = tuple["Media", dict[str, str]]
"""A medium of a message, and either ``{"item": id}`` or ``{"missing": why}``."""


def is_channel(chat: Chat) -> bool:
    """Whether the messages of a chat have no persons behind them."""
    return chat.type in CHANNELS


def names_person(chat: Chat) -> bool:
    """Whether the name of a chat may be a person's: of all but channels and groups, it may."""
    return chat.type not in CHANNELS | GROUPS


def kin(kind: str | None) -> frozenset[str | None]:
    """The types that a chat of this one may have had before: it was made public, or private."""
    return next((each for each in (CHANNELS, SUPERGROUPS) if kind in each), frozenset({kind}))


def stated(number: int | None) -> int | None:
    """A number as a record can hold it; None if it cannot."""
    return number if number is not None and -_MOST <= number <= _MOST else None


def chat_record(chat: Chat, same: str = "") -> dict[str, Any]:
    """The chat, as its export describes it; ``same`` is the record that described it first."""
    record: dict[str, Any] = {"kind": "chat", "v": 1}
    if same:
        record["same"] = same
    if stated(chat.id) is not None:
        record["chat_id"] = chat.id
    if chat.name is not None:
        record |= text("name", _bytes(chat.name))
    if chat.type is not None:
        record["type"] = chat.type
    return record


def message_record(
    incoming: Incoming, chat: str, author: str | None, media: list[Hung], *, channel: bool
) -> dict[str, Any]:
    """A message without names. Of a channel, with the name of where it was forwarded from.

    What Telegram writes as a word of its own is taken only if it is one; the words of a message
    that is too long for records stand in its raw bytes alone.
    """
    message = incoming.message
    record: dict[str, Any] = {"chat": chat, "kind": "message", "v": 1}
    if incoming.format != "json":
        record["format"] = incoming.format
    numbers = {
        "edited_stated": message.edited_stated,
        "message_id": message.id,
        "reply_to": message.reply_to,
        "unixtime": message.unixtime,
    }
    record |= {name: number for name, number in numbers.items() if stated(number) is not None}
    if message.text and not is_long(incoming.raw):
        record |= text("text", _bytes(message.text))
    if media:
        record["media"] = [{"role": _role(each), **found} for each, found in media]
    if message.action and _ACTION.fullmatch(message.action):
        record["action"] = message.action
    if message.forwarded:
        record["forwarded"] = True
    if channel and message.forwarded_from and not is_long(incoming.raw):
        record |= text("forwarded_from", _bytes(message.forwarded_from))
    if author:
        record["author"] = author
    return record


def post_record(message: Message, record: str, media: list[Hung]) -> dict[str, Any]:
    """The row that counting may read: when, and what sort of media; nothing else."""
    post: dict[str, Any] = {
        "kind": "post",
        "media": [_role(each) for each, _ in media],
        "message": record,
        "v": 1,
    }
    if stated(message.unixtime) is not None:
        post["unixtime"] = message.unixtime
    return post


def is_long(raw: bytes) -> bool:
    """Whether a raw message is too long for a record."""
    return len(raw) > LONGEST


def raw_record(
    raw: bytes, record: str, item: str = "", author: str | None = None
) -> dict[str, Any]:
    """The exact bytes of a message, or the item that holds them where they are too long.

    ``author`` is the sender as they tell it, where the message has another.
    """
    what: dict[str, Any] = {"item": item} if item else text("text", raw)
    if author:
        what["author"] = author
    return {"kind": "raw", "message": record, "v": 1, **what}


def participant_record(participant: str, from_id: str | None, name: str | None) -> dict[str, Any]:
    """Who stands behind a random id: an account, or whoever is shown under a name."""
    record: dict[str, Any] = {"kind": "participant", "participant": participant, "v": 1}
    if from_id is None:
        record["name_only"] = True
    else:
        record["from_id"] = from_id
    if name:
        record |= text("name", _bytes(name))
    return record


def sender(message: Message) -> tuple[str | None, str | None]:
    """The account that sent a message or acted in it, and its name as shown.

    None for an id that is no account's, and for a name that no record would hold.
    """
    account, name = message.from_id, message.from_name
    if not (account or name):
        account, name = message.actor_id, message.actor
    if not account or len(account) > _LONGEST_ID:
        return None, None
    return account, nameable(name)


def nameable(name: str | None) -> str | None:
    """A name that a record can hold; None for any other."""
    return name if name and len(_bytes(name)) <= LONGEST else None


def _role(media: Media) -> str:
    return media.role


def _bytes(words: str) -> bytes:
    return words.encode("utf-8", "surrogatepass")
