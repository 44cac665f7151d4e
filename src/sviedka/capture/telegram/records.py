"""What a message becomes: pure, from its normalised form to records (docs/kinds.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.text import text

if TYPE_CHECKING:
    from sviedka.capture.telegram.export import Incoming
    from sviedka.capture.telegram.message import Media, Message
    from sviedka.capture.telegram.scanner import Chat

CHANNELS: Final = frozenset({"public_channel", "private_channel"})
"""Chats in which an organisation speaks, not persons: their raw messages lie in ``evidence``."""
PERSONAL: Final = frozenset({"personal_chat", "bot_chat", "saved_messages"})
"""Chats whose name is a person's: it lies in ``identity``."""
LONGEST_RAW: Final = 700_000
"""Bytes of a raw message that fit a record even where they have to be base64."""
_MOST: Final = 2**53

Hung = tuple["Media", dict[str, str]]
"""A medium of a message, and either ``{"item": id}`` or ``{"missing": why}``."""


def is_channel(chat: Chat) -> bool:
    """Whether the messages of a chat have no persons behind them."""
    return chat.type in CHANNELS


def chat_record(chat: Chat) -> dict[str, Any]:
    """The chat, as its export describes it."""
    record: dict[str, Any] = {"kind": "chat", "v": 1}
    if _fits(chat.id):
        record["chat_id"] = chat.id
    if chat.name is not None:
        record |= text("name", _bytes(chat.name))
    if chat.type is not None:
        record["type"] = chat.type
    return record


def message_record(
    message: Message, chat: str, author: str | None, media: list[Hung], *, channel: bool
) -> dict[str, Any]:
    """A message without names. Of a channel, with the name of where it was forwarded from."""
    record: dict[str, Any] = {"chat": chat, "kind": "message", "v": 1}
    numbers = {
        "edited_stated": message.edited_stated,
        "message_id": message.id,
        "reply_to": message.reply_to,
        "unixtime": message.unixtime,
    }
    record |= {name: number for name, number in numbers.items() if _fits(number)}
    if message.text:
        record |= text("text", _bytes(message.text))
    if media:
        record["media"] = [{"role": _role(each), **found} for each, found in media]
    if message.action:
        record["action"] = message.action
    if message.forwarded:
        record["forwarded"] = True
    if channel and message.forwarded_from:
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
    if _fits(message.unixtime):
        post["unixtime"] = message.unixtime
    return post


def raw_record(incoming: Incoming, record: str, item: str | None) -> dict[str, Any]:
    """The exact bytes of a message, or the item that holds them where they are too long."""
    what = {"item": item} if item else text("text", incoming.raw)
    return {"kind": "raw", "message": record, "v": 1, **what}


def participant_record(participant: str, from_id: str, name: str | None) -> dict[str, Any]:
    """Who stands behind a random id."""
    record: dict[str, Any] = {
        "from_id": from_id,
        "kind": "participant",
        "participant": participant,
        "v": 1,
    }
    if name:
        record |= text("name", _bytes(name))
    return record


def sender(message: Message) -> tuple[str | None, str | None]:
    """The account that sent a message or acted in it, and its name as shown."""
    if message.from_id or message.from_name:
        return message.from_id, message.from_name
    return message.actor_id, message.actor


def _role(media: Media) -> str:
    return media.role


def _fits(number: int | None) -> bool:
    return number is not None and -_MOST <= number <= _MOST


def _bytes(words: str) -> bytes:
    return words.encode("utf-8", "surrogatepass")
