"""What was found, laid out for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sviedka.cli import webpages, words
from sviedka.keep.calendar import zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_LONGEST: Final = 160
"""Characters of a key or signature in the clear; --json gives them whole."""
_DEEDS: Final = {
    "cap": "captured",
    "cre": "created",
    "dea": "removed",
    "del": "deleted",
    "dis": "given out",
    "ing": "taken in",
    "mes": "measured",
}
"""PREMIS 3 event types that custody can show, in plain words."""


def lines(found: dict[str, Any], zone_name: str) -> list[str]:
    """A record, case or entry, as lines; times by the calendar of the archive."""
    here = zone(zone_name)
    if "record" in found:
        return _record(found, here)
    return _case(found) if "facets" in found else _entry(found)


def _record(found: dict[str, Any], here: tzinfo) -> list[str]:
    case = f"{words.plain(found['label'] or '')} ({found['case'][:8]}), {found['facet']}".lstrip()
    body = found["record"]
    pairs = [(found["kind"].capitalize(), found["id"]), ("Case", case)]
    if found["kind"] == "item":
        pairs += [
            ("Size", f"{words.size(body['size'])} ({words.count(body['size'], 'byte')})"),
            ("SHA-256", body["sha256"]),
            *(("File", words.plain(each)) for each in found["paths"]),
            *(("Message", _message(each, here)) for each in found["messages"]),
            *(("Part", _part(each)) for each in found["part_of"]),
            *(("Read", _read(each)) for each in found["read"]),
            *(("Page", webpages.line(each, here)) for each in found["pages"]),
        ]
    else:
        pairs += [
            (key, _value(key, value, here))
            for key, value in body.items()
            if key not in {"kind", "v"}
        ]
    pairs.append(("Entry", f"{found['entry']}, by device {found['device'][:8]}"))
    return [*words.fields(pairs), *_custody(found["custody"], here)]


def _message(message: dict[str, Any], here: tzinfo) -> str:
    number = "" if message["number"] is None else f" {message['number']}"
    sent = "" if message["time"] is None else f" of {words.moment(message['time'], here)}"
    return f"{message['role']} of message{number}{sent}: sviedka show {message['id'][:12]}"


def _part(part: dict[str, Any]) -> str:
    where = words.plain(part["place"] or f"number {part['number']}")
    return f"{where} of {part['item'][:12]}: sviedka show {part['item'][:12]}"


def _read(reading: dict[str, Any]) -> str:
    ended = {"whole": "whole", "faults": "not all of it", "failed": "its reader gave up"}
    parts = f", {words.count(reading['parts'], 'part')}" if reading["parts"] else ""
    how = ended[reading["outcome"]]
    return f"as {reading['format']}, {how}{parts}: sviedka show {reading['record'][:12]}"


def _value(key: str, value: object, here: tzinfo) -> str:
    if key == "unixtime" and isinstance(value, int):
        return f"{value} ({words.moment(value, here)})"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words.plain(text)


def _custody(events: list[dict[str, Any]], here: tzinfo) -> Iterator[str]:
    """Each deed with the author's clock, which is what was stated and not more."""
    yield f"Custody, by the clocks of those who did it ({here}):"
    rows = [
        (
            f"  {words.moment(each['time'], here)}",
            _DEEDS.get(each["type"], each["type"]),
            f"entry {each['entry']}",
            words.plain(each["tool"]),
            words.plain(each["purpose"] or ""),
        )
        for each in events
    ]
    yield from words.columns(rows)


def _case(found: dict[str, Any]) -> list[str]:
    held = ", ".join(f"{number:,} {kind}" for kind, number in found["kinds"].items())
    pairs = [
        ("Case", found["case"]),
        ("Label", words.plain(found["label"] or "(none that may be read)")),
        ("Sort", words.plain(found["sort"] or "-")),
        ("Records", held or "none that may be read"),
    ]
    rows = [
        (f"  {name}", *_facet(facet), f"epoch {facet['epoch']}")
        for name, facet in found["facets"].items()
    ]
    return [*words.fields(pairs), "Facets, each under a key of its own:", *words.columns(rows)]


def _facet(facet: dict[str, Any]) -> tuple[str, str]:
    if facet["destroyed"]:
        return "destroyed", ""
    if "records" not in facet:
        return "nothing that this device may read", ""
    size = f", {words.size(facet['bytes'])}" if facet["items"] else ""
    return words.count(facet["records"], "record"), words.count(facet["items"], "item") + size


def _entry(found: dict[str, Any]) -> list[str]:
    return words.fields(
        (key, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (--json shows all)")
        for key, value in found.items()
        for text in [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
    )
