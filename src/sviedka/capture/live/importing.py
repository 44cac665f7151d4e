"""Captures into an archive: one group each, so that what is there is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.capture.contents.spool import MAX_SPOOL, spooled
from sviedka.capture.intake import open_case, require_facets
from sviedka.capture.live.captures import host, named
from sviedka.capture.live.capturing import listing
from sviedka.capture.originals import keep_bytes
from sviedka.capture.sources import source_record
from sviedka.capture.web.contents import records
from sviedka.errors import AmbiguousError
from sviedka.keep.author import stated
from sviedka.keep.index.labels import labels
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sviedka.capture.live.capturing import Capture
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

FACETS: Final = ("evidence", "status")
_TEXT: Final = 2000
_MOST: Final = 200
"""Faults and counts that a record lists, so that it stays far below 1 MiB."""


@dataclass(frozen=True)
class Terms:
    """What a run says of itself: its import, the collector's pseudonym, whether by a proxy, why."""

    import_id: str
    collector: str = ""
    proxied: bool = False
    purpose: str = ""


@dataclass(frozen=True)
class Sealed:
    """A capture as it is sealed: its case, its record, its WARC's item ("" if nothing came)."""

    case: str
    record: str
    warc: str
    size: int


def seal(
    archive: Archive,
    made: Capture,
    terms: Terms,
    case: str | None = None,
    besides: Callable[[Saving, str, str], None] | None = None,
) -> Sealed:
    """Seal a capture into a case: the one given, else that of its server.

    ``besides`` adds to the same group, given the save, the case and the capture's record.
    """
    server, began = host(made.url), stated(made.began)
    case = case or case_called(archive, server)
    if case:
        require_facets(archive, case, ["evidence"])
    with archive.save(Event("cap", terms.purpose, terms.import_id)) as save:
        case = case or open_case(save, server, "capture", FACETS)
        warc, size = "", 0
        if made.resources:
            ref = save.item_of(case, "evidence", made.warc.blocks())
            warc, size = ref.id, ref.sealed.size
        parts = [
            {"item": keep_bytes(archive, save, case, "evidence", read).item, "role": role}
            for role, read in _parts(made)
        ]
        record = save.record(case, "evidence", _record(made, terms, warc, parts))
        totals = {"bytes": size, "items": len(parts) + bool(warc), "missing": len(made.faults)}
        name = f"{named(made.url, began)}.warc.gz"
        source = source_record(terms.import_id, "capture", name.encode(), totals, warc)
        save.record(case, "evidence", source)
        if warc:
            _say_what_it_holds(save, case, made, name, warc, terms)
        if besides:
            besides(save, case, record)
        save.finish()
    return Sealed(case, record, warc, size)


def _say_what_it_holds(  # noqa: PLR0913, PLR0917 - a file, and where to say what is in it
    save: Saving, case: str, made: Capture, name: str, warc: str, terms: Terms
) -> None:
    """Make each answer addressable; a WARC larger than memory allows is left to ``read``."""
    if made.warc.size > MAX_SPOOL:
        return
    with spooled(made.warc.blocks(), name) as source:
        for each in records(source, name, warc, terms.import_id):
            save.record(case, "evidence", each)


def case_called(archive: Archive, server: str) -> str | None:
    """The case that earlier captures of a server made; AmbiguousError if there are several."""
    with archive.projector.index.reading() as db:
        known = labels(db).items()
    found = [case.hex() for case, each in known if (each.name, each.sort) == (server, "capture")]
    if len(found) > 1:
        raise AmbiguousError(
            f"{len(found)} cases are called {server!r}", found, do="name one by its id with --case"
        )
    return found[0] if found else None


def _parts(made: Capture) -> Iterator[tuple[str, Callable[[], Iterable[bytes]]]]:
    """What was made of what came: its role, and how to read it."""
    if made.resources:
        yield "listing", _whole(listing(made.resources))
    if made.seen is None:
        return
    seen = made.seen
    for role, data in (("picture", seen.picture), ("dom", seen.dom), ("text", seen.text.encode())):
        if data:
            yield role, _whole(data)
    for role, found in (("posts", seen.posts), ("videos", seen.videos)):
        if found:
            lines = [msgspec.json.encode(each, order="sorted") + b"\n" for each in found]
            yield role, _whole(b"".join(lines))
    for film in seen.video:
        yield "video", film.blocks


def _whole(data: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: [data]


def _record(made: Capture, terms: Terms, warc: str, parts: list[dict[str, str]]) -> dict[str, Any]:
    seen = made.seen
    record: dict[str, Any] = {
        "adapter": made.adapter,
        "answers": len(made.resources),
        "began": stated(made.began),
        "browser": bool(seen and seen.browser),
        "ended": stated(made.ended),
        "import": terms.import_id,
        "kind": "capture",
        "parts": parts,
        "proxied": terms.proxied,
        "result": made.result,
        "robots": made.robots,
        "tools": [{"name": name, "version": each} for name, each in sorted(made.tools.items())],
        "url": sound(made.url),
        "v": 1,
    }
    if seen:
        record |= {"final_url": sound(seen.final_url), "status": seen.status}
        record |= {"title": sound(seen.title)} if seen.title else {}
        record |= {"wall": seen.wall} if seen.wall else {}
        record |= {"counts": [_given(msgspec.structs.asdict(each)) for each in seen.counts[:_MOST]]}
    record |= {"collector": terms.collector} if terms.collector else {}
    record |= {"warc": warc} if warc else {}
    record |= {"pages": made.pages} if made.adapter == "telegram" else {}
    if made.faults:
        record["faults"] = [_given(msgspec.structs.asdict(each)) for each in made.faults[:_MOST]]
    if len(made.faults) > _MOST:
        record["faults_more"] = len(made.faults) - _MOST
    return record


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """What is there of these fields, as a record holds it."""
    return {
        name: sound(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if value is not None
    }


def sound(text: str, most: int = _TEXT) -> str:
    """Text within bounds, without halves of characters, which no record can hold."""
    return text[:most].encode(errors="replace").decode()
