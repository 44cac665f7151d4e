"""Fetching: one request over one connection of its own, both heads and the body kept byte for byte.

HTTP/1.1 (RFC 9112), parsed by ``h11``. There is no cookie, no login and no cache: each request is
that of a reader who comes for the first time, and asks in the words of a common browser.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urljoin

import h11

from sviedka.capture.live import address as addresses
from sviedka.capture.live.exchange import REDIRECTS, Exchange, FetchError, Request
from sviedka.capture.live.limits import Limits
from sviedka.capture.live.spool import Spool

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from sviedka.capture.live.address import Address
    from sviedka.capture.live.connecting import Connector
    from sviedka.capture.live.content import Headers
    from sviedka.capture.live.exchange import Truncation

AGENT: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
"""What the most common browser says of itself, without its version: who reads is not told by it."""

METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
"""What a reader's browser asks; the others change something on the server."""

_OURS: Final = frozenset(
    b"accept-encoding connection content-length expect host keep-alive te trailer "
    b"transfer-encoding upgrade user-agent".split()
)
"""Of the transport; the fetcher says them itself."""
_NAMING: Final = (b"authorization", b"cookie", b"proxy-", b"sec-ch-", b"x-client-data", b"dnt")
"""Beginnings of headers that log in, or tell readers apart."""
_BLOCK: Final = 1 << 16


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Fetcher:
    """Fetches within the limits of one capture. It may be used from several threads.

    ``connector`` says how servers are reached, ``agent`` is the User-Agent.
    """

    def __init__(
        self,
        connector: Connector,
        limits: Limits | None = None,
        *,
        agent: str = AGENT,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.limits = limits or Limits()
        self._connector = connector
        self._agent = agent.encode("ascii", "replace")
        self._now = now
        self._lock = threading.Lock()
        self._until = time.monotonic() + self.limits.whole
        self._requests = 0
        self._bytes = 0

    def fetch(self, request: Request) -> Exchange:
        """Ask, and give what came back; FetchError if there was no answer at all.

        An answer that was cut off is given, ``truncated``.
        """
        where = addresses.parse(request.url)
        if request.method not in METHODS:
            what = f"a page asked to {request.method[:20]} something; that was not sent"
            raise FetchError(what, "method", where=where.url[:200])
        left = self._begin()
        began = self._now()
        deadline = time.monotonic() + left
        connected = self._connector.connect(where, min(self.limits.connect, left))
        with connected.socket:
            talk = _Talk(connected.socket, self.limits, deadline, where)
            head = talk.send(request, self._headers(where, request))
            answer = talk.head()
            body = Spool()
            truncated = talk.body(body, self._spend)
        request = Request(request.method, where.url, request.headers, request.body)
        return Exchange(
            request, head, talk.response_head, answer.status_code, _plain(answer), body,
            connected.address, connected.tls, began, self._now(), truncated,
        )  # fmt: skip

    def follow(
        self, request: Request, fetch: Callable[[Request], Exchange] | None = None
    ) -> Exchange:
        """The answer at the end of redirects; FetchError if they go on without one."""
        fetch = fetch or self.fetch
        for _ in range(self.limits.redirects + 1):
            exchange = fetch(request)
            onward = redirected(exchange)
            if onward is None:
                return exchange
            request = Request("GET", onward, request.headers)
        raise FetchError("redirects without end", "redirects", where=request.url[:200])

    def _begin(self) -> float:
        """Count a request; the seconds that it may take."""
        limits = self.limits
        with self._lock:
            left = self._until - time.monotonic()
            if self._requests >= limits.requests or self._bytes >= limits.bytes or left <= 0:
                raise FetchError("this capture has taken all that it may", "budget")
            self._requests += 1
        return min(limits.total, left)

    def _spend(self, size: int) -> bool:
        """Count bytes of the capture; False once there are too many."""
        with self._lock:
            self._bytes += size
            return self._bytes <= self.limits.bytes

    def _headers(self, where: Address, request: Request) -> Headers:
        """What is sent: the caller's headers without those that are ours or name a reader."""
        given = [
            (name, value)
            for name, value in request.headers
            if name.lower() not in _OURS and not name.lower().startswith(_NAMING)
        ]
        if not any(name.lower() == b"accept" for name, _ in given):
            given.insert(0, (b"Accept", b"*/*"))
        length = [(b"Content-Length", b"%d" % len(request.body))] if request.body else []
        return (
            (b"Host", where.authority.encode("ascii")),
            (b"User-Agent", self._agent),
            *given,
            (b"Accept-Encoding", b"gzip, deflate"),
            *length,
            (b"Connection", b"close"),
        )


def redirected(exchange: Exchange) -> str | None:
    """Where an answer sends its reader; None if it is the answer."""
    location = exchange.header("location")
    if exchange.status not in REDIRECTS or not location:
        return None
    # RFC 9110, §10.2.2: ASCII; what is sent beyond that is UTF-8 in practice.
    text = location.encode("latin-1").decode("utf-8", "replace")
    return addresses.parse(urljoin(exchange.url, text)).url


class _Talk:
    """One request and its answer, on an open connection."""

    def __init__(
        self, socket: socket.socket, limits: Limits, deadline: float, where: Address
    ) -> None:
        self._socket = socket
        self._limits = limits
        self._deadline = deadline
        self._where = where
        self._wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.head)
        self._held = bytearray()
        self._fault = False
        self.response_head = b""

    def send(self, request: Request, headers: Headers) -> bytes:
        """Send a request; the bytes of its head."""
        try:
            head = self._wire.send(
                h11.Request(method=request.method, target=self._where.target, headers=list(headers))
            )
        except h11.LocalProtocolError as error:
            raise self._error("this cannot be asked over HTTP", "address") from error
        body = self._wire.send(h11.Data(data=request.body)) if request.body else b""
        self._wire.send(h11.EndOfMessage())
        try:
            self._wait()
            self._socket.sendall((head or b"") + (body or b""))
        except TimeoutError as error:
            raise self._error("the server did not take the request", "time") from error
        except OSError as error:
            raise self._error("the server hung up", "disconnect") from error
        return head or b""

    def head(self) -> h11.Response:
        """Wait for the answer to begin. Interim answers (RFC 9110, §15.2) are passed over."""
        while True:
            try:
                event = self._wire.next_event()
            except h11.RemoteProtocolError as error:
                trouble: Literal["disconnect", "protocol"] = (
                    "protocol" if self._held else "disconnect"
                )
                what = "the answer is no HTTP" if self._held else "the server hung up"
                raise self._error(what, trouble) from error
            if event is h11.NEED_DATA:
                self._held += self._received()
                continue
            rest = self._wire.trailing_data[0]
            used = len(self._held) - len(rest)
            self.response_head = bytes(self._held[:used])
            self._held[:] = rest
            if used > self._limits.head:
                raise self._error("the answer has too long a head", "protocol")
            if isinstance(event, h11.Response):
                return event

    def body(self, body: Spool, spend: Callable[[int], bool]) -> Truncation | None:
        """Take the body as it comes; why it is not whole, or None if it is."""
        block = bytes(self._held)
        while True:
            over, block = self._parsed(block)
            room = self._limits.answer - body.size
            body.write(block[:room])
            if not spend(len(block)) or len(block) > room:
                return "length"
            if over:
                return "unspecified" if self._fault else None
            try:
                block = self._received()
            except FetchError as error:
                return "time" if error.trouble == "time" else "disconnect"
            if not block and not self._ends():
                return "disconnect"
            if not block:
                return None

    def _parsed(self, block: bytes) -> tuple[bool, bytes]:
        """Whether the body ends in this block, and what of the block is of it."""
        try:
            while True:
                event = self._wire.next_event()
                if isinstance(event, h11.EndOfMessage):
                    rest = len(self._wire.trailing_data[0])
                    return True, block[: len(block) - rest]
                if not isinstance(event, h11.Data):
                    return False, block
        except h11.RemoteProtocolError:
            self._fault = True
            return True, block

    def _ends(self) -> bool:
        """Whether the end of the connection is the end of the body (RFC 9112, §6.3, rule 8)."""
        try:
            return isinstance(self._wire.next_event(), h11.EndOfMessage)
        except h11.RemoteProtocolError:
            return False

    def _received(self) -> bytes:
        """The next bytes, handed to the parser; b"" at the end. FetchError if none come."""
        try:
            self._wait()
            block = self._socket.recv(_BLOCK)
        except TimeoutError as error:
            raise self._error("the server was too slow", "time") from error
        except OSError as error:
            raise self._error("the server hung up", "disconnect") from error
        self._wire.receive_data(block)
        return block

    def _wait(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(min(self._limits.idle, left))

    def _error(
        self, what: str, trouble: Literal["address", "disconnect", "protocol", "time"]
    ) -> FetchError:
        return FetchError(what, trouble, where=self._where.url[:200])


def _plain(answer: h11.Response) -> Headers:
    return tuple((bytes(name), bytes(value)) for name, value in answer.headers)
