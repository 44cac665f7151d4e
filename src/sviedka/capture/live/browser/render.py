"""A page from its address to its picture."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import sandbox
from sviedka.capture.live.browser import messages as say
from sviedka.capture.live.browser.chromium import running
from sviedka.capture.live.browser.faults import Faults
from sviedka.capture.live.browser.limits import Limits
from sviedka.capture.live.browser.messages import read
from sviedka.capture.live.browser.page import CallError, CrashedError, Page
from sviedka.capture.live.browser.picture import markup, picture
from sviedka.capture.live.browser.pipe import BrowserGoneError
from sviedka.capture.live.browser.serving import Bell, Serving
from sviedka.capture.live.fetcher import AGENT
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sviedka.capture.live.browser.faults import Fault
    from sviedka.capture.live.exchange import Exchange, Request

VIEWPORT: Final = (1280, 1024)
_DEFAULT: Final = Limits()
_STEP: Final = """
(() => {
    const top = window.scrollY;
    window.scrollBy({top: window.innerHeight, behavior: "instant"});
    return window.scrollY > top && window.scrollY < %d;
})()
"""
_TOP: Final = 'window.scrollTo({top: 0, left: 0, behavior: "instant"})'
_BREATH: Final = 0.15
"""Seconds that a page has after each step down, to ask for what comes into view."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it was shown. What could not be had is empty, and ``faults`` say why.

    ``dom`` is HTML in UTF-8 as scripts have made it, ``picture`` a PNG of the whole page;
    ``faults`` have one line each, ``SORT: what``, with the sorts of ``faults.Fault``; ``version``
    is the browser's.
    """

    final_url: str
    title: str
    dom: bytes
    picture: bytes
    faults: tuple[str, ...]
    version: str


def render(  # noqa: PLR0913 - what, how, and four ways to say more
    url: str,
    fetch: Callable[[Request], Exchange],
    *,
    chromium: Path,
    viewport: tuple[int, int] = VIEWPORT,
    limits: Limits = _DEFAULT,
    agent: str = AGENT,
) -> Rendered:
    """Show ``url`` in ``chromium``, which is handed what ``fetch`` gives and reaches nothing else.

    ``fetch`` is called from ``limits.at_once`` threads and not after this has returned; FetchError
    and FormatError of it are faults of the page, all else is raised. ``agent`` is what scripts are
    told that the browser is. NotFoundError and SandboxError if there is no browser that starts.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise UsageError("only http and https pages are shown", where=url[:200])
    faults = Faults()
    with closing(Bell()) as bell, closing(Serving(fetch, limits, faults, bell)) as serving:
        with running(chromium, sandbox.describe().wrap, bell.listening, limits) as browser:
            for each in browser.weaker:
                faults.note("unconfined", each)
            visit = _Visit(Page(browser.pipe, serving, faults, limits), serving, faults, limits)
            try:
                visit.go(url, viewport, agent)
            except (BrowserGoneError, CrashedError) as error:
                faults.note("crashed", str(error))
        return Rendered(
            visit.url or url, visit.title, visit.dom, visit.picture, faults.told(), browser.version
        )


class _Visit:
    """What is done with a page, one after the other; what is had so far stays if it crashes."""

    def __init__(self, page: Page, serving: Serving, faults: Faults, limits: Limits) -> None:
        self._page, self._serving, self._faults, self._limits = page, serving, faults, limits
        self.url = self.title = ""
        self.dom = self.picture = b""

    def go(self, url: str, viewport: tuple[int, int], agent: str) -> None:
        page, limits = self._page, self._limits
        until = time.monotonic() + limits.load
        try:
            page.open(viewport, agent)
            failed = page.navigate(url, limits.load)
        except CallError as error:
            failed = str(error)
        if failed:
            self._faults.note("navigation", failed)
            return
        if not self._come_to_rest(until, needs_load=True):
            self._faults.note("limit", f"still loading after {limits.load:g} seconds")
        self._scroll(viewport)
        self._look(viewport)

    def _come_to_rest(self, until: float, *, needs_load: bool = False) -> bool:
        """Wait until nothing was under way for a while; False if ``until`` comes first.

        A script that never gives the page its turn is stopped.
        """
        page, limits = self._page, self._limits
        asked, number = time.monotonic(), page.begin("Runtime.evaluate", {"expression": "0"})
        try:
            while (now := time.monotonic()) < until:
                if page.ended(number):
                    rest = self._serving.rest
                    if (page.loaded or not needs_load) and rest and now - rest >= limits.quiet:
                        return True
                    if now - asked > 1:
                        page.forget(number)
                        number = page.begin("Runtime.evaluate", {"expression": "0"})
                        asked = now
                elif now - asked > limits.stuck:
                    self._stop("a script that did not end was stopped")
                    asked = until
                page.turn(min(until, now + limits.quiet / 2))
        finally:
            page.forget(number)
        return False

    def _stop(self, why: str) -> None:
        self._faults.note("script", why)
        self._page.stop_scripts()

    def _scroll(self, viewport: tuple[int, int]) -> None:
        """Go down once, so that pictures that wait to be seen are loaded, and back."""
        limits = self._limits
        until = time.monotonic() + limits.scroll
        step = _STEP % (limits.height - viewport[1])
        try:
            more = True
            while more and time.monotonic() < until:
                more = bool(self._run(step))
                self._breathe()
            self._come_to_rest(until)
            self._run(_TOP)
            self._breathe()
        except CallError as error:
            if error.slow:
                self._stop("a script that did not end was stopped")

    def _breathe(self) -> None:
        """Give the page a moment to notice what has come into view."""
        until = time.monotonic() + _BREATH
        while time.monotonic() < until:
            self._page.turn(until)

    def _run(self, script: str) -> object:
        """Run a script of ours, in a world that the page's scripts do not reach."""
        page, stuck = self._page, self._limits.stuck
        frame = {"frameId": page.target}
        world = read(page.call("Page.createIsolatedWorld", frame, seconds=stuck), say.World)
        asked = {
            "expression": script,
            "contextId": world.execution_context_id,
            "returnByValue": True,
        }
        answer = read(page.call("Runtime.evaluate", asked, seconds=stuck), say.Evaluated)
        return msgspec.json.decode(answer.result.value)

    def _look(self, viewport: tuple[int, int]) -> None:
        page, limits, faults = self._page, self._limits, self._faults

        def address() -> None:
            shown = page.where(limits.shot)
            self.url, self.title = shown.url, shown.title

        def text() -> None:
            self.dom = markup(page, limits)

        def look() -> None:
            self.picture = picture(page, viewport, limits, faults)

        self._twice(address, "no text")
        self._twice(text, "no text")
        self._twice(look, "no picture")

    def _twice(self, have: Callable[[], None], fault: Fault) -> None:
        """Once more with scripts stopped, if the page changes under our hands."""
        for again in (True, False):
            try:
                return have()
            except CallError as error:
                if error.slow or not again:
                    return self._faults.note(fault, str(error))
            self._stop("a page that never stood still was stopped")
        return None
