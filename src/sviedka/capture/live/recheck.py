"""Asking again for what was captured: it is as it was, changed, or gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from sviedka.capture.intake import importing
from sviedka.capture.live import captures, comparing
from sviedka.capture.live.adapters.choosing import named
from sviedka.capture.live.importing import sound
from sviedka.capture.live.visit import Resource
from sviedka.errors import NotFoundError
from sviedka.keep.author import stated
from sviedka.keep.index.items import find
from sviedka.keep.reading import find_meant, find_record, open_record, read_original
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.capture.live.captures import Made
    from sviedka.capture.live.capturing import Capture
    from sviedka.capture.live.comparing import Change, Line
    from sviedka.capture.live.importing import Sealed, Terms
    from sviedka.capture.live.running import Run
    from sviedka.capture.live.visit import Fault
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

Outcome = Literal["same", "changed", "deleted", "moved", "login_wall", "refused", "unreachable"]

_GONE: Final = frozenset({404, 410})
"""RFC 9110, §15.5.5 and §15.5.11."""
_MOST: Final = 200
_LONGEST: Final = 500
_COMPARED: Final = frozenset({"listing", "text"})
"""Roles of the items by which captures are compared."""


@dataclass(frozen=True)
class Before:
    """A capture as it stands in the archive."""

    made: Made
    final_url: str
    resources: Sequence[Resource]
    text: str


@dataclass(frozen=True)
class Rechecked:
    """What became of a page; ``record`` is that of the re-check, ``kept`` the new capture's."""

    before: Before
    after: Capture
    outcome: Outcome
    changes: Sequence[Change]
    lines: Sequence[Line]
    record: str = ""
    kept: Sealed | None = None


def meant(archive: Archive, name: str) -> Made:
    """The capture with this record or item; NotFoundError, or AmbiguousError."""
    record = find_meant(archive, name)
    with archive.projector.index.reading() as db:
        found = captures.made(db, record.id)
    if found is None:
        raise NotFoundError("this is no captured page, nor part of one", where=name)
    return found


def all_of(archive: Archive, case: str | None) -> list[Made]:
    """The newest capture of each page, of a case or of all."""
    with archive.projector.index.reading() as db:
        return captures.newest(db, bytes.fromhex(case) if case else None)


def load(archive: Archive, made: Made) -> Before:
    """A capture with what it is compared by; NotFoundError if that was deleted."""
    with archive.projector.index.reading() as db:
        items = captures.items_of(db, made.id)
        found = {role: find(db, item.hex()) for role, item in items.items() if role in _COMPARED}
    if "listing" not in found:
        raise NotFoundError("this capture has no list of what came", where=made.url)
    read = {role: b"".join(read_original(archive, item)) for role, item in found.items()}
    lines = read["listing"].splitlines()
    said = msgspec.json.decode(open_record(archive, find_record(archive, made.id.hex())).body)
    return Before(
        made,
        said.get("final_url", made.url),
        [msgspec.json.decode(line, type=Resource) for line in lines],
        read.get("text", b"").decode(),
    )


def recheck(archive: Archive, run: Run, made: Made, *, keep: bool = True) -> Rechecked:
    """Ask again for a page, and record what became of it; keep what is new, unless told not to."""
    before = load(archive, made)
    adapter = named(made.adapter)
    after = run.capture(made.url, adapter, browser=made.browser, pages=made.pages)
    outcome, changes = judged(before, after)
    seen = after.seen
    # Of another page, or none, it means nothing which lines are missing.
    lines = list(comparing.lines(before.text, seen.text)) if outcome == "changed" and seen else []
    found = Rechecked(before, after, outcome, changes, lines)
    said = _record(found, run.terms, stated(archive.now()))
    case, recorded = made.case.hex(), ""

    def besides(save: Saving, case: str, capture: str) -> None:
        nonlocal recorded
        recorded = save.record(case, "evidence", {**said, "new": capture})

    if keep and outcome != "same" and after.resources:
        kept = run.seal(after, case, besides)
        return Rechecked(before, after, outcome, changes, lines, recorded, kept)
    event = Event("cap", run.terms.purpose, run.terms.import_id)
    with importing(archive, run.waiting), archive.save(event) as save:
        recorded = save.record(case, "evidence", said)
        save.finish()
    return Rechecked(before, after, outcome, changes, lines, recorded)


def judged(before: Before, after: Capture) -> tuple[Outcome, list[Change]]:
    """What became of a page, and the answers that differ (none where there is no page now)."""
    seen = after.seen
    if seen is None:
        return "unreachable", []
    if seen.wall:
        return "login_wall", []
    if seen.status in _GONE:
        return "deleted", []
    if seen.status >= 400:
        return "refused", []
    if seen.final_url != before.final_url:
        return "moved", []
    changes = comparing.changes(before.resources, after.resources)
    return "changed" if changes else "same", changes


def _record(found: Rechecked, terms: Terms, now: str) -> dict[str, Any]:
    made, seen = found.before.made, found.after.seen
    record: dict[str, Any] = {
        "capture": made.id.hex(),
        "import": terms.import_id,
        "kind": "recheck",
        "outcome": found.outcome,
        "proxied": terms.proxied,
        "time": now,
        "url": made.url,
        "v": 1,
    }
    if seen:
        record |= {"final_url": sound(seen.final_url), "status": seen.status}
    record |= {"collector": terms.collector} if terms.collector else {}
    for name, given in (
        ("changes", [_change(each) for each in found.changes]),
        ("lines", [_line(each) for each in found.lines]),
        ("faults", [*_otherwise(found), *map(_fault, found.after.faults)]),
    ):
        record |= {name: given[:_MOST]} if given else {}
        if len(given) > _MOST and name != "faults":
            record[f"{name}_more"] = len(given) - _MOST
    return record


def _change(change: Change) -> dict[str, str]:
    said = {"after": change.after, "before": change.before, "change": change.change}
    return {name: each for name, each in said.items() if each} | {"url": sound(change.url)}


def _line(line: Line) -> dict[str, str]:
    return {"change": line.change, "text": sound(line.text, _LONGEST)}


def _otherwise(found: Rechecked) -> list[dict[str, str]]:
    """What makes the two captures differ besides the page."""
    made, seen = found.before.made, found.after.seen
    if not made.browser or seen is None or seen.browser:
        return []
    return [{"place": sound(made.url), "what": "shown in a browser then, fetched without one now"}]


def _fault(fault: Fault) -> dict[str, str]:
    return {"place": sound(fault.place), "what": sound(fault.what)}
