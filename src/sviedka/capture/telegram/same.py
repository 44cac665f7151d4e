"""One message in two exports: when what another format says is the same message, no other version.

HTML says less than JSON, and JSON names accounts where HTML shows names. So a message that is
there from one of them and comes in the other gets a second source record, and nothing else, unless
they contradict each other: then it is another version, as in two exports of one format.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sviedka.capture.telegram.records import THUMBNAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import apsw

    from sviedka.capture.telegram.message import Format

QUARTER: Final = 900
"""Seconds: every zone's offset is a multiple of these (IANA time zone database, since 1972)."""
WIDEST: Final = 15 * 3600
"""Seconds between a local time and UTC, at most, and an hour for the summer."""
_LOST: Final = re.compile("[\0\ufffd]+")
"""What no page can show, and what stands in its place."""
_GIST: Final = 16

_VERSIONS: Final = """
    SELECT message_id, lower(hex(record.id)), lower(hex(author)), html, unixtime, said, reply_to,
        (SELECT group_concat(lower(hex(item))) FROM tg_media
         WHERE tg_media.message = record.id AND role <> ?4)
    FROM tg_message INDEXED BY tg_message_id JOIN record USING (entry, ord)
    WHERE case_id = ?1 AND message_id IN (SELECT value FROM json_each(?2)) AND chat = ?3
    ORDER BY entry, ord
"""


class Version(NamedTuple):
    """What a record says of a message, as far as formats can be compared."""

    record: str
    author: str | None
    format: Format
    unixtime: int | None
    said: bytes
    reply_to: int | None
    items: frozenset[str]

    def agrees(self, other: Version) -> bool:
        """Whether ``other``, which comes now, may be the same message as this one."""
        if self.format == other.format == "json" or self.said != other.said:
            return False
        if None not in (self.reply_to, other.reply_to) and self.reply_to != other.reply_to:
            return False
        return other.items <= self.items and self._is_when(other)

    def _is_when(self, other: Version) -> bool:
        if self.unixtime is None or other.unixtime is None:
            return True
        if other.format == "json":  # it states UTC, and what was read from a page must be that
            return self.unixtime == other.unixtime
        return is_shift(other.unixtime - self.unixtime)


def version(record_id: str, record: Mapping[str, Any], text: str, format_: Format) -> Version:
    """What a message record that is about to be written, with this text, would say."""
    items = {each["item"] for each in record.get("media", ()) if "item" in each}
    thumbs = {each.get("item") for each in record.get("media", ()) if each["role"] == THUMBNAIL}
    return Version(
        record=record_id,
        author=record.get("author"),
        format=format_,
        unixtime=record.get("unixtime"),
        said=gist(text),
        reply_to=record.get("reply_to"),
        items=frozenset(items - thumbs),
    )


def versions(
    db: apsw.Connection, case: str, chat: str, numbers: Iterable[int]
) -> dict[int, list[Version]]:
    """By Telegram's id, the versions of messages that a chat has; within ``Index.reading``."""
    wanted = msgspec.json.encode(list(numbers)).decode()
    found: dict[int, list[Version]] = defaultdict(list)
    values = (bytes.fromhex(case), wanted, bytes.fromhex(chat), THUMBNAIL)
    for number, record, author, html, unixtime, said, reply_to, items in db.execute(
        _VERSIONS, values
    ):
        found[number].append(
            Version(
                record, author or None, "html" if html else "json", unixtime, said, reply_to,
                frozenset(items.split(",") if items else ()),
            )
        )  # fmt: skip
    return found


def gist(text: str) -> bytes:
    """What tells texts apart, whatever blanks and line ends they are set in; b"" for none."""
    words = " ".join(_LOST.sub("", text).split())
    return hashlib.sha256(words.encode("utf-8", "replace")).digest()[:_GIST] if words else b""


def is_shift(seconds: int) -> bool:
    """Whether two clocks that differ so may be those of two zones at one moment."""
    return seconds % QUARTER == 0 and abs(seconds) <= WIDEST
