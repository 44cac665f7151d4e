"""The browser's requests, made by us and answered through the pipe."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.live.browser.policy import host, refusal
from sviedka.capture.live.exchange import REDIRECTS, FetchError, Request
from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.capture.live.browser.faults import Faults
    from sviedka.capture.live.browser.limits import Limits
    from sviedka.capture.live.browser.messages import Paused
    from sviedka.capture.live.browser.pipe import Pipe
    from sviedka.capture.live.exchange import Exchange, Trouble

_REASONS: Final[dict[Trouble, str]] = {
    "disconnect": "ConnectionClosed",
    "name": "NameNotResolved",
    "private": "AccessDenied",
    "time": "TimedOut",
    "unreachable": "ConnectionRefused",
}
"""Network.ErrorReason; all else is ``Failed``."""
_OURS: Final = frozenset(
    {b"connection", b"content-encoding", b"content-length", b"keep-alive", b"transfer-encoding"}
)
"""Headers of the transport, which is over when the browser is handed the content."""


class Answer(NamedTuple):
    """What the browser is handed."""

    status: int
    headers: bytes
    """Fetch.fulfillRequest, binaryResponseHeaders: a NUL after each line."""
    body: bytes
    truncated: str


class Bell:
    """Tells a thread that waits on descriptors that another has something for it."""

    def __init__(self) -> None:
        self.listening, self._ringing = os.pipe()
        for each in (self.listening, self._ringing):
            os.set_blocking(each, False)

    def ring(self) -> None:
        """From any thread; a full pipe rings already."""
        try:
            os.write(self._ringing, b"!")
        except BlockingIOError:
            return

    def quiet(self) -> None:
        """It was heard."""
        try:
            os.read(self.listening, 1 << 16)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Give the descriptors back; no thread may ring it any more."""
        os.close(self.listening)
        os.close(self._ringing)


class Serving:
    """Takes paused requests, has them fetched in threads, and hands the answers back."""

    def __init__(
        self, fetch: Callable[[Request], Exchange], limits: Limits, faults: Faults, bell: Bell
    ) -> None:
        self._fetch, self._limits, self._faults, self._bell = fetch, limits, faults, bell
        self._pool = ThreadPoolExecutor(limits.at_once, "page")
        self._done: SimpleQueue[tuple[str, Paused, Future[Answer]]] = SimpleQueue()
        self._taken = self._bytes = self._waiting = 0
        self._closing = False
        self._rest = time.monotonic()
        self.own: set[str] = set()
        """Hosts of the page itself."""

    @property
    def rest(self) -> float | None:
        """Since when nothing is under way; None if something is."""
        return None if self._waiting else self._rest

    def take(self, pipe: Pipe, session: str, paused: Paused, *, main: bool) -> None:
        """Begin with a request, or refuse it; ``main`` if it is the page itself."""
        self._rest = time.monotonic()
        asked = paused.request
        if main:
            self.own.add(host(asked.url))
        body = _body(paused)
        why = refusal(asked, paused.resource_type, body, self.own)
        if why:
            self._faults.note("refused", f"{asked.method} {asked.url}: {why}")
            self.fail(pipe, session, paused, "BlockedByClient")
            return
        if self._closing or self._taken >= self._limits.requests:
            self._faults.note("limit", f"more than {self._limits.requests} requests")
            self.fail(pipe, session, paused, "BlockedByClient")
            return
        self._taken += 1
        self._waiting += 1
        request = Request(asked.method, asked.url, _headers(asked.headers), body or b"")
        future = self._pool.submit(self._answer, request)
        future.add_done_callback(lambda done: self._ready(session, paused, done))

    def hand_over(self, pipe: Pipe) -> None:
        """Answer what was fetched by now. Raises what ``fetch`` raised, its own refusals apart."""
        self._bell.quiet()
        while True:
            try:
                session, paused, done = self._done.get_nowait()
            except Empty:
                return
            self._waiting -= 1
            self._rest = time.monotonic()
            url = paused.request.url
            if done.cancelled():
                continue
            try:
                answer = done.result()
            except (FetchError, FormatError) as error:
                self._faults.note("failed", f"{url}: {error.what}")
                reason = _REASONS.get(error.trouble) if isinstance(error, FetchError) else None
                self.fail(pipe, session, paused, reason or "Failed")
                continue
            if answer.truncated:
                self._faults.note("failed", f"{url}: cut off ({answer.truncated})")
            self._bytes += len(answer.body)
            if self._bytes > self._limits.bodies:
                self._faults.note("limit", f"more than {self._limits.bodies} bytes of content")
                self.fail(pipe, session, paused, "Failed")
                continue
            fulfilled = {
                "requestId": paused.request_id,
                "responseCode": answer.status,
                "binaryResponseHeaders": answer.headers,
                "body": answer.body,
            }
            pipe.send("Fetch.fulfillRequest", fulfilled, session)

    def fail(self, pipe: Pipe, session: str, paused: Paused, reason: str) -> None:
        """Answer that there is none."""
        failed = {"requestId": paused.request_id, "errorReason": reason}
        pipe.send("Fetch.failRequest", failed, session)

    def close(self) -> None:
        """Begin nothing more, and wait for the calls that are under way."""
        self._closing = True
        self._pool.shutdown(cancel_futures=True)

    def _ready(self, session: str, paused: Paused, done: Future[Answer]) -> None:
        self._done.put((session, paused, done))
        self._bell.ring()

    def _answer(self, request: Request) -> Answer:
        """In a thread: the exchange as the browser takes it."""
        exchange = self._fetch(request)
        if not 200 <= exchange.status <= 599:
            raise FormatError(f"a status that no answer ends with: {exchange.status}")
        body = b"" if exchange.status in REDIRECTS else exchange.content(self._limits.body)
        return Answer(exchange.status, _lines(exchange.headers), body, exchange.truncated or "")


def _headers(given: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Header values of a browser are Latin-1, or UTF-8 where a page put more into them."""
    return tuple(
        (name.lower().encode("latin-1", "replace"), _value(value)) for name, value in given.items()
    )


def _value(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _body(paused: Paused) -> bytes | None:
    """The body of a request; None if the browser does not tell it, as of a file."""
    asked = paused.request
    if not asked.has_post_data:
        return b""
    pieces = [each.content for each in asked.post_data_entries]
    return b"".join(pieces) if pieces and all(pieces) else None


def _lines(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    return b"".join(
        name + b": " + value.replace(b"\0", b" ") + b"\0"
        for name, value in headers
        if name not in _OURS
    )
