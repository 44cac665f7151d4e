"""Telegram Desktop exports in JSON: one chat, or a whole account, of any length.

Messages go to disk as they are made, so a million of them need no more memory than ten.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.material.media import Media
from tests.material.messages import START, Chat, Talk, local
from tests.material.people import Account, crowd, person
from tests.material.tdesktop import Fields, JsonStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = {
    "public_channel": "Весткі Заазёрска",
    "private_channel": "Закрыты прыклад",
    "public_supergroup": "Двор на Выдуманай, 17",
    "private_supergroup": "Суседзі — Sąsiedzi — Соседи",
    "private_group": "Бацькоўскі чат 4-Б",
    "personal_chat": "Янка Прыкладны",
    "bot_chat": "Прыкладны бот",
    "saved_messages": None,
}
SPAN = 3 * 365 * 86_400  # the time, in seconds, over which very many messages spread
MESSAGE = 600  # bytes of an average message, at least
_BUFFER = 1 << 20


def chat_of(kind: str, rng: Random, people: int = 24, name: str | None = None) -> Chat:
    """An invented chat of Telegram's type ``kind``."""
    name = name or NAMES[kind]
    peer = rng.randrange(10**9, 2 * 10**9)
    if kind.endswith("_channel"):
        return Chat(kind, name, peer, [Account(name, f"channel{peer}")])
    if kind.endswith("group"):
        return Chat(kind, name, peer, crowd(rng, people))
    other = Account(name, f"user{peer}")
    return Chat(kind, name, peer, [person(rng)] if name is None else [person(rng), other])


def stream_chat(out: JsonStream, chat: Chat, messages: Iterable[Fields]) -> None:
    """Write a chat as an object: what it is, then its messages."""
    out.begin("{")
    if chat.name is not None:
        out.item(chat.name, "name")
    out.item(chat.type, "type")
    out.item(chat.id, "id")
    out.begin("[", "messages")
    for message in messages:
        out.item(message)
    out.end()
    out.end()


def _told(talk: Talk, messages: int, stream: JsonStream, size: int) -> Iterator[Fields]:
    """``messages`` of them, and more until ``stream`` has ``size`` bytes."""
    endless = talk.messages()
    yield from islice(endless, messages)
    while stream.written < size:
        yield next(endless)


def write_chat(  # noqa: PLR0913 (what can be asked for, each by name)
    out: Path,
    *,
    kind: str = "public_channel",
    messages: int = 1000,
    seed: int = 1,
    media: int = 20,
    people: int = 24,
    size: int = 0,
    name: str | None = None,
) -> Path:
    """Export one chat into the folder ``out``; returns its ``result.json``.

    At most about ``media`` media files are written; later messages say that theirs was not
    included. With ``size``, messages go on until ``result.json`` has that many bytes.
    """
    rng = Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    chat = chat_of(kind, rng, people, name)
    pause = min(5_000, SPAN * 2 // max(messages, size // MESSAGE, 1))
    talk = Talk(chat, rng, Media(out, "", rng, media), max(1, pause))
    result = out / "result.json"
    with result.open("wb", _BUFFER) as file:
        stream = JsonStream(file)
        stream_chat(stream, chat, _told(talk, messages, stream, size))
    return result


def write_account(out: Path, *, messages: int = 1000, seed: int = 1, media: int = 20) -> Path:
    """Export a whole account: its owner, contacts, sessions, every chat, chats that it left.

    Each of its chats has ``messages`` divided by their number; ``media`` likewise.
    """
    rng = Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    kinds = [*NAMES, "public_channel"]
    left = ["public_supergroup", "public_channel"]
    share, files = -(-messages // len(kinds)), -(-media // len(kinds))
    result = out / "result.json"
    with result.open("wb", _BUFFER) as file:
        stream = JsonStream(file)
        stream.begin("{")
        stream.item("Here is the data you requested.", "about")
        _write_owner(stream, rng)
        number = 0
        for key, list_of in (("chats", kinds), ("left_chats", left)):
            stream.begin("{", key)
            stream.item("This page lists all chats from this export.", "about")
            stream.begin("[", "list")
            for kind in list_of:
                number += 1
                name = f"Пакінуты чат {number}" if key == "left_chats" else None
                chat = chat_of(kind, rng, 12, name)
                talk = Talk(chat, rng, Media(out, f"chats/chat_{number:02d}", rng, files))
                stream_chat(stream, chat, islice(talk.messages(), share))
            stream.end()
            stream.end()
        stream.end()
    return result


def _write_owner(stream: JsonStream, rng: Random) -> None:
    """What an account's export says of its owner and of people who never wrote here."""
    owner = person(rng)
    stream.item(
        {**_card(owner), "username": "@prykladny", "bio": "Выдумана"}, "personal_information"
    )
    stream.item([{**_dated(START), "photo": "(Photo not included.)"}], "profile_pictures")
    friends = [person(rng) for _ in range(5)]
    lists: dict[str, list[Fields]] = {
        "contacts": [{**_card(friend), **_dated(START)} for friend in friends],
        "frequent_contacts": [
            {
                "id": _id(friend),
                "category": "people",
                "type": "user",
                "name": friend.name,
                "rating": 1.5,
            }
            for friend in friends[:2]
        ],
        "sessions": [
            {
                "last_active": local(START),
                "last_ip": "192.0.2.17",
                "last_country": "Nibyland",
                "application_name": "Telegram Desktop",
                "device_model": "Прыклад",
            }
        ],
        "web_sessions": [
            {"last_ip": "192.0.2.18", "domain_name": "example.org", "browser": "Firefox"}
        ],
    }
    for key, entries in lists.items():
        stream.begin("{", key)
        stream.item(f"What {key.replace('_', ' ')} are.", "about")
        stream.item(entries, "list")
        stream.end()
    stream.item({"drafts": [{"chat": "Пакінуты чат", "text": "чарнавік"}]}, "other_data")


def _id(account: Account) -> int:
    return int(account.peer.removeprefix("user"))


def _card(account: Account) -> Fields:
    first, _, last = (account.name or "").partition(" ")
    return {
        "user_id": _id(account),
        "first_name": first,
        "last_name": last,
        "phone_number": account.phone,
    }


def _dated(unixtime: int) -> Fields:
    return {"date": local(unixtime), "date_unixtime": str(unixtime)}


def main() -> None:
    """Write one export."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.telegram", description=__doc__)
    parser.add_argument("out", type=Path, help="the export's folder")
    parser.add_argument("--kind", choices=[*NAMES, "account"], default="public_channel")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--size", type=int, default=0, help="go on to this many bytes (one chat)")
    parser.add_argument("--media", type=int, default=20, help="media files to write, about")
    parser.add_argument("--people", type=int, default=24, help="senders in a group")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    common = {"messages": given.messages, "media": given.media, "seed": given.seed}
    if given.kind == "account":
        write_account(given.out, **common)
    else:
        write_chat(given.out, kind=given.kind, people=given.people, size=given.size, **common)


if __name__ == "__main__":
    main()
