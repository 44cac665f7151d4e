"""Which of a page's requests are made.

A visit looks and changes nothing. Whatever only reads (GET, HEAD, OPTIONS: the safe methods of
RFC 9110, §9.2.1) is asked of anyone, as a reader's browser would. A POST goes only to the page's
own host, and only a short one: many sites fetch their text so, and it tells them nothing that they
do not learn from the visit itself. Whatever exists to tell somebody about the reader is not sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

    from sviedka.capture.live.browser.messages import Asked

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_TELLING: Final = {
    "CSPViolationReport": "a report about the page",
    "Ping": "a beacon",
    "Prefetch": "a page that nobody opened",
}
"""Network.ResourceType of requests that show nothing."""
_STREAM: Final = "text/event-stream"  # https://html.spec.whatwg.org/#server-sent-events
QUESTION: Final = 1 << 16
"""Bytes of a POST: a query is far shorter, an upload longer."""


def host(url: str) -> str:
    """The host that a URL names, in lower case; "" if it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def refusal(asked: Asked, sort: str, body: bytes | None, own: Collection[str]) -> str:
    """Why a request is not made; "" if it is.

    ``sort`` is its Network.ResourceType, ``body`` what it would send (None: not known), ``own`` the
    hosts of the page and of the addresses that led to it.
    """
    if not asked.url.lower().startswith(("http://", "https://")):
        return "neither http nor https"
    if sort in _TELLING:
        return _TELLING[sort]
    accept = next((each for name, each in asked.headers.items() if name.lower() == "accept"), "")
    if _STREAM in accept.lower():
        return "a stream without end"
    if asked.method in _SAFE:
        return "" if body == b"" else "a question with a body"
    if asked.method == "POST":
        return _post(asked.url, body, own)
    return f"{asked.method} would change something"


def _post(url: str, body: bytes | None, own: Collection[str]) -> str:
    if host(url) not in own:
        return "a POST to another site"
    return "" if body is not None and len(body) <= QUESTION else "a POST of many bytes"
