"""What stamping asks of the network, which is handed in: one question, one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from sviedka.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

OK: Final = 200
PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Query:
    """GET a URL, or POST ``body`` to it; an answer of over ``most`` bytes is refused."""

    url: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    most: int = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: the HTTP status, and the bytes behind it."""

    status: int
    body: bytes

    def require(self, url: str) -> bytes:
        """The bytes, if all went well; NetworkError if the server said that it did not."""
        if self.status != OK:
            raise NetworkError(f"the server answered with HTTP status {self.status}", where=url)
        return self.body


class Network(Protocol):
    """Asks; NetworkError if there is no answer, or none that can be had within its bounds."""

    def __call__(self, query: Query) -> Answer:
        """Ask one question."""


def split_url(url: str) -> SplitResult:
    """The parts of a server's address; UsageError if it is none."""
    return split(url, tuple(PORTS), "the address of a server is given as http(s)://HOST/PATH")


def split(url: str, schemes: tuple[str, ...], otherwise: str) -> SplitResult:
    """The parts of an address of one of these schemes; UsageError ``otherwise``."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and parts.hostname and (parts.port or 1) and url.isascii()
    except ValueError:
        good = False
    if not good or any(char <= " " for char in url):
        raise UsageError(otherwise, where=url[:200])
    return parts
