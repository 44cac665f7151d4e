"""Web archives among the originals: what they hold is listed, and found inside by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sviedka.capture.web.contents import records
from sviedka.capture.web.resources import taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.contents.group import Group
    from sviedka.capture.intake import Outcome
    from sviedka.keep.index import Index


def take(  # noqa: PLR0913, PLR0917 - one open file, and where to say what is in it
    index: Index, group: Group, outcome: Outcome, item: str, where: str, source: int
) -> None:
    """Say what a web archive holds; after an interruption, what was not said before it."""
    before = taken(index, item)
    said: dict[str, Any] = {}
    for said in records(source, where.rpartition("/")[2], item, outcome.import_id):
        if said.get("number", before + 1) > before:
            group.save.record(outcome.case, "evidence", said)
            group.count(1)
    outcome.formats[said["format"]] += 1
    outcome.faults += said["outcome"] != "whole"
    outcome.troubles += _troubles(where, said)


def _troubles(where: str, said: dict[str, Any]) -> Iterator[str]:
    for fault in said.get("faults", []):
        file = f" › {fault['file']}" if fault.get("file") else ""
        yield f"{where}{file}, byte {fault['offset']:,}: {fault['what']}"
    for each in said.get("missing", []):
        yield f"{where}: it names a {each['what']} that is not there: {each.get('name', '…')}"
    for more in ("faults_more", "missing_more"):
        if said.get(more):
            yield f"{where}: {said[more]:,} more like these"
