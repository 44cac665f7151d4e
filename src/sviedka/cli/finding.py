"""What an id names, with all that a person wants to know of it: the result of ``sviedka show``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from sviedka.errors import NotFoundError

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.index import Record
    from sviedka.keep.index.events import Event

_PAGES: Final = 20
"""Pages of a web archive that are shown at once; `sviedka web list` shows them all."""
_HEX: Final = re.compile("[0-9a-fA-F]{1,64}")


def find(archive: Archive, name: str, purpose: str) -> dict[str, Any]:
    """What a person means by ``name``; NotFoundError if nothing has it."""
    from sviedka.capture.intake import case_named

    # What is all digits is a position as long as there is one: ids are much longer numbers.
    if name.isdecimal() and int(name) < archive.history.size:
        return _entry(archive, int(name))
    if _HEX.fullmatch(name):
        try:
            return _record(archive, name, purpose)
        except NotFoundError:
            pass  # it may still name a case
    case = case_named(archive, name)
    if case is None:
        raise NotFoundError(
            f"nothing here is called {name!r}",
            do="`sviedka list` shows the cases, `sviedka list CASE` what is in one",
        )
    return _case(archive, case)


def _record(archive: Archive, name: str, purpose: str) -> dict[str, Any]:
    from sviedka.keep.index.labels import labels
    from sviedka.keep.reading import find_meant, open_record

    record = find_meant(archive, name)
    opened = open_record(archive, record, purpose)
    with archive.projector.index.reading() as db:
        label = labels(db).get(record.batch.case)
    return {
        "id": record.id.hex(),
        "kind": record.kind,
        "case": record.batch.case.hex(),
        "label": label.name if label else None,
        "facet": record.batch.facet,
        "entry": record.batch.entry,
        "position": record.batch.position,
        "device": record.batch.device.hex(),
        "record": json.loads(opened.body),
        **(_origin(archive, record) if record.kind == "item" else {}),
        "custody": _custody(archive, record),
    }


def _origin(archive: Archive, record: Record) -> dict[str, Any]:
    """Where an original lay, and what it hung on."""
    from sviedka.capture.whence import whence

    found = whence(archive, record.id)
    messages = [
        {"id": each.message.hex(), "number": each.number, "role": each.role, "time": each.unixtime}
        for each in found.messages
    ]
    return {"paths": found.paths, "messages": messages, **_contents(archive, record.id)}


def _contents(archive: Archive, item: bytes) -> dict[str, Any]:
    """As what an original was read, and what it is a part of."""
    from sviedka.capture.contents.parts import lies_in, readings
    from sviedka.capture.web.resources import count, resources
    from sviedka.cli import webpages

    with archive.projector.index.reading() as db:
        read, within = readings(db, item), lies_in(db, item)
        pages, held = resources(db, item=item, pages=True, limit=_PAGES), count(db, item=item)
    return {
        "pages": [webpages.row(each) for each in pages],
        "resources": held,
        "read": [
            {"record": e.record.hex(), "format": e.format, "outcome": e.outcome, "parts": e.parts}
            for e in read
        ],
        "part_of": [
            {
                "item": each.of.hex(),
                "name": each.name.decode("utf-8", "backslashreplace"),
                "number": each.number,
                "place": each.place,
            }
            for each in within
        ],
    }


def _custody(archive: Archive, record: Record) -> list[dict[str, Any]]:
    from sviedka.keep.index.events import custody

    with archive.projector.index.reading() as db:
        return [_event(each) for each in custody(db, record.id)]


def _event(event: Event) -> dict[str, Any]:
    return {
        "entry": event.entry,
        "import": event.imported.hex() if event.imported else None,
        "purpose": event.purpose,
        "time": event.time,
        "tool": event.tool,
        "type": event.type,
    }


def _case(archive: Archive, case: str) -> dict[str, Any]:
    from sviedka.keep.index.labels import labels
    from sviedka.keep.index.records import counts, kinds

    with archive.projector.index.reading() as db:
        label = labels(db).get(bytes.fromhex(case))
        held = {
            each.facet: {"bytes": each.size, "items": each.items, "records": each.records}
            for each in counts(db)
            if each.case.hex() == case
        }
        known = kinds(db, bytes.fromhex(case))
    facets = {
        name: {"destroyed": facet.destroyed, "epoch": len(facet.epochs), **held.get(name, {})}
        for name, facet in archive.history.cases[case].items()
    }
    return {
        "case": case,
        "label": label.name if label else None,
        "sort": label.sort if label else None,
        "facets": facets,
        "kinds": known,
    }


def _entry(archive: Archive, position: int) -> dict[str, Any]:
    from sviedka.keep.ledger.entry import Entry

    for line in archive.lines(position):
        entry = Entry.parse(line)
        return {"entry": position, "id": entry.id.hex(), **json.loads(line)["body"]}
    raise NotFoundError(f"the ledger has no entry {position}")
