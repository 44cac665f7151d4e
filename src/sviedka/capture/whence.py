"""Whence an original came: where it lay in a folder or in another, on which messages it hung.

Nothing is opened for this whose opening is metered: of a group chat, the names of files stay where
the names of people are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.capture.telegram.attached import attached
from sviedka.keep.reading import find_record, open_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from sviedka.capture.telegram.attached import Attachment
    from sviedka.keep.archive import Archive

_FIELDS: Final = {"photo": "photo", "thumbnail": "thumbnail", "contact_vcard": "contact_vcard"}
"""Where an export names the file of a role; of all others in the field ``file``."""


@dataclass(frozen=True)
class Whence:
    """The paths under which an original was brought, and what it hung on."""

    paths: list[str]
    messages: list[Attachment]

    @property
    def name(self) -> str:
        """What its file was called; "" if that is not known."""
        return self.paths[0].rsplit("/", 1)[-1] if self.paths else ""


def called(db: apsw.Connection, items: Sequence[bytes]) -> dict[bytes, str]:
    """What to call these items in a list: the path of each, or what it was to which message."""
    names: dict[bytes, str] = {}
    for each in attached(db, items):
        number = "" if each.number is None else f" {each.number}"
        names.setdefault(each.item, f"{each.role} of message{number}")
    # A path says more, the first of them most.
    return names | dict(reversed(_paths(db, items)))


def whence(archive: Archive, item: bytes) -> Whence:
    """All that is known of where an original came from."""
    with archive.projector.index.reading() as db:
        paths = [path for _, path in _paths(db, [item])]
        messages = attached(db, [item])
    paths = paths or [path for each in messages if (path := _in_export(archive, each))]
    return Whence(list(dict.fromkeys(paths)), messages)


def _paths(db: apsw.Connection, items: Sequence[bytes]) -> list[tuple[bytes, str]]:
    found = db.execute(
        "WITH meant AS (SELECT unhex(value) AS id FROM json_each(?)) "
        "SELECT item, path, entry, ord FROM file_place WHERE item IN meant "
        "UNION ALL SELECT export, name, entry, ord FROM import_source WHERE export IN meant "
        "UNION ALL SELECT item, name, entry, ord FROM live_item WHERE item IN meant "
        "UNION ALL SELECT item, iif(name = x'', cast(place AS BLOB), name), entry, ord "
        "FROM part_place WHERE item IN meant "
        "ORDER BY 3, 4",
        (msgspec.json.encode([each.hex() for each in items]).decode(),),
    )
    return [(item, path.decode("utf-8", "backslashreplace")) for item, path, *_ in found]


def _in_export(archive: Archive, attachment: Attachment) -> str:
    """The path of a file in a channel's export; "" if it is sealed as people's names are."""
    with archive.projector.index.reading() as db:
        raw = db.execute(
            "SELECT record.id FROM tg_raw JOIN record USING (entry, ord) "
            "WHERE case_id = (SELECT case_id FROM tg_media WHERE message = ?1) "
            "AND message = ?1 AND facet = 'evidence' AND item IS NULL LIMIT 1",
            (attachment.message,),
        ).get
    if raw is None:
        return ""
    body = msgspec.json.decode(open_record(archive, find_record(archive, raw.hex())).body)
    try:
        said: Any = msgspec.json.decode(body.get("text", "{}"))
    except msgspec.DecodeError:
        return ""  # the export was not quite JSON; the message was kept all the same
    path = said.get(_FIELDS.get(attachment.role, "file")) if isinstance(said, dict) else None
    return path if isinstance(path, str) else ""
