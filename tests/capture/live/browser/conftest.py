"""Debian's Chromium, and a page that it has rendered once for all who look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from sviedka.capture.live.browser import find, render
from tests.capture.live.browser.site import Site, visiting, whole_site

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.live.browser import Rendered


@dataclass(frozen=True)
class Captured:
    """A page of a site that is gone by now: what was rendered, asked, and recorded."""

    url: str
    rendered: Rendered
    fetched: int
    connections: int
    asked: list[str]
    warc: bytes


@pytest.fixture(scope="session")
def chromium() -> Path:
    found = find()
    if found is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def captured(chromium: Path) -> Captured:
    with Site(whole_site()).running() as site, visiting() as (visit, warc):
        shown = render(f"{site.url}/", visit.fetch, chromium=chromium)
        return Captured(
            f"{site.url}/", shown, len(visit.resources), site.connections, site.asked,
            warc.getvalue(),
        )  # fmt: skip
