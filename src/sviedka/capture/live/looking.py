"""Looking into pages: the parser runs in the sandbox, what it found comes back typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from sviedka import sandbox
from sviedka.capture.contents.spool import spooled
from sviedka.errors import FormatError, InputError, SandboxError

if TYPE_CHECKING:
    from sviedka.capture.live.exchange import Exchange
    from sviedka.capture.live.visit import Visit

_T = TypeVar("_T")

_LIMITS: Final = sandbox.Limits(memory=1 << 30, cpu=30, wall=60.0, output=64 << 20, frame=64 << 20)
_CHARSET: Final = re.compile(r"charset=[\"' ]*([\w-]{1,40})", re.IGNORECASE)
_LOOKS: Final = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BINARY: Final = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"MZ", b"7z\xbc\xaf",
)  # fmt: skip
_BEGINNING: Final = 4096
_MARKUP: Final = ("text/html", "application/xhtml+xml")


def look(parser: str, data: bytes, decoder: msgspec.msgpack.Decoder[_T], declared: str = "") -> _T:
    """What ``parser`` makes of a page ; InputError if it is beyond bounds."""
    try:
        with spooled([data], "a page") as source:
            frames = sandbox.run(parser, source, arguments=declared.encode(), limits=_LIMITS)
            return decoder.decode(b"".join(frames))
    except (SandboxError, msgspec.MsgspecError) as error:
        raise InputError(f"this page could not be read: {error}") from error


def markup(visit: Visit, exchange: Exchange) -> bytes | None:
    """The HTML of an answer; None if it is none, whatever it says that it is. Lies are noted."""
    kind = media_type(exchange)
    try:
        data = exchange.content()
    except FormatError as error:
        visit.note(exchange.url, "content", error.what)
        return None
    if kind in _MARKUP or not kind:
        if data.startswith(_BINARY):
            visit.note(exchange.url, "type", f"it is no page, though it says {kind or 'nothing'}")
            return None
        return data
    if _LOOKS.match(data[:_BEGINNING]):
        visit.note(exchange.url, "type", f"it is a page, though it says {kind}")
        return data
    return None


def media_type(exchange: Exchange) -> str:
    """The media type that an answer states, in lower case; "" if it states none."""
    return exchange.header("content-type").partition(";")[0].strip().lower()


def charset(exchange: Exchange) -> str:
    """The charset that an answer states, or ""."""
    found = _CHARSET.search(exchange.header("content-type"))
    return found[1] if found else ""


def pretends(exchange: Exchange) -> bool:
    """Whether an answer that was to be a picture or a video is a page."""
    if media_type(exchange) in _MARKUP:
        return True
    first = next(exchange.body.blocks(), b"")
    return bool(_LOOKS.match(first[:_BEGINNING]))
