"""What a WACZ lists: its pages, one JSON object a line, and its index of records (CDXJ)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sviedka.readers.web.findings import Missing, Page, Unlisted
from sviedka.readers.web.package import parse, text
from sviedka.readers.web.stream import DamagedError, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.web.findings import Found, Record

_LINE: Final = 8 << 20
"""Bytes of a line; that of a page may hold all its text."""
PAGES: Final = 200_000
LINES: Final = 1_000_000
"""So many pages, and lines of indexes, are followed; a crawl of a large site has fewer."""
_BARE: Final = re.compile(rb"([a-z]+://[^/?#]*)($|\?)", re.IGNORECASE)
_HELD: Final = frozenset({"response", "resource", "revisit"})


class Lists:
    """Pages and index lines that await their records."""

    def __init__(self) -> None:
        self._pages: dict[bytes, list[bytes]] = {}
        self._index: dict[bytes, set[int]] = {}
        self._lines = 0
        self._unlisted = 0

    def pages(self, path: str, blocks: Iterable[bytes]) -> Iterator[Page]:
        """The pages of one list; DamagedError for a line that is none."""
        for line in _lines(blocks):
            said = _object(line, "a list of pages")
            url = text(said.get("url"))
            if not url or "format" in said:
                continue
            if len(self._pages) >= PAGES:
                raise DamagedError(f"more than {PAGES} pages are listed")
            page = Page(path.encode(), url, text(said.get("ts")), text(said.get("title")))
            self._pages.setdefault(bare(url), [url, page.date])
            yield page

    def index(self, blocks: Iterable[bytes]) -> None:
        """Take an index in; DamagedError for a line that is none."""
        for line in _lines(blocks):
            if line.startswith(b"!"):
                continue
            said = _object(line.split(b" ", 2)[-1], "an index")
            name, offset = text(said.get("filename")), str(said.get("offset", ""))
            if not name or not offset.isdecimal() or len(offset) > 16:
                raise DamagedError("a line of an index names no record")
            self._lines += 1
            if self._lines > LINES:
                raise DamagedError(f"more than {LINES} records are indexed")
            self._index.setdefault(_base(name), set()).add(int(offset))

    def met(self, record: Record) -> None:
        """A record has come."""
        awaited = self._index.get(_base(record.file), set())
        indexed = record.offset in awaited
        awaited.discard(record.offset)  # of any kind: some crawlers index what they note, too
        if record.kind not in _HELD:
            return
        self._pages.pop(bare(record.url), None)
        if not indexed and self._lines:
            self._unlisted += 1

    def left(self) -> Iterator[Found]:
        """What came no more."""
        for url, date in self._pages.values():
            yield Missing("page", url, date)
        for name, offsets in self._index.items():
            for offset in sorted(offsets):
                yield Missing("index", b"%b at %d" % (name, offset))
        if self._unlisted:
            yield Unlisted(self._unlisted)


def bare(url: bytes) -> bytes:
    """A URL without its fragment, and with the path that it has at least."""
    return _BARE.sub(rb"\1/\2", url.partition(b"#")[0], count=1)


def _base(name: bytes) -> bytes:
    return name.rpartition(b"/")[2]


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    window = Window(blocks)
    while line := window.line(_LINE):
        if len(line) >= _LINE:
            raise DamagedError(f"a line of more than {_LINE} bytes")
        if bare_line := line.strip():
            yield bare_line


def _object(line: bytes, what: str) -> dict[str, Any]:
    try:
        said = parse(line)
    except DamagedError as error:
        raise DamagedError(f"{what} holds a line that is no JSON") from error
    if not isinstance(said, dict):
        raise DamagedError(f"{what} holds a line that is no object")
    return said
