"""Ways to capture: each knows one sort of page, all behind one interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sviedka.capture.live.fetcher import AGENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sviedka.capture.live.counts import Count
    from sviedka.capture.live.spool import Spool
    from sviedka.capture.live.visit import Visit
    from sviedka.capture.live.walls import Wall


@dataclass(frozen=True)
class Options:
    """How to capture. ``chromium``: the browser, if there is one; ``pages``: of a list, so many."""

    chromium: Path | None = None
    agent: str = AGENT
    pages: int = 1


@dataclass(frozen=True)
class Captured:
    """What a page was, as an adapter understood it. What does not apply is empty.

    ``html`` is the page for adapters to look into: as it came, or as the browser left it. ``dom``
    and ``picture`` are those of the browser, of which ``browser`` is the version.
    ``posts`` are messages that the page shows, ``videos`` what is known of its videos, both as
    objects for JSON; ``video`` are the films themselves.
    """

    final_url: str
    status: int
    title: str = ""
    text: str = ""
    counts: Sequence[Count] = ()
    wall: Wall | None = None
    html: bytes = b""
    dom: bytes = b""
    picture: bytes = b""
    browser: str = ""
    posts: Sequence[Mapping[str, Any]] = ()
    videos: Sequence[Mapping[str, Any]] = ()
    video: Sequence[Spool] = ()


class Adapter(Protocol):
    """One way to capture."""

    name: str

    def fits(self, url: str) -> bool:
        """Whether this is a URL of the sort that it knows."""

    def versions(self) -> Mapping[str, str]:
        """The programs that it uses, with their versions."""

    def capture(self, visit: Visit, url: str, options: Options) -> Captured:
        """Fetch all of it through ``visit``; FetchError if there was no page at all."""
