"""A captured page shown again from its archive alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sviedka.capture.live.browser import Limits, render
from sviedka.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.live.browser import Rendered
    from sviedka.capture.live.recorded import Recorded


class Replayed(NamedTuple):
    """A page out of an archive, and what it asked for that is not there (``GET https://…``)."""

    rendered: Rendered
    misses: tuple[str, ...]


def replay(
    archive: Recorded, chromium: Path, url: str = "", limits: Limits | None = None
) -> Replayed:
    """Show ``url`` as ``archive`` holds it, else its first page; nothing is asked of any network.

    NotFoundError if the archive holds no such page; and what ``render`` raises.
    """
    pages = [page for page in archive.pages if url in {"", page.url}]
    if not pages:
        raise NotFoundError(
            "there is no such page in this web archive" if url else "this archive holds no page",
            where=url[:200],
        )
    # Of a page recorded twice, the later: the browser's visit, after the plain one.
    page = pages[-1] if url else [each for each in pages if each.url == pages[0].url][-1]
    archive.moment = page.time
    shown = render(page.url, archive.fetch, chromium=chromium, limits=limits or Limits())
    return Replayed(shown, archive.misses)
