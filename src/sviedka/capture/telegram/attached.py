"""The index of what hung on messages: for an original, the messages that it came with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from sviedka.keep.index import Row


class Attachment(NamedTuple):
    """An original on a message: the ids of both, what it was to it (photo, video_file …), when.

    ``number`` is Telegram's id of the message, ``unixtime`` when it was sent, in seconds since
    1970; each is None where the export does not say.
    """

    item: bytes
    message: bytes
    role: str
    number: int | None
    unixtime: int | None


class _Media(msgspec.Struct):
    role: str
    item: str | None = None


class _Message(msgspec.Struct):
    message_id: int | None = None
    unixtime: int | None = None
    media: list[_Media] = []


class TelegramMedia:
    """The table ``tg_media``, from records of kind ``message``."""

    name: Final = "capture.telegram.media"
    version: Final = 1
    kinds: Final = frozenset({"message"})
    schema: Final = """
        CREATE TABLE tg_media (
            case_id BLOB NOT NULL, facet TEXT NOT NULL,
            entry INTEGER NOT NULL, ord INTEGER NOT NULL,
            place INTEGER NOT NULL,     -- in the list of the message
            item BLOB NOT NULL,
            message BLOB NOT NULL,
            role TEXT NOT NULL,
            message_id INTEGER, unixtime INTEGER,
            pos_from INTEGER NOT NULL, pos_to INTEGER,
            PRIMARY KEY (case_id, entry, ord, place)
        ) WITHOUT ROWID;
        CREATE INDEX tg_media_item ON tg_media (item);
        CREATE INDEX tg_media_message ON tg_media (message);
    """

    def apply(self, db: apsw.Connection, rows: Sequence[Row]) -> None:
        """One row an original; most messages have none, which is seen without reading them."""
        for row in rows:
            if b'"media":' in row.body:
                db.executemany(
                    "INSERT INTO tg_media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                    _values(row),
                )


def _values(row: Row) -> Iterator[tuple[bytes | str | int | None, ...]]:
    body = row.read(_Message)
    at = (row.case, row.facet, row.entry, row.order)
    sent = (body.message_id, body.unixtime)
    for place, each in enumerate(body.media):
        if each.item is not None:
            item = bytes.fromhex(each.item)
            yield (*at, place, item, row.id, each.role, *sent, row.position)


def attached(db: apsw.Connection, items: Sequence[bytes]) -> list[Attachment]:
    """The messages on which these items hung, in the order in which they came."""
    found = db.execute(
        "SELECT item, message, role, message_id, unixtime FROM tg_media "
        "WHERE item IN (SELECT unhex(value) FROM json_each(?)) ORDER BY entry, ord, place",
        (msgspec.json.encode([each.hex() for each in items]).decode(),),
    )
    return [Attachment(*each) for each in found]
