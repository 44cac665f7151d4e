"""Any page: as a browser shows it where there is one, else the page and the media in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sviedka.capture.live import address, walls
from sviedka.capture.live.adapters import Captured
from sviedka.capture.live.exchange import Request
from sviedka.capture.live.looking import charset, look, markup, media_type, pretends
from sviedka.capture.live.parsing import decoder
from sviedka.capture.live.styles import links
from sviedka.errors import FormatError, InputError, NotFoundError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.capture.live.adapters import Options
    from sviedka.capture.live.exchange import Exchange
    from sviedka.capture.live.parsing import Page
    from sviedka.capture.live.visit import Trouble, Visit

PARSER: Final = "sviedka.capture.live.parsing:page"
_ACCEPT: Final = (
    (b"Accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (b"Accept-Language", b"en-US,en;q=0.9"),
)
"""What the most common browser says: a language would tell readers apart."""
_STYLES: Final = 3
"""Style sheets within style sheets that are followed."""


class PageAdapter:
    """Captures any page."""

    name = "page"

    def fits(self, url: str) -> bool:
        """Every URL is one of a page."""
        return url.lower().startswith(("http://", "https://"))

    def versions(self) -> Mapping[str, str]:
        """Nothing besides what every capture uses."""
        return {}

    def capture(self, visit: Visit, url: str, options: Options) -> Captured:
        """The page in the browser, then what the browser left out; without one, all of it here."""
        shown = _shown(visit, url, options) if options.chromium else None
        return shown or plain(visit, url)


def plain(visit: Visit, url: str) -> Captured:
    """The page and what it shows, without a browser."""
    exchange = visit.follow(Request("GET", url, _ACCEPT))
    data = markup(visit, exchange)
    page = None if data is None else parsed(visit, exchange.url, data, charset(exchange))
    if page is not None:
        gather(visit, exchange.url, page)
    return replace(_understood(url, exchange.url, exchange.status, page), html=data or b"")


def _shown(visit: Visit, url: str, options: Options) -> Captured | None:
    """The page as the browser shows it; None, and noted, if the browser does not."""
    from sviedka.capture.live.browser import render  # noqa: PLC0415 - only where there is one

    if options.chromium is None:
        return None
    try:
        shown = render(url, visit.fetch, chromium=options.chromium, agent=options.agent)
    except (NotFoundError, SandboxError) as error:
        visit.note(url, "browser", str(error))
        return None
    for each in shown.faults:
        visit.note(url, "browser", each)
    final = address.parse(shown.final_url).url if address.joined(url, shown.final_url) else ""
    # A script may have changed the address since: the document is then what was asked for.
    answer = visit.document(final) or visit.document(url)
    if answer is None or not shown.dom:
        return None
    for part in visit.resources:
        if part.status >= 400 and part.url != final:
            _missing(visit, part.url, part.url, part.status)
    page = parsed(visit, final, shown.dom, "utf-8")
    if page is not None:
        gather(visit, final, page)
    understood = _understood(url, final, answer.status, page)
    return replace(
        understood, title=shown.title or understood.title, dom=shown.dom, picture=shown.picture,
        browser=shown.version, html=shown.dom,
    )  # fmt: skip


def _understood(asked: str, final: str, status: int, page: Page | None) -> Captured:
    wall = walls.wall(asked, final, status, page)
    if page is None:
        return Captured(final, status, wall=wall)
    return Captured(final, status, page.title, page.text, page.counts, wall)


def parsed(visit: Visit, url: str, data: bytes, declared: str) -> Page | None:
    """What a page says; None, and noted, if it cannot be read."""
    try:
        return look(PARSER, data, decoder, declared)
    except InputError as error:
        visit.note(url, "unread", error.what)
        return None


def gather(visit: Visit, url: str, page: Page) -> None:
    """Fetch what a page shows and was not fetched yet; what cannot be had is noted."""
    base = address.joined(url, page.base) or url if page.base else url
    sheets: list[Exchange] = []
    for reference in page.references:
        found = address.joined(base, reference.url)
        if found is None or visit.has(found):
            continue
        exchange = _part(visit, found, url)
        if exchange is None:
            continue
        if reference.role == "style":
            sheets.append(exchange)
        elif reference.role in {"picture", "media"} and pretends(exchange):
            visit.note(exchange.url, "type", "a page came where a picture or a video was to be")
    for _ in range(_STYLES):
        sheets = [each for sheet in sheets for each in _styled(visit, sheet)]


def _styled(visit: Visit, sheet: Exchange) -> list[Exchange]:
    """Fetch what a style sheet refers to; the style sheets among it."""
    try:
        css = sheet.content().decode("utf-8", "replace")
    except FormatError:
        return []  # noted when it was fetched
    found = []
    for each in dict.fromkeys(links(css)):
        url = address.joined(sheet.url, each)
        if url is not None and not visit.has(url):
            exchange = _part(visit, url, sheet.url)
            if exchange is not None and media_type(exchange) == "text/css":
                found.append(exchange)
    return found


def _part(visit: Visit, url: str, of: str) -> Exchange | None:
    """Fetch a part of a page; None, and noted, if it is not to be had."""
    referer = address.parse(of)
    # https://www.w3.org/TR/referrer-policy/, strict-origin-when-cross-origin, as browsers have it
    whole = address.same_site(url, of) and not (of.startswith("https:") and url.startswith("http:"))
    said = referer.url if whole else referer._replace(target="/").url
    exchange = visit.attempt(Request("GET", url, ((b"Referer", said.encode("ascii")),)))
    if exchange is None or exchange.status < 400:
        return exchange
    _missing(visit, url, exchange.url, exchange.status)
    return None


def _missing(visit: Visit, asked: str, final: str, status: int) -> None:
    """Note that a part of the page was refused."""
    trouble: Trouble = "login_wall" if walls.wall(asked, final, status, None) else "missing"
    visit.note(final, trouble, f"the server answered {status}")
