"""Which records go, and which of their surroundings do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.errors import AccessError, UsageError
from sviedka.handover.origins import KINDS as NAMING
from sviedka.handover.origins import moment, origins
from sviedka.handover.withheld import Reason, Withheld
from sviedka.keep import reading
from sviedka.keep.bundle.checking import ITEM
from sviedka.keep.calendar import zone
from sviedka.keep.index import records
from sviedka.keep.index.events import custody
from sviedka.keep.ledger.statements import COMMONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sviedka.handover.origins import Origin
    from sviedka.keep.archive import Archive
    from sviedka.keep.index import Record
    from sviedka.keep.ledger.statements import Facet

_OWN_TIME: Final = frozenset({"capture", "message"})
"""Kinds of origin that state when something was said or seen, not when a file was last written."""
_TOLD: Final = NAMING - {"message", "raw"} | {"event", "label"}
"""Kinds whose substance stands in the custody of the items that they are about."""


@dataclass(frozen=True)
class Wanted:
    """What to hand over. Of several conditions all must hold; of those that are empty, none.

    ``ids`` are ids of records, their beginnings, or SHA-256 of originals; ``without`` the same, for
    what stays behind. ``cases`` are whole ids. ``since`` and ``until`` are days of the archive's
    zone, both included: of a message, what hung on one and a captured page, the day that is stated
    for it; of all else the day that was stated when it was brought. ``everything`` must
    be said if nothing else is.
    """

    ids: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    kinds: tuple[str, ...] = (ITEM,)
    facets: tuple[Facet, ...] = ("evidence",)
    without: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True)
class Selection:
    """Records that go, in ledger order, each once; and what does not go."""

    records: list[Record]
    withheld: list[Withheld]


def select(archive: Archive, wanted: Wanted) -> Selection:
    """Choose; NotFoundError or AmbiguousError for an id, UsageError if nothing at all was said."""
    if not (wanted.ids or wanted.cases or wanted.since or wanted.until or wanted.everything):
        raise UsageError(
            "this names nothing that is to be handed over",
            do="name items, or give --case, --from, --until or --all",
        )
    scope = list(dict.fromkeys(_scope(archive, wanted)))
    left_out = {reading.find_meant(archive, each).id for each in wanted.without}
    verdicts = _Judge(archive, wanted, left_out).judge(scope)
    chosen = [each for each, why in verdicts if why is None]
    kept_back = [(each, why) for each, why in verdicts if why is not None]
    withheld = _listed(kept_back)
    if not wanted.ids:
        withheld += _unseen(archive, wanted)
    return Selection(chosen, withheld)


def _scope(archive: Archive, wanted: Wanted) -> Iterator[Record]:
    """Every record that is meant, before it is asked which of them may go."""
    if wanted.ids:
        for name in wanted.ids:
            found = reading.find_meant(archive, name)
            if wanted.cases and found.batch.case.hex() not in wanted.cases:
                raise UsageError(f"{name} is not in the case that was named")
            yield found
        return
    with archive.projector.index.reading() as db:
        for case in wanted.cases or (None,):
            for each in records.records(db, case=bytes.fromhex(case) if case else None):
                if each.batch.case.hex() != COMMONS:
                    yield each


class _Judge:
    """Says of records why they do not go; None of those that do."""

    def __init__(self, archive: Archive, wanted: Wanted, left_out: set[bytes]) -> None:
        self._archive = archive
        self._wanted = wanted
        self._left_out = left_out
        self._zone = zone(archive.found.zone)
        self._by_name = bool(wanted.ids)

    def judge(self, scope: Sequence[Record]) -> list[tuple[Record, Reason | None]]:
        verdicts = [(each, self._plain(each)) for each in scope]
        if self._wanted.since is None and self._wanted.until is None:
            return verdicts
        going = [each for each, why in verdicts if why is None]
        late = {
            each.id
            for each, days in zip(going, self._days(going), strict=True)
            if not any(map(self._is_asked, days))
        }
        return [
            (each, "date" if each.id in late and why is None else why) for each, why in verdicts
        ]

    def _plain(self, record: Record) -> Reason | None:
        """The reason that can be seen without opening anything."""
        if record.id in self._left_out:
            return "named"
        if record.batch.facet not in self._wanted.facets:
            return "facet"
        if not self._by_name and record.kind not in self._wanted.kinds:
            return "kind"
        if record.batch.entry >= self._archive.log.size:
            return "provisional"
        return None

    def _is_asked(self, day: date) -> bool:
        since, until = self._wanted.since, self._wanted.until
        return (since is None or since <= day) and (until is None or day <= until)

    def _days(self, going: Sequence[Record]) -> Iterator[list[date]]:
        whence = origins(self._archive, [each for each in going if each.kind == ITEM])
        said = reading.bodies(self._archive, going)
        for each, body in zip(going, said, strict=True):
            times = _own_times(whence.get(each.id.hex(), [])) or _sent(body)
            yield [self._day(each) for each in times] or [self._brought(each)]

    def _day(self, moment: str) -> date:
        return datetime.fromisoformat(moment).astimezone(self._zone).date()

    def _brought(self, record: Record) -> date:
        with self._archive.projector.index.reading() as db:
            events = [each for each in custody(db, record.id) if each.entry == record.batch.entry]
        return self._day(events[0].time)


def _own_times(mine: Iterable[Origin]) -> list[str]:
    return [each.time for each in mine if each.kind in _OWN_TIME and each.time]


def _sent(body: bytes | None) -> list[str]:
    """When a record says that it was sent, if it is one of a message."""
    said: Any = msgspec.json.decode(body) if body else {}
    sent = moment(said.get("unixtime"))
    return [sent] if sent else []


def _listed(kept_back: Iterable[tuple[Record, Reason]]) -> list[Withheld]:
    """Items one by one; other records counted, by what they have in common."""
    listed: list[Withheld] = []
    counted: Counter[Withheld] = Counter()
    for record, why in kept_back:
        case, facet = record.batch.case.hex(), record.batch.facet
        if record.kind == ITEM or why == "named":
            listed.append(Withheld("record", why, case, facet, record.id.hex(), record.kind))
        elif why != "kind" or record.kind not in _TOLD:
            counted[Withheld("record", why, case, facet, kind=record.kind)] += 1
    return listed + [replace(each, count=count) for each, count in counted.items()]


def _unseen(archive: Archive, wanted: Wanted) -> list[Withheld]:
    """What the cases in question hold, or held, that cannot be chosen any more, or not here."""
    cases = wanted.cases or [each for each in archive.history.cases if each != COMMONS]
    found = [each for case in cases for each in _shut(archive, case)]
    with archive.projector.index.reading() as db:
        tombstones = [
            each
            for case in cases
            for each in records.records(db, case=bytes.fromhex(case), kind="tombstone")
        ]
    for each, body in zip(tombstones, reading.bodies(archive, tombstones), strict=True):
        if body is not None:
            found += _buried(each, body)
    return found


def _shut(archive: Archive, case: str) -> Iterator[Withheld]:
    for facet, state in archive.history.cases[case].items():
        if state.destroyed:
            yield Withheld("facet", "destroyed", case, facet)
            continue
        try:
            for epoch in range(1, len(state.epochs) + 1):
                archive.identity(case, facet, epoch)  # type: ignore[arg-type]
        except AccessError:
            yield Withheld("facet", "no_key", case, facet)


def _buried(tombstone: Record, body: bytes) -> Iterator[Withheld]:
    """What a tombstone stands for, if that is less than a facet."""
    said: dict[str, Any] = msgspec.json.decode(body)
    case, facet = tombstone.batch.case.hex(), tombstone.batch.facet
    if imported := said.get("import"):
        yield Withheld("import", "deleted", case, facet, imported)
    for name in said.get("objects", ()):
        yield Withheld("object", "deleted", case, facet, name)
    for name in said.get("records", ()):
        yield Withheld("record", "deleted", case, facet, name)
