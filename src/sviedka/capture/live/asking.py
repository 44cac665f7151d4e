"""What crosses between yt-dlp in the sandbox and the parent that fetches for it."""

from __future__ import annotations

import struct
from typing import Final

import msgspec

LENGTH: Final = struct.Struct(">I")
"""Before each answer: its bytes."""


class Ask(msgspec.Struct, frozen=True, array_like=True, tag="ask"):
    """A request to be made."""

    method: str
    url: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Given(msgspec.Struct, frozen=True, array_like=True):
    """Its answer, at the end of redirects; ``status`` 0 means that there is none."""

    status: int = 0
    url: str = ""
    headers: list[tuple[str, str]] = []
    body: bytes = b""


class Found(msgspec.Struct, frozen=True, array_like=True, tag="found"):
    """What the page holds, as JSON; or, if ``info`` is empty, why nothing was found."""

    info: bytes
    error: str


Said = Ask | Found
said: Final = msgspec.msgpack.Decoder(Said)
given: Final = msgspec.msgpack.Decoder(Given)
