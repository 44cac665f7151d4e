"""The chats of an export, and their messages byte for byte; nothing else of it comes out.

First the chats are listed, which reads the file once; then the messages of those that were chosen
are read from their places. So a chat's name, type and id are known before its first message, even
where they stand behind the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from sviedka.capture.telegram.cursor import Cursor
from sviedka.capture.telegram.decoding import Flag, decode
from sviedka.capture.telegram.window import WINDOW, Window
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.capture.telegram.window import Source

MOST: Final = 1 << 20
"""Bytes in a message that is read. Telegram's own have at most 4,096 letters, twice over."""
Section = Literal["", "chats", "left_chats"]
_SECTIONS: dict[str, Section] = {"chats": "chats", "left_chats": "left_chats"}
_MARK = b"\xef\xbb\xbf"  # a byte order mark, from editors


class Chat(msgspec.Struct, frozen=True, array_like=True):
    """A chat of an export, as its head describes it, and where it lies in the file.

    ``name`` is None for a deleted account and for saved messages. ``section`` is the list of a
    whole account's export that it stands in. Offsets are in bytes: ``start`` to ``end`` is the
    whole chat, ``messages_at`` its list. ``messages`` are counted; ``unread`` are those that are
    too large or no objects. ``first`` and ``last`` are the dates of the first and last message as
    the export words them (local time), or their unixtime. Where the file breaks off or is
    broken, ``complete`` is False and the counts go as far as it does. ``others`` is True if the
    chat's object says more than that: no export of one chat does.
    """

    id: int | None
    name: str | None
    type: str | None
    section: Section
    start: int
    messages_at: int
    end: int
    messages: int
    unread: int
    first: str | None
    last: str | None
    complete: bool
    others: bool
    oddities: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """A message: where it lies, its bytes, what they say, and what is odd about them."""

    offset: int
    raw: bytes
    parsed: dict[str, Any]
    flags: tuple[Flag, ...]

    @property
    def utf8(self) -> bool:
        """Whether the bytes are UTF-8."""
        return "not_utf8" not in self.flags


class Unread(msgspec.Struct, frozen=True, array_like=True, tag="unread"):
    """An element of a list of messages that was passed over; it can be kept as bytes."""

    offset: int
    size: int
    reason: Literal["too_large", "no_object"]


class _Stamp(msgspec.Struct):
    date: Any = None
    date_unixtime: Any = None


_stamps = msgspec.json.Decoder(_Stamp)


def list_chats(source: Source, *, window: int = WINDOW, most: int = MOST) -> Iterator[Chat]:
    """The chats of an export, each when it has been passed.

    Raises InputError with byte and line, after the chats before it, where the file is not JSON,
    breaks off, nests deeper than 64 levels, has two lists of messages, ids, names or types in one
    chat, or no chat at all. A chat without a list of messages is none.
    """
    cursor = Cursor(Window(source, 0, window))
    while len(cursor.window.data) < len(_MARK) and cursor.window.more():
        pass
    if cursor.window.data.startswith(_MARK):
        cursor.window.at = len(_MARK)
    if cursor.peek() < 0:
        raise InputError("the file is empty", do="export the chat again")
    yield from _chat(cursor, "", most)


def messages(
    source: Source, at: int, *, window: int = WINDOW, most: int = MOST
) -> Iterator[Found | Unread]:
    """The messages of the list at the byte ``at`` (``Chat.messages_at``).

    To go on where an earlier reading of the same file ended, ``at`` is the byte behind its last
    message. Raises InputError, as ``list_chats`` does, after the last whole message.
    """
    for offset, size, raw in Cursor(Window(source, at, window)).objects(most):
        if raw is None:
            yield Unread(offset, size, "too_large" if size > most else "no_object")
        else:
            parsed, flags = _decode(source, offset, raw)
            yield Found(offset, raw, parsed, flags)


def scan(
    source: Source, choose: Callable[[Chat], bool], *, window: int = WINDOW, most: int = MOST
) -> Iterator[Chat | Found | Unread]:
    """The chosen chats, each before its messages. Raises InputError after what was whole."""
    for chat in list_chats(source, window=window, most=most):
        if choose(chat):
            yield chat
            yield from messages(source, chat.messages_at, window=window, most=most)


def _decode(source: Source, offset: int, raw: bytes) -> tuple[dict[str, Any], tuple[Flag, ...]]:
    try:
        parsed, flags = decode(raw)
    except ValueError as error:
        Cursor(Window(source, offset)).skip()  # says where it is broken
        raise InputError("a message cannot be read", where=f"byte {offset}") from error
    return parsed, flags


def _chat(cursor: Cursor, section: Section, most: int) -> Iterator[Chat]:
    """Move over a chat, or at the root over the whole export."""
    cursor.peek()
    head = _Head(cursor, section, most)
    account = False
    try:
        for key in cursor.members():
            inner = None if section else _SECTIONS.get(key)
            if inner:
                head.others = True
                account |= cursor.peek() == ord("{")
                yield from _list(cursor, inner, most)
            else:
                head.take(key)
        if not section:
            cursor.end()
    except InputError:
        if head.messages_at >= 0:
            yield head.chat(complete=False)
        raise
    if head.messages_at >= 0:
        yield head.chat(complete=True)
    elif not section and not account:
        raise InputError(
            "there is no chat in it: it is no JSON export of Telegram Desktop",
            do="export the chat again, in the format JSON",
        )


def _list(cursor: Cursor, section: Section, most: int) -> Iterator[Chat]:
    """Move over what an account's export says under ``chats`` or ``left_chats``."""
    if cursor.peek() != ord("{"):
        cursor.skip()
        return
    for key in cursor.members():
        if key != "list" or cursor.peek() != ord("["):
            cursor.skip()
            continue
        for _ in cursor.elements():
            if cursor.peek() == ord("{"):
                yield from _chat(cursor, section, most)
            else:
                cursor.skip()


class _Head:
    """What becomes known of a chat while it is passed."""

    def __init__(self, cursor: Cursor, section: Section, most: int) -> None:
        self._cursor = cursor
        self._section = section
        self._most = most
        self._start = cursor.window.offset
        self._head: dict[str, Any] = {}
        self.messages_at = -1
        self.others = False
        self._messages = self._unread = 0
        self._first: str | None = None
        self._last: str | None = None

    def take(self, key: str) -> None:
        """Move over the value of a key."""
        cursor = self._cursor
        cursor.peek()
        if key == "messages":
            if self.messages_at >= 0:
                raise cursor.window.error("a chat has two lists of messages")
            self._count()
        elif key in ("id", "name", "type"):
            if key in self._head:
                raise cursor.window.error(f"a chat has two of {key!r}")
            self._head[key] = cursor.small()
        else:
            self.others = True
            cursor.skip()

    def _count(self) -> None:
        window = self._cursor.window
        if self._cursor.peek() != ord("["):
            raise window.error("what should be a list of messages is none")
        self.messages_at = window.offset
        for offset, _, raw in self._cursor.objects(self._most):
            if raw is None:
                self._unread += 1
                continue
            try:
                stamp = _stamps.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                parsed, _ = _decode(window.source, offset, raw)
                stamp = _Stamp(parsed.get("date"), parsed.get("date_unixtime"))
            self._messages += 1
            date = stamp.date if type(stamp.date) is str else stamp.date_unixtime
            if type(date) is str:
                self._last = date
                self._first = self._first or date

    def chat(self, *, complete: bool) -> Chat:
        """What is known by now."""
        known = {key: value for key, value in self._head.items() if _fits(key, value)}
        odd = [key for key, value in self._head.items() if value is not None and key not in known]
        return Chat(
            id=known.get("id"),
            name=known.get("name"),
            type=known.get("type"),
            section=self._section,
            start=self._start,
            messages_at=self.messages_at,
            end=self._cursor.window.offset,
            messages=self._messages,
            unread=self._unread,
            first=self._first,
            last=self._last,
            complete=complete,
            others=self.others,
            oddities=tuple(odd),
        )


def _fits(key: str, value: Any) -> bool:
    if key == "id":
        return type(value) is int and abs(value) < 1 << 63
    return type(value) is str
