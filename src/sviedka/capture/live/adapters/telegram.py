"""Public Telegram channels, through the preview that Telegram shows to everyone: t.me/s/NAME.

A channel that shows no preview is not captured: nothing here joins or logs in.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

from sviedka.capture.live import address
from sviedka.capture.live.adapters.page import PageAdapter, plain
from sviedka.capture.live.exchange import FetchError
from sviedka.capture.live.looking import look
from sviedka.capture.live.previews import Post, decoder
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.capture.live.adapters import Captured, Options
    from sviedka.capture.live.previews import Preview
    from sviedka.capture.live.visit import Visit

PARSER: Final = "sviedka.capture.live.previews:preview"
HOSTS: Final = frozenset({"t.me", "telegram.me", "www.t.me"})
_CHANNEL: Final = re.compile(r"/(?:s/)?([A-Za-z]\w{3,31})(?:/(\d{1,18}))?/?")
_OTHERS: Final = frozenset(
    {"addemoji", "addlist", "addstickers", "addtheme", "boost", "giftcode", "joinchat", "login",
     "proxy", "setlanguage", "share", "socks"}
)  # fmt: skip
"""First parts of paths that are no channels: https://core.telegram.org/api/links."""


class TelegramAdapter:
    """Captures the newest pages of a channel's preview: posts, times, views, media."""

    name = "telegram"

    def fits(self, url: str) -> bool:
        """Whether this is a channel, or one of its messages, at Telegram's own address."""
        parts = urlsplit(url.strip())
        return parts.hostname in HOSTS and channel(parts.path) is not None

    def versions(self) -> Mapping[str, str]:
        """Nothing besides what every capture uses."""
        return {}

    def capture(self, visit: Visit, url: str, options: Options) -> Captured:
        """The first page as any page, with its picture; then the pages before it."""
        found = channel(urlsplit(url).path)
        if found is None:
            raise FetchError("this is no address of a Telegram channel", "address", where=url)
        name, number = found
        target = f"/s/{name}/{number}" if number else f"/s/{name}"
        first = PageAdapter().capture(
            visit, address.parse(url)._replace(target=target).url, options
        )
        if not urlsplit(first.final_url).path.startswith("/s/"):
            visit.note(first.final_url, "login_wall", "this channel shows no public preview")
            return replace(first, wall=first.wall or "redirect")
        posts: dict[str, Post] = {}
        for shown in _previews(visit, first, options.pages):
            for post in shown.posts:
                posts.setdefault(post.post, post)
        ordered = sorted(posts.values(), key=_number)
        for post in ordered:
            if post.unshown:
                visit.note(post.post, "missing", "Telegram shows this in its application only")
        return replace(first, posts=[_object(each) for each in ordered])


def _previews(visit: Visit, page: Captured, pages: int) -> Iterator[Preview]:
    """The posts of a page and of those before it, ``pages`` in all; what cannot be had is noted."""
    seen: set[str] = set()
    while True:
        seen.add(page.final_url)
        shown = _preview(visit, page)
        if shown is None:
            return
        yield shown
        before = address.joined(page.final_url, shown.before) if shown.before else None
        if before is None or before in seen or len(seen) >= pages:
            return
        try:
            page = plain(visit, before)
        except FetchError as error:
            visit.failed(before, error)
            return
        if page.status >= 400:
            visit.note(before, "missing", f"the server answered {page.status}")


def channel(path: str) -> tuple[str, str] | None:
    """The channel that a path names, and the message or ""; None if it names none."""
    found = _CHANNEL.fullmatch(path)
    if found is None or found[1].lower() in _OTHERS:
        return None
    return found[1], found[2] or ""


def _preview(visit: Visit, page: Captured) -> Preview | None:
    """The posts of a page; None, and noted, if it cannot be read."""
    try:
        return look(PARSER, page.html, decoder, "utf-8")
    except InputError as error:
        visit.note(page.final_url, "unread", error.what)
        return None


def _number(post: Post) -> tuple[int, str]:
    number = post.post.rpartition("/")[2]
    return (int(number) if number.isdecimal() and len(number) < 19 else 0, post.post)


def _object(post: Post) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(post)
    return found
