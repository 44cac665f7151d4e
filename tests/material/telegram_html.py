"""Telegram Desktop's HTML exports of the same invented chats as in JSON (``telegram.py``).

Markup, indentation and escapes follow ``export_output_html.cpp``. The application writes its words
in English; here they come in any language, since nothing that reads them may rest on a word.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tests.material.media import Media
from tests.material.messages import Talk
from tests.material.tdesktop import JsonStream
from tests.material.telegram import NAMES, chat_of, stream_chat
from tests.material.telegram_markup import Markup, escaped, formatted
from tests.material.telegram_media import hang
from tests.material.telegram_words import ENGLISH, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.material.messages import Chat
    from tests.material.tdesktop import Fields

PAGE: Final = 1000
_JOINED: Final = 900
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Style:
    """How an export is written: in which words, with which offset stated, how many to a page.

    ``folder`` is that of the chat in a whole account's export.
    """

    words: Words = ENGLISH
    offset: str = "UTC+03:00"
    page: int = PAGE
    folder: str = ""


def write_pages(
    out: Path,
    chat: Chat,
    messages: Iterable[Fields],
    style: Style = Style(),
) -> Path:
    """Write ``messages`` as the pages of a chat into ``out``; returns the first."""
    out.mkdir(parents=True, exist_ok=True)
    book = _Book(out, chat, style)
    for message in messages:
        book.add(message)
    book.close()
    return out / "messages.html"


def write_both(  # noqa: PLR0913 - what can be asked for, each by name
    out: Path,
    *,
    kind: str = "public_supergroup",
    messages: int = 300,
    seed: int = 1,
    media: int = 20,
    people: int = 24,
    style: Style = Style(),
    html: Path | None = None,
) -> Path:
    """One chat in both formats, in one folder unless ``html`` is another."""
    rng = Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    chat = chat_of(kind, rng, people)
    told = list(islice(Talk(chat, rng, Media(out, "", rng, media)).messages(), messages))
    with (out / "result.json").open("wb") as file:
        stream_chat(JsonStream(file), chat, told)
    write_pages(html or out, chat, told, style)
    return out


class _Book:
    """The pages of a chat, one after another."""

    def __init__(self, out: Path, chat: Chat, style: Style) -> None:
        self._out = out
        self._chat = chat
        self._style = style
        self._count = 0
        self._dividers = 0
        self._last: list[int] = []
        self._previous: Fields | None = None
        self._page: Markup | None = None

    def add(self, message: Fields) -> None:
        if self._page is None or self._count % self._style.page == 0:
            self._turn()
        day = (self._previous or {}).get("date", "")[:10]
        if "date" in message and message["date"][:10] != day:
            self._dividers -= 1
            self._service(self._dividers, self._style.words.day(message["date"]))
        self._message(message)
        self._previous = message if "date" in message else {**message, "date": day + "T"}
        self._count += 1

    def close(self) -> None:
        if self._page is None:
            self._turn()
            self._service(-1, "No exported messages")
        self._write(self._count // self._style.page if self._count else 0)

    @property
    def page(self) -> Markup:
        assert self._page is not None
        return self._page

    def _turn(self) -> None:
        """End a page, and begin the next."""
        index = self._count // self._style.page
        if self._page is not None and self._previous:
            self._link(_name(index), self._style.words.next)
            self._write(index - 1)
            self._last.append(self._previous["id"])
        base = "../../" if self._style.folder else ""
        self._page = Markup.begun(base, self._chat.name or self._style.words.deleted)
        self._previous = None
        if index:
            self._link(_name(index - 1), self._style.words.previous)

    def _link(self, href: str, text: str) -> None:
        self.page.put("a", text, {"class": "pagination block_link", "href": href})

    def _write(self, index: int) -> None:
        last = (self._count - 1) // self._style.page if self._count else 0
        self.page.finish()
        (self._out / _name(min(index, last))).write_text(self.page.text, newline="")

    def _service(self, number: int, text: str) -> None:
        page = self.page
        page.push("div", {"class": "message service", "id": f"message{number}"})
        page.put("div", text, {"class": "body details"})
        page.pop()

    def _message(self, message: Fields) -> None:
        if message["type"] == "message":
            self._default(message)
            return
        words = self._style.words
        who = escaped(message.get("actor") or words.deleted)
        said = f"{who} {escaped(str(message.get('action', words.unsupported)))}"
        if message.get("action") == "pin_message":
            said += " " + self._go(message["message_id"])
        for name in message.get("members", ()):
            said += " " + escaped(name or words.deleted)
        self._service(message["id"], said)

    def _default(self, message: Fields) -> None:
        page, words = self.page, self._style.words
        wrap = self._needs_wrap(message)
        kinds = "message default clearfix" + ("" if wrap else " joined")
        page.push("div", {"class": kinds, "id": f"message{message['id']}"})
        if wrap:
            page.push("div", {"class": "pull_left userpic_wrap"})
            page.userpic(message.get("from"), _colour(message.get("from_id")))
            page.pop()
        page.push("div", {"class": "body"})
        title = f"{_local(message['date'])} {self._style.offset}".rstrip()
        clock = message["date"][11:16]
        page.put("div", clock, {"class": "pull_right date details", "title": title})
        via = f" {words.via} {message['via_bot']}" if "via_bot" in message else ""
        forwarded = "forwarded_from" in message
        if wrap:
            name = _composed(message.get("from"), words.deleted)
            page.put("div", escaped(name) + ("" if forwarded else via), {"class": "from_name"})
        if forwarded:
            self._forwarded(message, via)
        if "reply_to_message_id" in message:
            reply = f"{words.reply} {self._go(message['reply_to_message_id'])}"
            page.put("div", reply, {"class": "reply_to details"})
        hang(page, message, words, self._out, self._base)
        text = formatted(message["text"], self._base)
        if text:
            page.put("div", text, {"class": "text"})
        page.buttons(message.get("inline_bot_buttons", []))
        if "author" in message:
            page.put("div", escaped(message["author"]), {"class": "signature details"})
        if forwarded:
            page.pop()
        page.reactions(message.get("reactions", []))
        page.pop()
        page.pop()

    @property
    def _base(self) -> str:
        return f"../../{self._style.folder}/" if self._style.folder else ""

    def _forwarded(self, message: Fields, via: str) -> None:
        page, words = self.page, self._style.words
        name, colour = message["forwarded_from"], _colour(message.get("forwarded_from_id"))
        page.push("div", {"class": "pull_left forwarded userpic_wrap"})
        page.userpic(name, colour)
        page.pop()
        page.push("div", {"class": "forwarded body"})
        date = _local(message["date"])
        title = f"{date} {self._style.offset}".rstrip()
        span = f'<span class="date details" title="{title}"> {date}</span>'
        shown = escaped(_composed(name, words.deleted)) + via + span
        page.put("div", shown, {"class": "from_name"})

    def _go(self, number: int) -> str:
        """A link to a message: on this page, or on the one that has it."""
        for index, last in enumerate(self._last):
            if number <= last:
                at = f'<a href="{_name(index)}#go_to_message{number}">'
                return f"{at}{self._style.words.this}</a>"
        click = f'onclick="return GoToMessage({number})"'
        return f'<a href="#go_to_message{number}" {click}>{self._style.words.this}</a>'

    def _needs_wrap(self, message: Fields) -> bool:
        before = self._previous
        if not before or before["type"] != "message" or before["date"][:10] != message["date"][:10]:
            return True
        same = ("from_id", "via_bot", "forwarded_from", "forwarded_from_id")
        if any(before.get(key) != message.get(key) for key in same) or "from_id" not in message:
            return True
        seconds = int(message["date_unixtime"]) - int(before["date_unixtime"])
        return abs(seconds) > (1 if "forwarded_from" in message else _JOINED)


def _name(index: int) -> str:
    return f"messages{index + 1 if index else ''}.html"


def _local(date: str) -> str:
    return f"{datetime.fromisoformat(date):%d.%m.%Y %H:%M:%S}"


def _composed(name: str | None, nobody: str) -> str:
    """First name, a blank, last name: also where there is no last name."""
    if not name:
        return nobody
    first, _, last = name.partition(" ")
    return f"{first} {last}"


def _colour(peer: str | None) -> int:
    digits = _DIGITS.search(peer or "0")
    return int(digits[0]) % 7 + 1 if digits else 1


def main() -> None:
    """Write one export in HTML, or in both formats."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.material.telegram_html", description=__doc__
    )
    parser.add_argument("out", type=Path, help="the export's folder")
    parser.add_argument("--kind", choices=[*NAMES], default="public_supergroup")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--media", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_both(
        given.out, kind=given.kind, messages=given.messages, media=given.media, seed=given.seed
    )


if __name__ == "__main__":
    main()
