"""What a message says, in one shape: from the fields that Telegram Desktop writes.

Field names and their meaning follow ``SerializeMessage`` in Telegram Desktop's
``export_output_json.cpp``. Every shape of every field is taken: what is not as it should be is left
out and named among the oddities. Whatever has no place here stands in the message's bytes.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import msgspec

Format = Literal["html", "json"]
"""What an export is written in."""
Missing = Literal["not_included", "unavailable"]

ROLES: Final = frozenset(
    {"video_file", "video_message", "voice_message", "audio_file", "animation", "sticker"}
)
"""What ``media_type`` calls a file that is more than a file."""

_WIDEST: Final = 1 << 63  # what fits a signed 64-bit number, as msgpack and SQLite have it
_UNIXTIME = re.compile(r"-?[0-9]{1,18}", re.ASCII)
# Telegram Desktop's excuses, after the file's name in some versions; userpics say "Photo".
_EXCUSE = re.compile(
    r"(?:.* )?\((?:File|Photo) (?:(not included|exceeds maximum size)|unavailable)[^()]*\)",
    re.DOTALL,
)


class Media(msgspec.Struct, frozen=True, array_like=True):
    """A file that hung on a message: its role there, and its path in the export or why none is.

    ``role`` is ``photo``, ``thumbnail``, ``contact_vcard``, one of ROLES, or ``file``. ``size`` is
    in bytes, ``duration`` in seconds, ``width`` and ``height`` in pixels, all as stated.
    """

    role: str
    path: str | None
    missing: Missing | None
    mime: str | None = None
    name: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: int | None = None


class Message(msgspec.Struct, frozen=True, array_like=True):
    """A message or service message. None and "" where the export says nothing.

    ``unixtime``: seconds since 1970, UTC; ``date`` is the exporter's local time as written, for
    exports that have no other. ``edited_stated``: likewise, but a reaction sets it, so it proves
    no edit. ``author`` is a signature in a channel. ``forwarded`` is True even where the name of
    the source is hidden. ``action`` and ``actor`` belong to service messages.
    """

    id: int | None
    type: str
    unixtime: int | None
    date: str | None
    edited_stated: int | None
    edited_date: str | None
    from_name: str | None
    from_id: str | None
    author: str | None
    actor: str | None
    actor_id: str | None
    action: str | None
    text: str
    forwarded: bool
    forwarded_from: str | None
    forwarded_from_id: str | None
    saved_from: str | None
    reply_to: int | None
    via_bot: str | None
    media: tuple[Media, ...]
    oddities: tuple[str, ...]


def normalise(fields: dict[str, Any]) -> Message:
    """The message that the parsed ``fields`` describe. Never fails."""
    read = _Fields(fields)
    if type(fields.get("id")) is not int:
        read.odd("id")
    if type(fields.get("type")) is not str:
        read.odd("type")
    return Message(
        id=read.number("id"),
        type=read.text("type") or "",
        unixtime=read.unixtime("date_unixtime"),
        date=read.text("date"),
        edited_stated=read.unixtime("edited_unixtime"),
        edited_date=read.text("edited"),
        from_name=read.text("from"),
        from_id=read.account("from_id"),
        author=read.text("author"),
        actor=read.text("actor"),
        actor_id=read.account("actor_id"),
        action=read.text("action"),
        text=read.joined("text"),
        forwarded="forwarded_from" in fields or "forwarded_from_id" in fields,
        forwarded_from=read.text("forwarded_from"),
        forwarded_from_id=read.account("forwarded_from_id"),
        saved_from=read.text("saved_from"),
        reply_to=read.number("reply_to_message_id"),
        via_bot=read.text("via_bot"),
        media=tuple(_media(read)),
        oddities=tuple(read.oddities),
    )


def excuse(path: str) -> Missing | None:
    """Why the export has no file, if that is what it says in place of a path."""
    found = _EXCUSE.fullmatch(path)
    if found is None:
        return None
    return "not_included" if found[1] else "unavailable"


def _media(read: _Fields) -> list[Media]:
    if read.fields.keys().isdisjoint(("photo", "file", "thumbnail", "contact_vcard")):
        return []
    kind = read.text("media_type")
    found = []
    for key, size, main in (
        ("photo", "photo_file_size", True),
        ("file", "file_size", True),
        ("thumbnail", "thumbnail_file_size", False),
        ("contact_vcard", "contact_vcard_file_size", False),
    ):
        said = read.text(key)
        if said is None:
            continue
        missing = excuse(said)
        is_file = key == "file"
        found.append(
            Media(
                role=kind if is_file and kind in ROLES else key,
                path=said if missing is None else None,
                missing=missing,
                mime=read.text("mime_type") if is_file else None,
                name=read.text("file_name") if is_file else None,
                size=read.number(size),
                width=read.number("width") if main else None,
                height=read.number("height") if main else None,
                duration=read.number("duration_seconds") if is_file else None,
            )
        )
    return found


class _Fields:
    """Reads fields by what they should be; what they are not is noted. Null is as good as none."""

    __slots__ = ("fields", "oddities")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.oddities: list[str] = []

    def odd(self, key: str) -> None:
        if key not in self.oddities:
            self.oddities.append(key)

    def text(self, key: str) -> str | None:
        value = self.fields.get(key)
        if value is None or type(value) is str:
            return value
        self.odd(key)
        return None

    def number(self, key: str) -> int | None:
        value = self.fields.get(key)
        if value is None or (type(value) is int and -_WIDEST <= value < _WIDEST):
            return value
        self.odd(key)
        return None

    def unixtime(self, key: str) -> int | None:
        """Telegram Desktop writes these numbers as text."""
        value = self.fields.get(key)
        if type(value) is str and _UNIXTIME.fullmatch(value):
            return int(value)
        return self.number(key)

    def account(self, key: str) -> str | None:
        """``user123``, ``channel123``, ``chat123``; versions before 2021 wrote bare numbers."""
        value = self.fields.get(key)
        return str(value) if type(value) is int and abs(value) < _WIDEST else self.text(key)

    def joined(self, key: str) -> str:
        """Text is a string, or a list of strings and of objects that have it as ``text``."""
        value = self.fields.get(key, "")
        if type(value) is str:
            return value
        if type(value) is not list:
            self.odd(key)
            return ""
        parts = [part.get("text") if type(part) is dict else part for part in value]
        texts = [part for part in parts if type(part) is str]
        if len(texts) != len(parts):
            self.odd(key)
        return "".join(texts)
