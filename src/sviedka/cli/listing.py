"""The lists that ``sviedka list`` shows: rows for programs, lines for people, and how many."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sviedka.cli import words
from sviedka.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import tzinfo

    from sviedka.keep.archive import Archive


class Listing(NamedTuple):
    """Some of what there is, as rows and as lines; ``total`` is how many there are."""

    rows: list[dict[str, Any]]
    lines: list[str]
    total: int
    besides: str = ""
    """What there is of another sort, where nothing of this one is."""

    def closing(self, name: str, offset: int) -> list[str]:
        """What to say under the list, unless it is short and whole."""
        if not self.rows:
            if self.total:
                return [f"There are only {self.total:,} {name}."]
            return [f"There are no {name}.{self.besides}"]
        last = offset + len(self.rows)
        if len(self.rows) == self.total:
            return []
        more = f" Go on with --offset {last}" if last < self.total else ""
        return [f"{offset + 1:,}–{last:,} of {self.total:,} {name}.{more}"]


def cases(archive: Archive, limit: int, offset: int) -> Listing:
    """The cases, and what each holds."""
    from sviedka.keep.index.labels import labels
    from sviedka.keep.index.records import counts
    from sviedka.keep.ledger.statements import COMMONS

    with archive.projector.index.reading() as db:
        named, held = labels(db), defaultdict(list)
        for each in counts(db):
            held[each.case.hex()].append(each)
    known = [each for each in archive.history.cases if each != COMMONS]
    rows: list[dict[str, Any]] = []
    for case in known[offset : offset + limit]:
        facets = archive.history.cases[case]
        label = named.get(bytes.fromhex(case))
        mine = held[case]
        rows.append(
            {
                "bytes": sum(each.size for each in mine),
                "case": case,
                "destroyed": all(facet.destroyed for facet in facets.values()),
                "facets": sorted(name for name, facet in facets.items() if not facet.destroyed),
                "items": sum(each.items for each in mine),
                "label": label.name if label else None,
                "records": sum(each.records for each in mine),
                "sort": label.sort if label else None,
            }
        )
    lines = words.columns([_case_line(each) for each in rows], right={2, 3, 4})
    return Listing(rows, lines, len(known))


def _case_line(row: dict[str, Any]) -> tuple[str, ...]:
    gone = row["destroyed"]
    return (
        row["case"][:8],
        words.plain(row["sort"] or "-"),
        "" if gone else words.count(row["items"], "item"),
        "" if gone else words.count(row["records"], "record"),
        "" if gone else words.size(row["bytes"]),
        "destroyed" if gone else words.plain(row["label"] or "(no label that may be read)"),
    )


def items(archive: Archive, case: str, limit: int, offset: int) -> Listing:
    """The originals of a case: size, and where each lay or what it hung on."""
    from sviedka.capture.whence import called
    from sviedka.keep.index.items import items as query
    from sviedka.keep.index.records import counts, kinds

    with archive.projector.index.reading() as db:
        others = ", ".join(f"{n:,} {kind}" for kind, n in kinds(db, bytes.fromhex(case)).items())
        found = query(db, case=bytes.fromhex(case), limit=limit, offset=offset)
        names = called(db, [each.id for each in found])
        total = sum(each.items for each in counts(db) if each.case.hex() == case)
    rows: list[dict[str, Any]] = [
        {
            "facet": each.facet,
            "id": each.id.hex(),
            "name": names.get(each.id),
            "position": each.position,
            "sha256": each.sha256.hex(),
            "size": each.size,
        }
        for each in found
    ]
    lines = words.columns(
        [(row["id"][:12], words.size(row["size"]), words.plain(row["name"] or "")) for row in rows],
        right={1},
    )
    return Listing(rows, lines, total, f" Records, by --kind: {others}." if others else "")


def records(archive: Archive, case: str | None, kind: str, limit: int, offset: int) -> Listing:
    """Records of a kind, of a case or of all; with their beginning, if reading it is free.

    NotFoundError for a kind of which there are none.
    """
    from sviedka.keep.calendar import zone
    from sviedka.keep.index.records import kinds
    from sviedka.keep.index.records import records as query
    from sviedka.keep.reading import bodies

    chosen = bytes.fromhex(case) if case else None
    with archive.projector.index.reading() as db:
        known = kinds(db, chosen)
        found = query(db, case=chosen, kind=kind, limit=limit, offset=offset)
    if kind not in known:
        there = f"there are {', '.join(known)}" if known else ""
        raise NotFoundError(f"there are no records of the kind {kind!r}", do=there)
    rows: list[dict[str, Any]] = [
        {
            "case": each.batch.case.hex(),
            "facet": each.batch.facet,
            "id": each.id.hex(),
            "kind": each.kind,
            "position": each.batch.position,
        }
        for each in found
    ]
    here = zone(archive.found.zone)
    lines = words.columns(
        [
            (row["id"][:12], kind, row["facet"], *_beginning(body, here))
            for row, body in zip(rows, bodies(archive, found), strict=True)
        ]
    )
    return Listing(rows, lines, known[kind])


def _beginning(body: bytes | None, zone: tzinfo) -> tuple[str, str]:
    """When a record is of, and how it begins."""
    if body is None:
        return "", "(sealed; `sviedka show` opens it)"
    said = msgspec.json.decode(body, type=dict[str, Any])
    when = next((said[key] for key in ("unixtime", "time", "mtime") if key in said), "")
    when = float(when) if isinstance(when, str) and when.replace(".", "").isdigit() else when
    hung = [str(each.get("role", "")) for each in said.get("media", []) if isinstance(each, dict)]
    keys = ("text", "path", "name", "url", "action", "why", "type", "sha256")
    begin = next((str(said[key]) for key in keys if said.get(key)), "")
    marks = f"[{', '.join(hung)}] " if hung else ""
    return (words.moment(when, zone) if when != "" else ""), words.beginning(marks + begin)


def imports(archive: Archive, limit: int, offset: int) -> Listing:
    """What was brought at one time, the oldest first."""
    from sviedka.keep.calendar import zone
    from sviedka.keep.index.events import imports as query

    with archive.projector.index.reading() as db:
        found = query(db)
    rows: list[dict[str, Any]] = [
        {
            "bytes": each.size,
            "cases": each.cases,
            "import": each.id.hex(),
            "items": each.items,
            "purpose": each.purpose,
            "records": each.records,
            "time": each.time,
            "tool": each.tool,
        }
        for each in found[offset : offset + limit]
    ]
    here = zone(archive.found.zone)
    lines = words.columns(
        [
            (
                row["import"][:8],
                words.moment(row["time"], here),
                words.count(row["items"], "item"),
                words.count(row["records"], "record"),
                words.beginning(row["purpose"] or ""),
            )
            for row in rows
        ],
        right={2, 3},
    )
    return Listing(rows, lines, len(found))
