"""The half of reading an export that runs in the sandbox: its bytes come in, typed frames go out.

A frame is msgpack. Messages come with their place in the file instead of their bytes: the parent
reads those itself, so that what is sealed is the file's, whatever has become of the child.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.capture.telegram.decoding import Flag
from sviedka.capture.telegram.message import Message, normalise
from sviedka.capture.telegram.scanner import Chat, Unread, list_chats, messages
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.capture.telegram.window import Source

_MESSAGES: Final = 256
_BYTES: Final = 1 << 20
"""So many messages, or bytes of them, go into one frame."""


class Read(msgspec.Struct, frozen=True, array_like=True, tag="read"):
    """A message: its place in the file, what is odd about its bytes, and what it says."""

    offset: int
    size: int
    flags: tuple[Flag, ...]
    message: Message


class ChatEnd(msgspec.Struct, frozen=True, array_like=True, tag="end"):
    """The list of messages that was asked for is at its end; the next one's follow."""


Event = Read | Unread | ChatEnd

chat_frames = msgspec.msgpack.Decoder(Chat)
event_frames = msgspec.msgpack.Decoder(list[Event])
places = msgspec.msgpack.Decoder(list[int])
encode = msgspec.msgpack.Encoder().encode


def heads(source: Source, arguments: bytes) -> Iterator[bytes]:
    """A frame for each chat (``chat_frames``), from ``list_chats``."""
    del arguments
    return map(encode, list_chats(source))


def read(source: Source, arguments: bytes) -> Iterator[bytes]:
    """Frames of messages (``event_frames``) from each of the ``places`` in ``arguments``."""
    held: list[Event] = []
    size = 0
    try:
        for event in _events(source, places.decode(arguments)):
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


def _events(source: Source, at: Iterable[int]) -> Iterator[Event]:
    for place in at:
        for found in messages(source, place):
            if isinstance(found, Unread):
                yield found
            else:
                message = normalise(found.parsed)
                yield Read(found.offset, len(found.raw), found.flags, message)
        yield ChatEnd()
