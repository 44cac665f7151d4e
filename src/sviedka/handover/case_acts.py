"""What happened to originals as CASE's investigative actions, each with its provenance records.

One event is one action, however many originals it was about. Of what it brought, the originals are
its results; of all that it was about, they are its objects, with the provenance records that the
action before had left. So each chain of custody can be walked from record to record.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.handover.case_terms import DEVICE, ENTRY, IMPORT, RECORD, moment, node, refer, text
from sviedka.handover.case_things import thing_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sviedka.handover.case_terms import Names, Node
    from sviedka.handover.custody import Custody, Event, Recorded

PREMIS: Final[Mapping[str, str]] = {
    "cap": "capture",
    "cre": "creation",
    "dea": "deaccession",
    "del": "deletion",
    "dis": "dissemination",
    "dsv": "digital signature validation",
    "enc": "encryption",
    "fix": "fixity check",
    "ing": "ingestion",
    "mes": "message digest calculation",
    "val": "validation",
}
"""PREMIS 3 event types in words, as the Library of Congress publishes them."""
_EVENT_TYPE: Final = "PREMIS event type"
_VOCABULARY: Final = "http://id.loc.gov/vocabulary/preservation/eventType/"
_MAKER: Final = "Sviedka"
_CLOCK: Final = "The time is by the clock of the device that performed it; nobody else attests it."
_PSEUDONYM: Final = "A device, known by its key alone. Whose it is, is not said."


class Touch(NamedTuple):
    """One record that an event touched, and the event before that had, if any."""

    custody: Custody
    event: Event
    before: Event | None


def acts(custodies: Iterable[Custody]) -> list[list[Touch]]:
    """All events, in the order of the ledger, each with what it touched."""
    found: dict[str, list[Touch]] = defaultdict(list)
    for custody in custodies:
        before = None
        for event in custody.events:
            found[event.id].append(Touch(custody, event, before))
            before = event
    return sorted(found.values(), key=lambda touched: (touched[0].event.entry, touched[0].event.id))


def action_id(names: Names, event: Event) -> str:
    """The id of the action that an event is."""
    return names.of("action", event.id)


def action(names: Names, touched: Sequence[Touch], there: Collection[str]) -> Node:
    """One event as an InvestigativeAction. ``there`` are the records that are given."""
    event = touched[0].event
    name = action_id(names, event)
    brought = [each.custody for each in touched if each.event.brought]
    return node(
        name,
        "case-investigation:InvestigativeAction",
        {
            "uco-core:name": text(PREMIS.get(event.type, event.type)),
            "uco-core:description": _told(event),
            "uco-core:externalReference": _references(names, name, event),
            "uco-action:startTime": moment(event.time),
            "uco-action:performer": refer([names.of("device", event.device)]),
            "uco-action:instrument": refer([names.of("tool", event.tool)]),
            "uco-action:object": refer(_objects(names, touched, there)),
            "uco-action:result": refer(
                [
                    *(thing_id(names, each.record) for each in brought),
                    *(_provenance_id(names, event, each.custody) for each in touched),
                ]
            ),
            "case-investigation:wasInformedBy": refer(
                action_id(names, each.before) for each in touched if each.before
            ),
        },
    )


def _told(event: Event) -> list[str]:
    """What custody tells that the ontology has no term for."""
    told = [_CLOCK if moment(event.time) else f"{_CLOCK} Stated: {text(event.time)}"]
    if event.purpose:
        told.append(f"Purpose: {text(event.purpose)}")
    if event.withholds:
        told.append("What it was for is withheld.")
    return told


def _references(names: Names, name: str, event: Event) -> list[Node]:
    known = _VOCABULARY + event.type if event.type in PREMIS else ""
    found = [
        names.reference(name, _EVENT_TYPE, event.type, known),
        names.reference(name, RECORD, event.id),
        names.reference(name, ENTRY, str(event.entry)),
    ]
    if event.import_id:
        found.append(names.reference(name, IMPORT, event.import_id))
    return found


def _objects(names: Names, touched: Sequence[Touch], there: Collection[str]) -> Iterator[str]:
    for custody, event, before in touched:
        yield thing_id(names, custody.record)
        if event.brought:
            yield from (thing_id(names, each) for each in custody.parents if each in there)
        if before:
            yield _provenance_id(names, before, custody)


def _provenance_id(names: Names, event: Event, custody: Custody) -> str:
    return names.of("provenance", event.id, custody.record)


def provenance(names: Names, touch: Touch, exhibit: str, root: str) -> Node:
    """What an action left of one original: its number here, and how its time is bounded.

    ``root`` is the number of what holds all that it was taken out of, its own if it was not.
    """
    return node(
        _provenance_id(names, touch.event, touch.custody),
        "case-investigation:ProvenanceRecord",
        {
            "uco-core:description": _bounded(touch.event.entry, touch.event.recorded),
            "case-investigation:exhibitNumber": exhibit,
            "case-investigation:rootExhibitNumber": root,
            "uco-core:object": refer([thing_id(names, touch.custody.record)]),
        },
    )


def _bounded(entry: int, recorded: Recorded) -> str:
    """The place in the ledger, and what it says of when the event was recorded."""
    told = [f"Entry {entry} of the ledger"]
    if recorded.day:
        told.append(f"on {recorded.day} by its calendar")
    if recorded.not_before:
        told.append(f"not before {recorded.not_before} as attested from outside")
    if recorded.not_after:
        told.append(f"not after {recorded.not_after} as attested from outside")
    return ", ".join(told) + "."


def agents(names: Names, all_acts: Iterable[Sequence[Touch]]) -> Iterator[Node]:
    """Those who performed actions, by their pseudonyms, and what they performed them with."""
    events = [touched[0].event for touched in all_acts]
    for device in dict.fromkeys(each.device for each in events):
        name = names.of("device", device)
        yield node(
            name,
            "uco-identity:Identity",
            {
                "uco-core:name": f"device {device}",
                "uco-core:description": _PSEUDONYM,
                "uco-core:externalReference": [names.reference(name, DEVICE, device)],
            },
        )
    maker = names.of("organization", _MAKER)
    yield node(maker, "uco-identity:Organization", {"uco-core:name": _MAKER})
    for tool in dict.fromkeys(each.tool for each in events):
        called, _, version = tool.rpartition(" ")
        yield node(
            names.of("tool", tool),
            "uco-tool:Tool",
            {
                "uco-core:name": text(called or version),
                "uco-tool:creator": refer([maker]),
                "uco-tool:version": text(version) if called else None,
            },
        )
