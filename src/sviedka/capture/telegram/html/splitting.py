"""Where each message of a page lies: found by its tags alone, bounded in memory.

Telegram Desktop (``export_output_html.cpp``) writes a message as one ``div`` of the class
``message``, and escapes whatever people wrote; so ``div`` tags are the page's own, and balance. The
classes are the same in every language of the application.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.telegram.scanner import MOST, Unread
from sviedka.capture.telegram.window import WINDOW, Window
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.telegram.window import Source

DEPTH: Final = 64
"""Levels of ``div`` in a message; Telegram's own have eight."""
TAGS: Final = 4_000
"""Tags in a message that may hold others. Telegram allows 100 marks on a text, its buttons and
reactions make some hundreds. Lexbor needs the square of their depth in time."""
LONGEST_TAG: Final = 1 << 15
"""Bytes of one tag; the longest are links, of a few thousand letters."""
_HEAD: Final = 1 << 18
"""Bytes in which the head of a page ends: a title, some links."""

_START = re.compile(
    rb"""<div\b[^<>]{0,512}?\bclass=["']?message[ ](?:default|service)\b[^<>]{0,512}>"""
)
_LONGEST_START: Final = 1_100
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LEAVES = frozenset({b"br", b"img"})
_DIV = b"div"
_TITLE = re.compile(rb"""class=["']?text bold\b[^<>]{0,512}>(.{0,65536}?)</""", re.DOTALL)
_CHAT = re.compile(rb"""class=["']?(?:page_body chat_page|history)\b""")


class Piece(NamedTuple):
    """A message: its place in the page, and its bytes."""

    offset: int
    raw: bytes


class Head(NamedTuple):
    """What stands above the messages: the chat's title as HTML; None if there is none."""

    title: bytes | None


def split(
    source: Source, *, window: int = WINDOW, most: int = MOST
) -> Iterator[Head | Piece | Unread]:
    """The head of a page, then its messages in order.

    A message of more than ``most`` bytes, 4,000 tags or 64 levels is passed over (``too_large``),
    also one in which another begins before it ends (``no_object``). InputError if it is no page of
    a chat, and, after the last whole message, if the page ends inside one.
    """
    view = Window(source, 0, window)
    while len(view.data) < _HEAD and view.more():
        pass
    first = _START.search(view.data)
    head = view.data[: first.start() if first else _HEAD]
    if not (first or _CHAT.search(head)):
        raise InputError(
            "it is no page of a Telegram export", do="look whether the file is whole, and UTF-8"
        )
    title = _TITLE.search(head)
    yield Head(title[1] if title else None)
    while _seek(view):
        yield _piece(view, most)


def _seek(view: Window) -> bool:
    """Move to where the next message begins; False if there is none."""
    while True:
        found = _START.search(view.data, view.at)
        if found:
            view.at = found.start()
            return True
        view.at = max(view.at, len(view.data) - _LONGEST_START)
        if not view.more():
            return False


def _piece(view: Window, most: int) -> Piece | Unread:
    """Move over the message that begins here."""
    start = view.offset
    view.hold(most)
    depth = deepest = tags = 0
    while depth or view.offset == start:
        tag = _tag(view)
        if tag is None:
            view.at = start - view.base
            raise view.error(
                "the page ends inside a message",
                "it was cut off: export it again; what came before is whole",
            )
        name, closes, size = tag
        if depth and name == _DIV and not closes and _START.match(view.data, view.at):
            view.taken()
            return Unread(start, view.offset - start, "no_object")
        view.at += size
        tags += TAGS if size > LONGEST_TAG else not closes and name not in _LEAVES
        if name == _DIV:
            depth += -1 if closes else 1
            deepest = max(deepest, depth)
    raw = view.taken()
    if raw is None or tags > TAGS or deepest > DEPTH:
        return Unread(start, view.offset - start, "too_large")
    return Piece(start, raw)


def _tag(view: Window) -> tuple[bytes, bytes, int] | None:
    """Move to the next tag: its name, a slash if it closes, its size; None if there is none.

    Of one that is longer than any, only the beginning is told.
    """
    while True:
        found = _TAG.search(view.data, view.at)
        view.at = found.start() if found else max(view.at, len(view.data) - 2)
        if found:
            longest = found.start() + LONGEST_TAG
            end = view.data.find(b">", found.end(), longest) + 1
            if end:
                return found[2], found[1], end - found.start()
            if longest < len(view.data):
                return found[2], found[1], LONGEST_TAG + 1
        if not view.more():
            return None
