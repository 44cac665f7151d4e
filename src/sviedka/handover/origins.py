"""Whence originals came, read from the records that name them: a folder, a message, another item.

Only the facet in which an item lies is asked: of a group chat, the names of files stay where the
names of people are.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.keep.index.records import Record, batches_with
from sviedka.keep.reading import open_batch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sviedka.keep.archive import Archive

KINDS: Final = frozenset({"capture", "file", "message", "part", "raw", "source"})
"""The kinds of records that name items (docs/kinds.md)."""
_IN_EXPORT: Final = {"photo": "photo", "thumbnail": "thumbnail", "contact_vcard": "contact_vcard"}
"""Where a message of an export names the file of a role; of all others in the field ``file``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One record that names an item: ``record`` is its id, ``kind`` its kind.

    ``name`` is a path or file name as it was found, in bytes, for it may be in any encoding; None
    where none is known. ``place`` says in words where the item was: ``photo of message 12``,
    ``mail 17``. ``time`` is what was stated for it (RFC 3339, UTC): when the message was sent, when
    the page was captured, when the file last changed. ``parent`` is the item that it was taken out
    of, if it was. Ids are hex.
    """

    record: str
    kind: str
    name: bytes | None = None
    place: str = ""
    time: str | None = None
    media_type: str | None = None
    import_id: str | None = None
    parent: str | None = None

    @property
    def shown(self) -> str:
        """The name as text; bytes that are not UTF-8 are shown as escapes."""
        return (self.name or b"").decode("utf-8", "backslashreplace")


class _Media(msgspec.Struct):
    """What hung on a message, or was made of a captured page."""

    role: str
    item: str | None = None


class _Body(msgspec.Struct, rename={"imported": "import"}):
    """What records of all these kinds say of items, in the fields that each has."""

    imported: str | None = None
    item: str | None = None
    export: str | None = None
    path: str | None = None
    path_base64: str | None = None
    name: str | None = None
    name_base64: str | None = None
    mtime: str | None = None
    modified: int | None = None
    unixtime: int | None = None
    message_id: int | None = None
    media: list[_Media] = []
    began: str | None = None
    url: str = ""
    warc: str | None = None
    parts: list[_Media] = []
    message: str | None = None
    text: str | None = None
    of: str | None = None
    number: int | None = None
    parent: int | None = None
    place: str | None = None
    type: str | None = None


_decoder: Final = msgspec.json.Decoder(_Body)


def origins(
    archive: Archive, items: Sequence[Record], purpose: str = ""
) -> dict[str, list[Origin]]:
    """By item id, all that is known of where each of these came from, in ledger order.

    ``purpose`` is entered where opening a facet is. Raises what reading does: AccessError,
    IntegrityError, NotFoundError.
    """
    wanted = {each.id.hex() for each in items}
    found: dict[str, list[Origin]] = defaultdict(list)
    named: dict[tuple[str, str], str] = {}
    parts: dict[tuple[str, int], str] = {}
    held_by: dict[str, tuple[str, int]] = {}
    for record, kind, body in _bodies(archive, items, purpose):
        if kind == "raw" and body.message and body.text:
            named |= _names_in_export(body.message, body.text)
        if kind == "part" and body.of and body.item and body.number is not None:
            parts[body.of, body.number] = body.item
            if body.parent:
                held_by[record] = body.of, body.parent
        for item, origin in _of(record, kind, body):
            if item in wanted:
                found[item].append(origin)
    return {
        item: [_completed(each, named, parts, held_by) for each in all_of_it]
        for item, all_of_it in found.items()
    }


def _completed(
    origin: Origin,
    named: Mapping[tuple[str, str], str],
    parts: Mapping[tuple[str, int], str],
    held_by: Mapping[str, tuple[str, int]],
) -> Origin:
    """With what only other records say: the name in the export, the part that held this one."""
    if origin.kind == "message":
        name = named.get((origin.record, _IN_EXPORT.get(origin.place.partition(" ")[0], "file")))
        return replace(origin, name=name.encode("utf-8", "surrogatepass")) if name else origin
    if origin.record in held_by:
        return replace(origin, parent=parts.get(held_by[origin.record], origin.parent))
    return origin


def _bodies(
    archive: Archive, items: Collection[Record], purpose: str
) -> Iterator[tuple[str, str, _Body]]:
    """Id, kind and body of every record that may name one of these."""
    places = {(each.batch.case, each.batch.facet) for each in items}
    index = archive.projector.index
    with index.reading() as db:
        batches = [each for each in batches_with(db, KINDS) if (each.case, each.facet) in places]
    for each in batches:
        with index.reading() as db:
            rows = list(
                db.execute("SELECT ord, id, kind FROM record WHERE entry = ?", (each.entry,))
            )
        held = open_batch(archive, Record(rows[0][1], rows[0][2], 0, each), purpose)
        for order, record, kind in rows:
            body = held.records[order]
            said = _read(body) if kind in KINDS and body is not None else None
            if said is not None:
                yield record.hex(), kind, said


def _read(body: bytes) -> _Body | None:
    """A record; None if it is not of its kind, which ``verify`` tells and nobody trips on."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _of(record: str, kind: str, body: _Body) -> Iterator[tuple[str | None, Origin]]:
    """The items that a record names, each with what it says of it."""
    made = Origin(record, kind, import_id=body.imported)
    match kind:
        case "message":
            yield from _on_message(made, body)
        case "capture":
            yield from _in_capture(made, body)
        case "part":
            yield body.item, _within(made, body)
        case "source":
            yield body.export, replace(made, name=_name(body), place="the export itself")
        case "file":
            yield body.item, replace(made, name=_name(body), time=moment(body.mtime))
        case "raw":
            yield body.item, replace(made, place="the bytes of one message")


def _on_message(made: Origin, body: _Body) -> Iterator[tuple[str | None, Origin]]:
    number = "" if body.message_id is None else f" {body.message_id}"
    for each in body.media:
        place = f"{each.role} of message{number}"
        yield each.item, replace(made, place=place, time=moment(body.unixtime))


def _in_capture(made: Origin, body: _Body) -> Iterator[tuple[str | None, Origin]]:
    yield body.warc, replace(made, place=f"capture of {body.url}", time=body.began)
    for each in body.parts:
        place = f"{each.role} of {body.url}"
        yield each.item, replace(made, place=place, time=body.began, parent=body.warc)


def _within(made: Origin, body: _Body) -> Origin:
    return replace(
        made,
        name=_name(body) or None,
        place=body.place or "",
        time=moment(body.modified),
        media_type=body.type,
        parent=body.of,
    )


def _name(body: _Body) -> bytes:
    for text, coded in ((body.path, body.path_base64), (body.name, body.name_base64)):
        if coded is not None:
            return base64.b64decode(coded)
        if text is not None:
            return text.encode()
    return b""


def _names_in_export(message: str, text: str) -> dict[tuple[str, str], str]:
    """The files that the export's own words name for a message, by the field that names them."""
    try:
        said: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}  # not JSON, or not quite; the message was kept all the same
    if not isinstance(said, dict):
        return {}
    fields = {"file", *_IN_EXPORT.values()}
    return {
        (message, name): value
        for name, value in said.items()
        if name in fields and isinstance(value, str)
    }


def moment(seconds: int | str | None) -> str | None:
    """Seconds since 1970 as RFC 3339 in UTC, whole; None if that is beyond the calendar."""
    if seconds is None:
        return None
    try:
        at = datetime.fromtimestamp(int(Decimal(seconds)), UTC)
    except (InvalidOperation, ValueError, OverflowError, OSError):
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
