"""The public preview of a Telegram channel (t.me/s/NAME), read in the sandbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.capture.live.counts import normalised
from sviedka.capture.live.parsing import tree
from sviedka.capture.live.styles import links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST: Final = 200
"""Posts of one page; Telegram shows 20."""
_LONGEST: Final = 20_000
"""Characters; Telegram allows 4,096 a message."""


class Post(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as the preview shows it.

    ``post`` is ``channel/number``; ``time`` as the page states it (RFC 3339); ``views`` as written
    and as a number; ``unshown`` whether it says that something is to be seen in Telegram only.
    """

    post: str
    time: str = ""
    text: str = ""
    views: str = ""
    views_number: int | None = None
    media: list[str] = []
    reply_to: str = ""
    forwarded: bool = False
    edited: bool = False
    unshown: bool = False


class Preview(msgspec.Struct, frozen=True):
    """A page of a preview: its posts, the oldest first, and where the page before it is."""

    posts: list[Post]
    before: str


decoder: Final = msgspec.msgpack.Decoder(Preview)


def preview(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """One frame: the ``Preview`` that ``source`` is; ``arguments`` is the declared charset."""
    found = read(tree(source.read(), arguments.decode("ascii", "replace")))
    yield msgspec.msgpack.encode(found)


def read(parsed: LexborHTMLParser) -> Preview:
    """What a tree says."""
    posts = [_post(each) for each in parsed.css(".tgme_widget_message[data-post]")[:_MOST]]
    older = parsed.css_first('link[rel="prev"][href], a.tme_messages_more[data-before][href]')
    before = (older.attributes["href"] or "") if older else ""
    return Preview(posts, before)


def _post(node: LexborNode) -> Post:
    views = " ".join(_text(node, ".tgme_widget_message_views").split())[:50]
    time = node.css_first(".tgme_widget_message_date time[datetime]")
    reply = node.css_first("a.tgme_widget_message_reply[href]")
    return Post(
        post=(node.attributes["data-post"] or "")[:200],
        time=((time.attributes["datetime"] or "") if time else "")[:40],
        text=_text(node, ".js-message_text, .tgme_widget_message_text")[:_LONGEST],
        views=views,
        views_number=normalised(views),
        media=list(dict.fromkeys(_media(node)))[:_MOST],
        reply_to=(reply.attributes["href"] or "")[:500] if reply else "",
        forwarded=node.css_first(".tgme_widget_message_forwarded_from") is not None,
        edited=bool(re.search(r"\bedited\b", _text(node, ".tgme_widget_message_meta"))),
        unshown=node.css_first(".message_media_not_supported") is not None,
    )


def _text(node: LexborNode, selector: str) -> str:
    """The text of the last that fits (an answer quotes another before its own), in its lines."""
    found = node.css(selector)
    if not found:
        return ""
    for each in found[-1].css("br"):
        each.replace_with("\n")
    return found[-1].text().strip()


def _media(node: LexborNode) -> Iterator[str]:
    """Pictures of photos and films, and what can be played."""
    for each in node.css("[style]"):
        if "tgme_widget_message" in (each.attributes.get("class") or ""):
            yield from links(each.attributes["style"] or "")
    for each in node.css("video[src], audio[src]"):
        yield each.attributes["src"] or ""
