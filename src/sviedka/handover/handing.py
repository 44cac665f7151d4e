"""Handing over: what was chosen is entered in its custody, then written as one package."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import UsageError
from sviedka.handover import custody, recipients, sinks
from sviedka.handover.formats import writer
from sviedka.handover.package import Handover, Package, Piece
from sviedka.handover.withheld import Withheld
from sviedka.keep.author import TOOL, stated
from sviedka.keep.bundle.making import Maker
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sviedka.handover.custody import Custody
    from sviedka.handover.selection import Selection
    from sviedka.keep.age import Recipient
    from sviedka.keep.archive import Archive
    from sviedka.keep.index import Record
    from sviedka.keep.ledger.statements import Facet

_ABOUT: Final = 10_000
"""Records that one event names at most; their ids take two thirds of the longest record."""
_FOLDER: Final = 20
"""Hex digits of an id that name a folder: 80 bits, so that no two meet, in few characters."""


@dataclass(frozen=True)
class Terms:
    """How it is handed over: the form, to whom, what for.

    With no recipients it is written in the clear. ``purpose`` stays in the archive;
    ``organization`` goes along, if it is given. Only with ``whole_events`` does custody say what
    events were for.
    """

    form: str
    recipients: tuple[Recipient, ...] = ()
    purpose: str = ""
    organization: str = ""
    whole_events: bool = False


@dataclass(frozen=True)
class Handed:
    """What was written: how many originals and other records, bytes of the originals."""

    items: int
    records: int
    size: int
    archive: str
    log: str
    withheld: Sequence[Withheld]


def hand_over(
    archive: Archive,
    chosen: Selection,
    out: Path,
    terms: Terms,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - shows nothing
) -> Handed:
    """Write a package of what was chosen, to a place where nothing is yet.

    Custody gets a ``dis`` event first. UsageError if there is nothing to hand over or something
    lies at ``out``; after that and IntegrityError, AccessError, NotFoundError or StorageError
    nothing lies there.
    """
    if not chosen.records:
        raise UsageError(
            "nothing is left to be handed over", do="`--list` shows what is withheld, and why"
        )
    sinks.require_new(out)
    _enter(archive, chosen.records, _purpose(terms))
    maker = Maker(archive)  # after that, which may have begun a day
    gathered = custody.gather(
        archive,
        chosen.records,
        maker.heads.attested,
        maker.day_of,
        purposes=terms.whole_events,
        purpose=terms.purpose,
    )
    withheld = [*chosen.withheld, *_purposes(gathered)]
    handover = Handover(
        archive=archive.archive_id,
        log=archive.history.log_keys[-1].key,
        made=stated(archive.now()),
        tool=TOOL,
        pieces=list(_pieces(chosen.records, gathered)),
        withheld=withheld,
        maker=maker,
        organization=terms.organization,
        purpose=terms.purpose,
        whole_events=terms.whole_events,
        progress=progress,
    )
    with sinks.opened(out, terms.recipients) as sink:
        writer(terms.form)(handover, Package(sink))
    items = sum(each.original is not None for each in gathered)
    return Handed(
        items=items,
        records=len(gathered) - items,
        size=handover.size,
        archive=handover.archive,
        log=handover.log,
        withheld=withheld,
    )


def _purpose(terms: Terms) -> str:
    """What custody says of it: what for, in which form, to whom."""
    to = ", ".join(map(recipients.shown, terms.recipients))
    how = f"as {terms.form}, " + (f"sealed to {to}" if to else "not sealed")
    return f"{terms.purpose} ({how})" if terms.purpose else f"handed over {how}"


def _enter(archive: Archive, records: Iterable[Record], purpose: str) -> None:
    """Enter in the custody of these records that they leave the archive, as one act."""
    about: dict[tuple[str, Facet], list[str]] = defaultdict(list)
    for each in records:
        about[each.batch.case.hex(), each.batch.facet].append(each.id.hex())  # type: ignore[index]
    with archive.save(Event("dis", purpose)) as save:
        for (case, facet), ids in about.items():
            for at in range(0, len(ids), _ABOUT):
                save.happened(case, facet, ids[at : at + _ABOUT])
        save.finish()


def _purposes(gathered: Iterable[Custody]) -> list[Withheld]:
    """The purposes that are not disclosed, an event each."""
    return list(
        dict.fromkeys(
            Withheld("event", "purpose", each.case, each.facet, event.id, "event")
            for each in gathered
            for event in each.events
            if event.withholds
        )
    )


def _pieces(records: Sequence[Record], gathered: Sequence[Custody]) -> Iterator[Piece]:
    """Pieces in families: behind each item what was taken out of it, else in ledger order."""
    by_id = dict(zip((each.record for each in gathered), records, strict=True))
    children: dict[str, list[Custody]] = defaultdict(list)
    for each in gathered:
        children[parent_of(each, by_id)].append(each)
    # What claims to hold itself hangs on no head: it comes last.
    waiting = [*gathered[::-1], *children[""][::-1]]
    seen = set()
    while waiting:
        each = waiting.pop()
        if each.record not in seen:
            seen.add(each.record)
            yield Piece(by_id[each.record], each, each.record[:_FOLDER])
            waiting += children[each.record][::-1]


def parent_of(one: Custody, given: Mapping[str, object]) -> str:
    """The item that it was taken out of, if that is given too; "" otherwise."""
    return next((each for each in one.parents if each in given and each != one.record), "")
