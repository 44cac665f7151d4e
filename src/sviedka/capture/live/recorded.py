"""The web as a web archive holds it: an answer to each request that was recorded, and no other."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.live import address
from sviedka.capture.live.exchange import FetchError, Request
from sviedka.capture.live.fetcher import redirected
from sviedka.capture.live.reread import exchange, message, moment, ranged
from sviedka.readers.web import reading
from sviedka.readers.web.findings import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sviedka.capture.live.exchange import Exchange
    from sviedka.capture.live.reread import Message, Read

_REDIRECTS: Final = 20
"""https://fetch.spec.whatwg.org/#http-redirect-fetch"""
_KINDS: Final = frozenset({"response", "resource", "revisit"})
_CHANGING: Final = re.compile(r"(?<==)(?:\d{10,}|0\.\d+)(?=&|$)")
"""Values that scripts make of the clock or of chance, so that nothing is taken from a cache."""


class Page(NamedTuple):
    """A page that an archive holds: its URL and when it was recorded."""

    url: str
    time: datetime


class _Answer(NamedTuple):
    record: Record
    url: str
    time: datetime


class Recorded:
    """What a web archive holds, by URL. ``fetch`` may be called from several threads.

    ``read`` reads in the archive's file; ``records`` are those that readers.web has found in it.
    """

    def __init__(self, read: Read, records: Iterable[Record]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._by_url: dict[str, list[_Answer]] = {}
        self._by_digest: dict[bytes, Record] = {}
        self._misses: dict[str, None] = {}
        self.pages: list[Page] = []
        """Those that are HTML, in the order in which they were recorded."""
        self.moment: datetime | None = None
        """Of several answers to one URL, that nearest to this is given; else to the first one."""
        for record in records:
            self._take(record)

    @property
    def misses(self) -> tuple[str, ...]:
        """What was asked for and is not there: ``GET https://…``."""
        with self._lock:
            return tuple(self._misses)

    def fetch(self, request: Request) -> Exchange:
        """The recorded answer; FetchError if there is none, FormatError if it cannot be read."""
        wanted = next((value for name, value in request.headers if name == b"range"), b"")
        for answer in self._candidates(request.url):
            found = self._found(answer.record)
            if found is not None:
                given = exchange(request, found, answer.time)
                if (part := ranged(given, wanted.decode("latin-1"))) is not None:
                    return part
        with self._lock:
            self._misses[f"{request.method} {request.url}"] = None
        raise FetchError("not in the archive", "unreachable", where=request.url[:200])

    def follow(self, request: Request) -> Exchange:
        """The recorded answer at the end of redirects, for browsers that take none from us."""
        for _ in range(_REDIRECTS):
            answer = self.fetch(request)
            onward = redirected(answer)
            if onward is None:
                return answer
            request = Request(request.method, onward, request.headers)
        raise FetchError("redirects without end", "redirects", where=request.url[:200])

    def _take(self, record: Record) -> None:
        url = record.url.decode("utf-8", "replace")
        if record.kind not in _KINDS or record.at is None or not url.startswith("http"):
            return
        answer = _Answer(record, url, moment(record.date))
        for name in (_plain(url), _steady(url)):
            self._by_url.setdefault(name, []).append(answer)
        if record.kind == "response" and record.payload_digest.stated:
            self._by_digest.setdefault(record.payload_digest.stated, record)
        html = b"html" in record.media_type.lower()
        if record.kind == "response" and html and record.status == 200:
            self.pages.append(Page(url, answer.time))

    def _candidates(self, url: str) -> list[_Answer]:
        """Answers to this URL, else to one that differs only in what changes with every visit.

        Else to the same with or without TLS: old pages name their parts by ``http``.
        """
        other = "http" + url[5:] if url.startswith("https:") else "https" + url[4:]
        for name in (_plain(url), _steady(url), _plain(other)):
            if found := self._by_url.get(name):
                near = self.moment or found[0].time
                return sorted(found, key=lambda each: abs(each.time - near))
        return []

    def _found(self, record: Record) -> Message | None:
        """What was answered; None for a revisit of what is not in this archive."""
        found = message(self._read, record)
        if record.kind != "revisit":
            return found
        # ISO 28500:2017, 6.7.2: the same content as that of another record
        original = self._by_digest.get(record.payload_digest.stated)
        if original is None:
            return None
        whole = message(self._read, original)
        return found._replace(body=whole.body) if found.head else whole


def recorded(source: int) -> Recorded:
    """What the WARC, ARC or WACZ file behind a descriptor holds, which is read as long as this is.

    It is open for reading only. What is damaged in it is not there, nor what is compressed twice.
    InputError if it is no such file, SandboxError if its reader broke a limit.
    """
    records = (each for each in reading.read(source) if isinstance(each, Record))
    return Recorded(lambda at, size: os.pread(source, size, at), records)


def _plain(url: str) -> str:
    """A URL as the fetcher spells it; of what it would not fetch, as it is."""
    try:
        return address.parse(url).url
    except FetchError:
        return url


def _steady(url: str) -> str:
    """A URL without what changes with every visit; marked, so that it is no other URL."""
    return "*" + _CHANGING.sub("*", _plain(url))
