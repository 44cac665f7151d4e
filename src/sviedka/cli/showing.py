"""Finding what an id names, and laying it out for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sviedka.errors import NotFoundError

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive

_LONGEST_POSITION = 12
"""Digits: what is all digits and no longer is an entry's position, not the beginning of an id."""


def find(archive: Archive, name: str, purpose: str) -> dict[str, Any]:
    """What a person means by ``name``; NotFoundError if nothing has it."""
    if name.isdigit() and len(name) <= _LONGEST_POSITION:
        return _entry(archive, int(name))
    try:
        return _record(archive, name, purpose)
    except NotFoundError:
        return _case(archive, name)


def as_text(found: dict[str, Any]) -> str:
    """One line a field; what is structured as indented JSON."""
    lines = []
    for key, value in found.items():
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        lines.append(f"{key + ':':12} {said}")
    return "\n".join(lines)


def _record(archive: Archive, name: str, purpose: str) -> dict[str, Any]:
    from sviedka.keep.reading import find_record, open_record

    record = find_record(archive, name)
    opened = open_record(archive, record, purpose)
    return {
        "id": record.id.hex(),
        "kind": record.kind,
        "case": record.batch.case.hex(),
        "facet": record.batch.facet,
        "entry": record.batch.entry,
        "position": record.batch.position,
        "device": record.batch.device.hex(),
        "record": json.loads(opened.body),
    }


def _case(archive: Archive, name: str) -> dict[str, Any]:
    from sviedka.capture.intake import require_case
    from sviedka.keep.index.labels import labels
    from sviedka.keep.index.records import counts

    case = require_case(archive, name)
    with archive.projector.index.reading() as db:
        label = labels(db).get(bytes.fromhex(case))
        held = {
            each.facet: {"bytes": each.size, "items": each.items, "records": each.records}
            for each in counts(db)
            if each.case.hex() == case
        }
    facets = {
        name: {"destroyed": facet.destroyed, "epoch": len(facet.epochs), **held.get(name, {})}
        for name, facet in archive.history.cases[case].items()
    }
    return {"case": case, "label": label.name if label else None, "facets": facets}


def _entry(archive: Archive, position: int) -> dict[str, Any]:
    from sviedka.keep.ledger.entry import Entry

    for line in archive.lines(position):
        entry = Entry.parse(line)
        return {"entry": position, "id": entry.id.hex(), **json.loads(line)["body"]}
    raise NotFoundError(f"the ledger has no entry {position}")
