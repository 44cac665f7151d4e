"""What a page says of itself, read in the sandbox: its media, its text, whether it asks to log in.

This half runs in the child. It imports all that it needs at its top.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from selectolax.lexbor import LexborHTMLParser

from sviedka.capture.live import counts
from sviedka.capture.live.counts import Count
from sviedka.capture.live.styles import links, sources
from sviedka.readers import charsets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from selectolax.lexbor import LexborNode

Role = Literal["icon", "media", "picture", "style"]

MAX_REFERENCES: Final = 2000
MAX_TEXT: Final = 4 << 20
"""Characters; a novel has a fifth of it."""
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]*([\w-]{1,40})", re.IGNORECASE)
_PRESCAN: Final = 1024  # https://html.spec.whatwg.org/#determining-the-character-encoding
_SILENT: Final = ["script", "style", "noscript", "template", "svg"]
_OPEN_GRAPH: Final = re.compile(r"og:(?:image|video|audio)(?::(?:url|secure_url))?")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """Something that a page shows: the URL as written, and what it is to the page."""

    url: str
    role: Role


class Page(msgspec.Struct, frozen=True, array_like=True):
    """A page: its title, the base of its references, what it shows, counts, its text.

    ``asks_password``: it holds a field for a password; ``letters`` is the length of its text
    outside forms.
    """

    title: str
    base: str
    references: list[Reference]
    counts: list[Count]
    text: str
    asks_password: bool
    letters: int


decoder: Final = msgspec.msgpack.Decoder(Page)


def page(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """One frame: the ``Page`` that ``source`` is; ``arguments`` is the declared charset, or b""."""
    yield msgspec.msgpack.encode(read(tree(source.read(), arguments.decode("ascii", "replace"))))


def tree(data: bytes, declared: str) -> LexborHTMLParser:
    """The tree of a page in whatever encoding it is."""
    return LexborHTMLParser(decoded(data, declared))


def decoded(data: bytes, declared: str) -> str:
    """The text of a page: by its byte order mark, as declared, as it says itself, as UTF-8."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    said = _META_CHARSET.search(data[:_PRESCAN])
    name = charsets.known(declared) or charsets.known(said[1].decode() if said else "")
    return data.decode(name or "utf-8", "replace")


def read(parsed: LexborHTMLParser) -> Page:
    """What a tree says."""
    title = parsed.css_first("title")
    base = parsed.css_first("base[href]")
    found = dict.fromkeys(_references(parsed))
    said = counts.found(parsed)
    asks = bool(parsed.css('input[type="password" i]'))
    for each in parsed.css(",".join(_SILENT)):
        each.decompose()
    text = _text(parsed.body)
    for each in parsed.css("form"):
        each.decompose()
    return Page(
        title=" ".join(title.text().split())[:1000] if title else "",
        base=(base.attributes.get("href") or "") if base else "",
        references=list(found)[:MAX_REFERENCES],
        counts=said,
        text=text[:MAX_TEXT],
        asks_password=asks,
        letters=sum(map(str.isalpha, _text(parsed.body))),
    )


def _text(node: LexborNode | None) -> str:
    """The text under a node, a line a block, without empty lines."""
    if node is None:
        return ""
    lines = node.text(separator="\n").splitlines()
    return "\n".join(line for each in lines if (line := " ".join(each.split())))


def _references(parsed: LexborHTMLParser) -> Iterator[Reference]:
    """What a browser would load to show the page, and the media that it could play."""
    yield from _embedded(parsed)
    yield from _linked(parsed)
    for node in parsed.css("style"):
        yield from (Reference(each, "picture") for each in links(node.text()))
    for node in parsed.css("[style]"):
        yield from (Reference(each, "picture") for each in links(node.attributes["style"] or ""))


def _embedded(parsed: LexborHTMLParser) -> Iterator[Reference]:
    for node in parsed.css("img, source, video, audio, embed, object, input[type=image], track"):
        said = node.attributes
        role: Role = "picture" if node.tag in {"img", "input"} else "media"
        for name in ("src", "data", "data-src"):
            yield from _one(said.get(name), role)
        yield from _one(said.get("poster"), "picture")
        for each in sources(said.get("srcset") or ""):
            yield Reference(each, "picture")


def _linked(parsed: LexborHTMLParser) -> Iterator[Reference]:
    for node in parsed.css("link[href]"):
        kinds = (node.attributes.get("rel") or "").lower().split()
        if "stylesheet" in kinds:
            yield from _one(node.attributes["href"], "style")
        elif any(each in {"icon", "apple-touch-icon"} for each in kinds):
            yield from _one(node.attributes["href"], "icon")
    for node in parsed.css("meta[property][content]"):
        if _OPEN_GRAPH.fullmatch(node.attributes["property"] or ""):
            yield from _one(node.attributes["content"], "media")


def _one(url: str | None, role: Role) -> Iterator[Reference]:
    if url and url.strip() and not url.lstrip().lower().startswith("data:"):
        yield Reference(url.strip(), role)
