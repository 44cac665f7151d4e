"""Messages of an invented chat, their fields in the order in which Telegram Desktop writes them."""

from __future__ import annotations

from dataclasses import dataclass
from time import gmtime, strftime
from typing import TYPE_CHECKING

from tests.material.media import ZONE
from tests.material.words import EMOJI, PLACES, Speech, entities

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.material.media import Media
    from tests.material.people import Account
    from tests.material.tdesktop import Fields

START = 1_596_996_000  # 9 August 2020, 21:00 in Minsk
MIGRATED = -1_000_000_000  # what Telegram Desktop adds to the ids of a group's earlier life
KINDS = ("text", "photo", "clip", "voice", "document", "sticker", "poll", "place", "contact")
CHANNEL = (70, 15, 8, 0, 2, 0, 1, 1, 0)
TALK = (82, 5, 2, 4, 2, 3, 0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of Telegram's ``type``; a channel speaks in its own name, a group's ``people`` do."""

    type: str
    name: str | None
    id: int
    people: list[Account]

    @property
    def is_channel(self) -> bool:
        """Whether the chat is a broadcast."""
        return self.type.endswith("_channel")

    @property
    def is_group(self) -> bool:
        """Whether several people talk."""
        return self.type.endswith("group")


def local(unixtime: int) -> str:
    """A date as exports have it: the exporter's clock, without a zone."""
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(unixtime + ZONE))


class Talk:
    """Makes a chat's messages one after another; nothing of those before is kept.

    ``now`` is the last message's unixtime; each comes at most ``pause`` seconds later.
    """

    def __init__(self, chat: Chat, rng: Random, media: Media, pause: int = 5_000) -> None:
        self._pause = pause
        self._chat = chat
        self._rng = rng
        self._media = media
        self._speech = Speech(rng)
        self.now = START + rng.randrange(86_400)
        self._weights = CHANNEL if chat.is_channel else TALK

    def messages(self) -> Iterator[Fields]:
        """Without end: first how the chat began, then what was said in it."""
        chat, rng = self._chat, self._rng
        number = 0
        if chat.type == "private_supergroup":
            for number in range(1, 4):
                yield self._message(MIGRATED + number)
            yield self._service(MIGRATED + 4, "migrate_to_supergroup")
            yield self._service(1, "migrate_from_group", title=chat.name)
            number = 1
        elif chat.is_channel:
            yield self._service(1, "create_channel", title=chat.name)
            number = 1
        while True:
            number += 1 if rng.random() < 0.95 else rng.randrange(2, 6)  # some were deleted
            lot = rng.random()
            if lot < 0.001:
                yield {"id": number, "type": "unsupported"}
            elif lot < 0.016:
                yield self._happening(number)
            else:
                yield self._message(number)

    def post(self, number: int, unixtime: int, text: str, content: Fields | None = None) -> Fields:
        """A message of that time with just this text and these media fields."""
        self.now = unixtime
        sender = self._rng.choice(self._chat.people)
        return {
            **self._dated(number, "message"),
            "from": sender.name,
            "from_id": sender.peer,
            **(content or {}),
            "text": text,
            "text_entities": entities(text),
        }

    def _head(self, number: int, kind: str) -> Fields:
        self.now += self._rng.randrange(self._pause) + 1
        return self._dated(number, kind)

    def _dated(self, number: int, kind: str) -> Fields:
        return {
            "id": number,
            "type": kind,
            "date": local(self.now),
            "date_unixtime": str(self.now),
        }

    def _service(self, number: int, action: str, **more: object) -> Fields:
        actor = self._rng.choice(self._chat.people)
        return {
            **self._head(number, "service"),
            "actor": actor.name,
            "actor_id": actor.peer,
            "action": action,
            **more,
            "text": "",
            "text_entities": [],
        }

    def _happening(self, number: int) -> Fields:
        rng = self._rng
        if not self._chat.is_group:
            return self._service(number, "pin_message", message_id=max(1, number - 3))
        members = [rng.choice(self._chat.people).name for _ in range(rng.randrange(1, 4))]
        action = rng.choice(_ACTIONS)
        if action == "pin_message":
            return self._service(number, action, message_id=max(1, number - 3))
        if action == "topic_created":
            return self._service(number, action, title=rng.choice(PLACES))
        if action == "join_group_by_link":
            return self._service(number, action, inviter=members[0])
        return self._service(number, action, members=members)

    def _message(self, number: int) -> Fields:
        rng = self._rng
        fields = self._head(number, "message")
        reactions = self._reactions() if rng.random() < 0.25 else []
        if reactions or rng.random() < 0.05:  # a reaction alone also sets ``edited``
            at = self.now + rng.randrange(10, 90_000)
            fields |= {"edited": local(at), "edited_unixtime": str(at)}
        sender = rng.choice(self._chat.people)
        fields |= {"from": sender.name, "from_id": sender.peer}
        if self._chat.is_channel and rng.random() < 0.1:
            fields["author"] = "Рэдакцыя"
        if rng.random() < 0.08:
            fields |= {
                "forwarded_from": rng.choice(_SOURCES),
                "forwarded_from_id": "channel1000000017",
            }
        if rng.random() < (0.03 if self._chat.is_channel else 0.3):
            fields["reply_to_message_id"] = max(1, number - rng.randrange(1, 40))
        if rng.random() < 0.004:
            fields["via_bot"] = "@prykladny_bot"
        kind = rng.choices(KINDS, self._weights)[0]
        fields |= self._content(kind)
        text = self._text(number, kind)
        fields |= {"text": text, "text_entities": entities(text)}
        if rng.random() < 0.01:
            fields["inline_bot_buttons"] = [[{"type": "url", "text": "Чытаць", "data": _URL}]]
        if reactions:
            fields["reactions"] = reactions
        return fields

    def _text(self, number: int, kind: str) -> str | list[str | Fields]:
        if kind not in ("text", "photo", "clip"):
            return ""
        if not self._chat.is_channel and self._rng.random() < 0.5:
            return self._speech.reply()
        return self._speech.text(number)

    def _reactions(self) -> list[Fields]:
        rng = self._rng
        found: list[Fields] = [
            {"type": "emoji", "count": rng.randrange(1, 400), "emoji": emoji}
            for emoji in rng.sample(EMOJI, rng.randrange(1, 4))
        ]
        if self._chat.is_group:
            who = rng.choice(self._chat.people)
            date = local(self.now)
            found[0]["recent"] = [{"from": who.name, "from_id": who.peer, "date": date}]
        return found

    def _content(self, kind: str) -> Fields:
        rng = self._rng
        if kind == "text":
            return {}
        if kind == "poll":
            voters = [rng.randrange(500) for _ in range(3)]
            answers = [
                {"text": text, "voters": count, "chosen": False}
                for text, count in zip(("Так", "Не", "Цяжка сказаць"), voters, strict=True)
            ]
            question = "Ці атрымалі вы ліст?"
            total = sum(voters)
            poll = {"question": question, "closed": False, "total_voters": total}
            return {"poll": {**poll, "answers": answers}}
        if kind == "place":
            point = {"latitude": round(rng.uniform(-60, -50), 6), "longitude": -120.5}  # open sea
            return {"place_name": rng.choice(PLACES), "address": "", "location_information": point}
        if kind == "contact":
            return {
                "contact_information": {
                    "first_name": "Прыклад",
                    "last_name": "Прыкладны",
                    "phone_number": "+999 66 000000",
                }
            }
        fields: Fields = getattr(self._media, kind)(self.now)
        return fields


_ACTIONS = (
    "invite_members",
    "remove_members",
    "join_group_by_link",
    "topic_created",
    "pin_message",
)
_SOURCES = ("Весткі Заазёрска", "Прыдуманы канал", "Вымышленный канал", None)
_URL = "https://example.org/"
