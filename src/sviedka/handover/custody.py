"""The whole custody of what is handed over: what it is, whence it came, and what happened to it.

Gathered from the archive once, as plain data, so that every form of hand-over says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from sviedka.handover.origins import Origin, origins
from sviedka.keep.bundle.checking import ITEM
from sviedka.keep.index import events
from sviedka.keep.index.items import find as find_item
from sviedka.keep.index.labels import labels
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.reading import LOGGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import apsw

    from sviedka.keep.archive import Archive
    from sviedka.keep.bundle.heads import Attested
    from sviedka.keep.index import Record


@dataclass(frozen=True, slots=True)
class Recorded:
    """When the ledger took something in, as far as that can be bounded.

    ``day`` (YYYY-MM-DD) is what the ledger's calendar showed, "" before its first day.
    ``not_before`` and ``not_after`` (RFC 3339, UTC) are attested outside, by cosignatures and by
    time stamps of authorities that the archive trusts: the author had seen one of the first time,
    and one of the second is over a head which holds the entry.
    """

    day: str
    not_before: str | None
    not_after: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: ``type`` is a PREMIS event code, ``time`` by the author's clock.

    ``id`` is its record's, ``device`` the author's, ``entry`` the position in the ledger.
    ``brought`` says that this event brought the record; otherwise it was about it. ``purpose`` is
    None where none was given, and where it is not disclosed; then ``withholds`` is true.
    """

    id: str
    type: str
    time: str
    tool: str
    device: str
    purpose: str | None
    import_id: str | None
    entry: int
    recorded: Recorded
    brought: bool
    withholds: bool = False


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes that an item stands for: hashes in hex, size in bytes.

    ``sha512`` is "" until the original was read for the hand-over; ``media_type`` is as stated by
    what it came in, "" if nothing states it.
    """

    sha256: str
    size: int
    media_type: str
    sha512: str = ""


@dataclass(frozen=True, slots=True)
class Custody:
    """All of it for one record. ``original`` is there if the record is of an item.

    ``label`` is what the case is called, where its name may be given; "" otherwise. Events are in
    the order of the ledger. Ids and hashes are hex.
    """

    record: str
    kind: str
    case: str
    facet: str
    label: str
    entry: int
    original: Original | None
    origins: tuple[Origin, ...]
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """What its file was called; "" if that is not known."""
        named = (each.shown for each in self.origins if each.name)
        return next(named, "").rsplit("/", 1)[-1]

    @property
    def parents(self) -> tuple[str, ...]:
        """The items that it was taken out of."""
        return tuple(dict.fromkeys(each.parent for each in self.origins if each.parent))


def gather(  # noqa: PLR0913 - the last two are optional and named
    archive: Archive,
    records: Sequence[Record],
    attested: Sequence[Attested],
    day_of: Callable[[int], str],
    *,
    purposes: bool = False,
    purpose: str = "",
) -> list[Custody]:
    """The custody of each of these records, in their order.

    ``attested`` and ``day_of`` are the witnesses' word and the ledger's calendar. Only with
    ``purposes`` do events say why they happened: that is free text. What lies in a metered facet is
    not told to readers of another; if one is opened, ``purpose`` is entered. Raises what reading
    the records does.
    """
    bounds = _bounds(archive, attested, day_of)
    whence = origins(archive, [each for each in records if each.kind == ITEM], purpose)
    with archive.projector.index.reading() as db:
        named = labels(db, "evidence")
        found = []
        for each in records:
            label = named.get(each.batch.case)
            mine = whence.get(each.id.hex(), [])
            found.append(
                Custody(
                    record=each.id.hex(),
                    kind=each.kind,
                    case=each.batch.case.hex(),
                    facet=each.batch.facet,
                    label=label.name if label else "",
                    entry=each.batch.entry,
                    original=_original(db, each, mine),
                    origins=tuple(mine),
                    events=tuple(_events(db, each, bounds, purposes=purposes)),
                )
            )
    return found


def _original(db: apsw.Connection, record: Record, mine: Sequence[Origin]) -> Original | None:
    if record.kind != ITEM:
        return None
    item = find_item(db, record.id.hex())
    stated = (each.media_type for each in mine if each.media_type)
    return Original(item.sha256.hex(), item.size, next(stated, ""))


def _events(
    db: apsw.Connection, record: Record, bounds: Callable[[int], Recorded], *, purposes: bool
) -> Iterator[Event]:
    for each in events.custody(db, record.id):
        if each.facet in LOGGED and each.facet != record.batch.facet:
            continue
        yield Event(
            id=each.id.hex(),
            type=each.type,
            time=each.time,
            tool=each.tool,
            device=each.device.hex(),
            purpose=each.purpose if purposes else None,
            import_id=each.imported.hex() if each.imported else None,
            entry=each.entry,
            recorded=bounds(each.entry),
            brought=each.entry == record.batch.entry,
            withholds=bool(each.purpose) and not purposes,
        )


def _bounds(
    archive: Archive, attested: Sequence[Attested], day_of: Callable[[int], str]
) -> Callable[[int], Recorded]:
    """What bounds the time of the entry at a position."""

    @lru_cache(1 << 16)
    def bounds(position: int) -> Recorded:
        entry = Entry.parse(next(archive.lines(position)))
        seen = entry.body.seen.size
        before = [each.time for each in attested if each.entered < seen]
        after = [each.time for each in attested if each.size > position]
        return Recorded(
            day=day_of(position),
            not_before=_moment(max(before)) if before else None,
            not_after=_moment(min(after)) if after else None,
        )

    return bounds


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(custody: Custody) -> dict[str, Any]:
    """The same for ``custody.json``: what is unknown is left out (docs/hand-over.md)."""
    made: dict[str, Any] = msgspec.to_builtins(custody)
    made["origins"] = [_origin(each) for each in custody.origins]
    return {key: _known(value) for key, value in made.items() if value not in (None, "")}


def _origin(origin: Origin) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(origin)
    if origin.name is not None:
        try:
            made["name"] = origin.name.decode()
        except UnicodeDecodeError:
            made["name_base64"] = made.pop("name")
    return made


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items() if each not in (None, "")}
    return [_known(each) for each in value] if isinstance(value, list | tuple) else value
