"""How often a page says that it was seen, liked, shared: as it writes it, and as a number."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

MOST: Final = 200
_DEPTH: Final = 20
_NUMBER: Final = re.compile(
    r"(\d{1,3}(?:[ ,.’'\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)\s*([a-zа-яіў.]*)"
)
_GROUPED: Final = re.compile(r"\d{1,3}(?:[ ,.’'\u00a0\u202f]\d{3})+")
_TIMES: Final = {
    "k": 1000, "к": 1000, "тыс": 1000, "m": 10**6, "м": 10**6, "млн": 10**6, "b": 10**9,
}  # fmt: skip
"""English and the region's own short forms."""
_ENOUGH: Final = 2**53


class Count(msgspec.Struct, frozen=True, array_like=True):
    """A count: what of (``WatchAction``, ``views``), as written, as a number, where it stood.

    ``number`` is None where what is written is no number. 1.2K is the number 1200, and may have
    been anything that rounds to it.
    """

    what: str
    stated: str
    number: int | None
    place: str


def normalised(stated: str) -> int | None:
    """The number that ``stated`` means: ``1 234``, ``1.2K``, ``12,5 тыс.``; None if none."""
    found = _NUMBER.fullmatch(stated.strip().lower())
    if not found:
        return None
    written, unit = found[1], found[2].rstrip(".")
    if unit and unit not in _TIMES:
        return None
    times = _TIMES.get(unit, 1)
    if _GROUPED.fullmatch(written) and not unit:
        number = int(re.sub(r"\D", "", written))
    elif times == 1 and not written.isdigit():
        return None  # 1.5 views are none
    else:
        whole, _, part = written.replace(",", ".").partition(".")
        if not (whole + part).isdigit() or len(part) > 9:
            return None
        number = int(whole + part) * times // 10 ** len(part)
    return number if number <= _ENOUGH else None


def found(parsed: LexborHTMLParser) -> list[Count]:
    """The counts of a page: schema.org in JSON-LD and microdata, Open Graph, Telegram's preview."""
    said = [*_linked_data(parsed), *_microdata(parsed), *_open_graph(parsed), *_telegram(parsed)]
    return list(dict.fromkeys(said))[:MOST]


def _count(what: str, stated: str, place: str) -> Count:
    stated = " ".join(stated.split())[:100]
    return Count(what.rpartition("/")[2][:100], stated, normalised(stated), place)


def _linked_data(parsed: LexborHTMLParser) -> Iterator[Count]:
    """https://schema.org/InteractionCounter in scripts of JSON-LD."""
    for node in parsed.css('script[type="application/ld+json" i]'):
        try:
            said = json.loads(node.text())
        except (ValueError, RecursionError):
            continue
        yield from _counters(said, _DEPTH)


def _counters(said: Any, depth: int) -> Iterator[Count]:
    if isinstance(said, list) and depth:
        for each in said:
            yield from _counters(each, depth - 1)
    elif isinstance(said, dict) and depth:
        if "userInteractionCount" in said:
            sort = said.get("interactionType") or said.get("@type") or ""
            sort = sort.get("@type", "") if isinstance(sort, dict) else sort
            yield _count(str(sort), str(said["userInteractionCount"]), "schema.org JSON-LD")
        for each in said.values():
            yield from _counters(each, depth - 1)


def _microdata(parsed: LexborHTMLParser) -> Iterator[Count]:
    for node in parsed.css('[itemtype$="schema.org/InteractionCounter"]'):
        sort, number = (
            node.css_first(f'[itemprop="{name}"]')
            for name in ("interactionType", "userInteractionCount")
        )
        if number is None:
            continue
        said = sort.attributes if sort is not None else {}
        what = said.get("content") or said.get("href") or said.get("itemtype") or ""
        yield _count(
            what, number.attributes.get("content") or number.text(), "schema.org microdata"
        )


def _open_graph(parsed: LexborHTMLParser) -> Iterator[Count]:
    """What sites say in the manner of Open Graph; the protocol itself (ogp.me) knows no counts."""
    for node in parsed.css("meta[property][content]"):
        name = node.attributes["property"] or ""
        if re.fullmatch(
            r"(?:og|ya:ovs|video):(?:\w+[:_])?(?:views|views_total|likes|shares)", name
        ):
            yield _count(name, node.attributes["content"] or "", "Open Graph")


def _telegram(parsed: LexborHTMLParser) -> Iterator[Count]:
    for node in parsed.css(".tgme_widget_message[data-post]"):
        views = node.css_first(".tgme_widget_message_views")
        if views is not None:
            post = node.attributes["data-post"] or ""
            yield _count("views", views.text(), f"Telegram post {post[:100]}")
