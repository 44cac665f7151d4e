"""A visit: everything fetched for one capture, recorded as it comes, and what went wrong in it."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from sviedka.capture.live import address, content
from sviedka.capture.live.exchange import REDIRECTS, FetchError
from sviedka.capture.live.exchange import Trouble as FetchTrouble
from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.capture.live.exchange import Exchange, Request
    from sviedka.capture.live.fetcher import Fetcher
    from sviedka.capture.live.recording import Recording

Trouble = (
    FetchTrouble
    | Literal[
        "adapter",  # what reads this sort of page gave up
        "browser",  # the browser reports it
        "content",  # compression or framing that is broken, or a bomb
        "login_wall",  # a part of the page is behind a login
        "missing",  # part of the page is not there: 404 and the like
        "truncated",  # an answer that was cut off
        "type",  # it is not what its Content-Type says
        "unread",  # the page could not be read for what it shows
    ]
)
_DIGESTED: Final = 512 << 20
"""Bytes that may come out of one compressed answer for its digest."""
_FILMS: Final = ("audio/", "video/", "application/octet-stream")


class Fault(msgspec.Struct, frozen=True):
    """Something that could not be had, or is odd; ``place`` is a URL, ``what`` is for people."""

    place: str
    trouble: Trouble
    what: str


class Resource(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of a visit.

    ``sha256`` is of what it says, without framing and compression; where these are broken or beyond
    bounds it is of the bytes as they came, and ``raw``. ``size`` counts the same bytes.
    """

    method: str
    url: str
    status: int
    type: str
    size: int
    sha256: str
    location: str = ""
    raw: bool = False
    truncated: str = ""


class Visit:
    """Fetches and records. ``fetch`` may be called from several threads."""

    def __init__(self, fetcher: Fetcher, recording: Recording) -> None:
        self._fetcher = fetcher
        self._recording = recording
        self._lock = threading.Lock()
        self.faults: list[Fault] = []
        self.resources: list[Resource] = []
        self._films: dict[str, Exchange] = {}
        self.records: dict[str, str] = {}
        """WARC-Record-IDs of responses by URL; of several the last."""

    def film(self, url: str) -> Exchange | None:
        """An answer that is a film or sound, if all of it was fetched already."""
        with self._lock:
            found = self._films.get(url)
        return None if found is None or found.truncated else found

    @property
    def recording(self) -> Recording:
        """Where it is recorded."""
        return self._recording

    def fetch(self, request: Request) -> Exchange:
        """Ask and record; FetchError if there was no answer."""
        exchange = self._fetcher.fetch(request)
        record = self._recording.exchange(exchange)
        resource = described(exchange)
        with self._lock:
            self.records[exchange.url] = record
            self.resources.append(resource)
            if resource.type.startswith(_FILMS) and resource.status == 200:
                self._films[exchange.url] = exchange
        if exchange.truncated:
            self.note(exchange.url, "truncated", f"the answer was cut off: {exchange.truncated}")
        if resource.raw:
            self.note(exchange.url, "content", "its compression is broken, or a bomb")
        return exchange

    def follow(self, request: Request) -> Exchange:
        """The answer at the end of redirects, all of them recorded; FetchError if there is none."""
        return self._fetcher.follow(request, self.fetch)

    def document(self, url: str) -> Resource | None:
        """What was fetched for ``url``, at the end of its redirects; None if nothing was."""
        with self._lock:
            found = {each.url: each for each in self.resources}
        passed: set[str] = set()
        while (answer := found.get(url)) and url not in passed:
            if answer.status not in REDIRECTS or not answer.location:
                return answer
            passed.add(url)
            url = address.joined(url, answer.location) or ""
        return None

    def attempt(self, request: Request) -> Exchange | None:
        """As ``follow``; what there is no answer for is noted, and None."""
        try:
            return self.follow(request)
        except FetchError as error:
            self.failed(request.url, error)
            return None

    def failed(self, url: str, error: FetchError) -> None:
        """Note that there was no answer."""
        self.note(url, error.trouble, error.what)

    def note(self, place: str, trouble: Trouble, what: str) -> None:
        """Note something for the record."""
        with self._lock:
            self.faults.append(Fault(place[:2000], trouble, what[:500]))

    def has(self, url: str) -> bool:
        """Whether all of this URL was fetched already."""
        with self._lock:
            return any(
                each.url == url and each.status != 206 and each.method == "GET"
                for each in self.resources
            )


def described(exchange: Exchange) -> Resource:
    """One line of the list of what was fetched."""
    raw = False
    try:
        pieces = content.pieces(exchange.headers, exchange.body.blocks())
        size, digest = _measured(pieces, max(_DIGESTED, exchange.body.size))
    except FormatError:
        raw = True
        size, digest = _measured(exchange.body.blocks(), exchange.body.size)
    return Resource(
        exchange.request.method, exchange.url, exchange.status,
        exchange.header("content-type")[:200], size, digest,
        exchange.header("location")[:2000], raw, exchange.truncated or "",
    )  # fmt: skip


def _measured(pieces: Iterable[bytes], limit: int) -> tuple[int, str]:
    """Bytes and SHA-256 (hex) of what comes in pieces; FormatError if more than ``limit``."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if size > limit:
            raise FormatError(f"more than {limit} bytes came out of one answer")
    return size, digest.hexdigest()
