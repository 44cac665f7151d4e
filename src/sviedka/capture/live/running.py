"""A run: what its captures have in common, and each of them from its URL into the archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sviedka.capture.intake import importing
from sviedka.capture.live import address
from sviedka.capture.live.adapters import Options
from sviedka.capture.live.capturing import Capture, capture
from sviedka.capture.live.connecting import Proxy, Straight, Through, trust
from sviedka.capture.live.fetcher import AGENT, Fetcher
from sviedka.capture.live.importing import Sealed, Terms, seal
from sviedka.capture.live.limits import Limits
from sviedka.capture.live.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sviedka.capture.live.adapters import Adapter
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving


@dataclass(frozen=True)
class Means:
    """With what pages are captured. ``authorities``: a PEM file of certificates to believe too."""

    chromium: Path | None = None
    proxy: Proxy | None = None
    authorities: Path | None = None
    agent: str = AGENT
    limits: Limits = field(default_factory=Limits)


class Run:
    """Captures one after another, each within limits of its own."""

    def __init__(
        self,
        archive: Archive,
        means: Means,
        *,
        collector: str = "",
        purpose: str = "",
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._archive = archive
        self._means = means
        self._context = trust(means.authorities)
        self.waiting = waiting
        proxied = means.proxy is not None
        self.terms = Terms(archive.random(16).hex(), collector, proxied, purpose)

    def fetcher(self, url: str) -> Fetcher:
        """A fetcher for one capture: the server that the person named may be anywhere."""
        resolver = Resolver({address.parse(url).host})
        means = self._means
        connector = (
            Through(means.proxy, resolver, self._context)
            if means.proxy
            else Straight(resolver, self._context)
        )
        return Fetcher(connector, means.limits, agent=means.agent, now=self._archive.now)

    def capture(
        self, url: str, adapter: Adapter, *, browser: bool = True, pages: int = 1
    ) -> Capture:
        """Capture one URL; nothing is written. FetchError if it is none of a page."""
        means = self._means
        options = Options(means.chromium if browser else None, means.agent, pages)
        return capture(
            url, adapter, self.fetcher(url), options,
            collector=self.terms.collector, now=self._archive.now,
        )  # fmt: skip

    def seal(
        self,
        made: Capture,
        case: str | None = None,
        besides: Callable[[Saving, str, str], None] | None = None,
    ) -> Sealed:
        """Seal a capture, as one group, while no other import runs."""
        with importing(self._archive, self.waiting):
            return seal(self._archive, made, self.terms, case, besides)
