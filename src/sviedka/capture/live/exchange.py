"""One request and what came back, exactly as both went over the wire.

Everything that captures (the plain fetcher, the browser, a video program) speaks in exchanges, so
that what was seen is what the WARC holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from sviedka.capture.live import content
from sviedka.errors import NetworkError

if TYPE_CHECKING:
    from datetime import datetime

    from sviedka.capture.live.content import Headers
    from sviedka.capture.live.spool import Spool

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why an answer is not whole, in the words of WARC 1.1, §5.13 (WARC-Truncated)."""

Trouble = Literal[
    "address",  # no URL that can be fetched: another scheme, no host, a bad port
    "budget",  # the capture as a whole has taken all the bytes or requests it may
    "disconnect",  # the server hung up before it had answered
    "method",  # a page asked to change something on its server
    "name",  # its name does not resolve
    "private",  # a public page led to an address inside this machine or network
    "protocol",  # the answer is no HTTP
    "proxy",  # the proxy cannot be reached, or refuses
    "redirects",  # redirects without end
    "time",  # no answer within the time allowed
    "tls",  # no secure connection: a certificate, a protocol
    "unreachable",  # no connection
]

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""RFC 9110, §15.4: statuses that send elsewhere by ``Location``."""


class FetchError(NetworkError):
    """There is no answer to record; ``trouble`` says why, in a word that records hold."""

    def __init__(self, what: str, trouble: Trouble, *, where: str = "", do: str = "") -> None:
        super().__init__(what, where=where, do=do)
        self.trouble: Trouble = trouble


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``url`` is absolute, http or https, without a fragment.

    Of ``headers`` the fetcher leaves out those that would name or log in the collector, and adds
    those that HTTP needs.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class Tls(NamedTuple):
    """How a connection was secured; ``certificate`` is the server's own, in DER."""

    protocol: str
    cipher: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer. Redirects are not followed: each is an exchange of its own.

    ``request_head`` and ``response_head`` are the bytes sent and received, up to and with the
    empty line; ``body`` the bytes after that as they came, framing of chunks and compression
    included. ``headers`` have their names in lower case. ``address`` is the server's IP address, or
    None behind a proxy, where nobody here knows it. Times are UTC.
    """

    request: Request
    request_head: bytes
    response_head: bytes
    status: int
    headers: Headers
    body: Spool
    address: str | None
    tls: Tls | None
    began: datetime
    ended: datetime
    truncated: Truncation | None = None

    @property
    def url(self) -> str:
        """What was asked for."""
        return self.request.url

    def header(self, name: str) -> str:
        """The first header of that name (lower case), as Latin-1 text; "" if there is none."""
        wanted = name.encode("ascii")
        return next((value.decode("latin-1") for key, value in self.headers if key == wanted), "")

    def content(self, limit: int = content.LIMIT) -> bytes:
        """What the server meant to say: framing and compression taken off, for reading only.

        At most ``limit`` bytes: FormatError if there are more, or if the compression is broken.
        """
        return content.whole(self.headers, self.body.blocks(), limit)
