"""The half of reading a page that runs in the sandbox: its bytes come in, typed frames go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.capture.telegram.html.reading import read as read_message
from sviedka.capture.telegram.html.reading import title
from sviedka.capture.telegram.html.splitting import Head, split
from sviedka.capture.telegram.scanner import Unread
from sviedka.capture.telegram.worker import Read
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.telegram.window import Source

_MESSAGES: Final = 256
_BYTES: Final = 1 << 20
"""So many messages, or bytes of them, go into one frame."""


class Titled(msgspec.Struct, frozen=True, array_like=True, tag="titled"):
    """The head of a page: the title of the chat, if it has one."""

    title: str | None


Event = Titled | Read | Unread

event_frames = msgspec.msgpack.Decoder(list[Event])
encode = msgspec.msgpack.Encoder().encode


def read(source: Source, arguments: bytes) -> Iterator[bytes]:
    """Frames (``event_frames``) of what is on a page; ``arguments``: ``base``, in UTF-8."""
    held: list[Event] = []
    size = 0
    try:
        for event in _events(source, arguments.decode("utf-8", "surrogateescape")):
            held.append(event)
            size += event.size if isinstance(event, Read) else 0
            if len(held) == _MESSAGES or size > _BYTES:
                yield encode(held)
                held.clear()
                size = 0
    except InputError:
        yield encode(held)  # what was whole goes out first
        raise
    yield encode(held)


def _events(source: Source, base: str) -> Iterator[Event]:
    sender = None
    for piece in split(source):
        if isinstance(piece, Head):
            yield Titled(title(piece.title) if piece.title else None)
        elif isinstance(piece, Unread):
            sender = None
            yield piece
        else:
            said = read_message(piece.raw, sender, base)
            sender = said.sender if said else None
            if said:
                yield Read(piece.offset, len(piece.raw), said.flags, said.message)
