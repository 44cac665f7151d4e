"""What a site's robots.txt (RFC 9309) says about a page: noted, not obeyed.

It is written for programs that gather the web by themselves. Here a person asks for one page to
keep it as evidence, as with a browser; who does away with evidence could otherwise forbid keeping
it by one line. A court may ask what the site had said: so it is noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal
from urllib.robotparser import RobotFileParser

from sviedka.capture.live import address, content
from sviedka.capture.live.exchange import FetchError, Request
from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.capture.live.visit import Visit

Robots = Literal["allowed", "disallowed", "none", "unknown"]

_LIMIT: Final = 500 << 10
"""Bytes that RFC 9309, §2.5, has everyone read."""


def note(visit: Visit, url: str) -> Robots:
    """What the robots.txt of a page's server says about it to everyone; it is recorded too."""
    try:
        answer = visit.follow(Request("GET", address.parse(url)._replace(target="/robots.txt").url))
    except FetchError:
        return "unknown"
    if answer.status >= 500:
        return "unknown"
    if answer.status != 200:  # RFC 9309, §2.3.1.3
        return "none"
    try:
        text = _beginning(content.pieces(answer.headers, answer.body.blocks()))
    except FormatError:
        return "unknown"
    rules = RobotFileParser()
    rules.parse(text.decode("utf-8", "replace").splitlines())
    return "allowed" if rules.can_fetch("*", url) else "disallowed"


def _beginning(pieces: Iterable[bytes]) -> bytes:
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > _LIMIT:
            break
    return bytes(found[:_LIMIT])
