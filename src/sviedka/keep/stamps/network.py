"""What stamping asks of the network, which is handed in: one question, one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sviedka.errors import NetworkError

OK: Final = 200


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
