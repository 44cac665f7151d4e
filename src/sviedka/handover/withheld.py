"""What is not handed over, and why: a list that names no person, ids and reasons only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sviedka.handover.tables import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Reason = Literal[
    "date",
    "deleted",
    "destroyed",
    "facet",
    "kind",
    "named",
    "no_key",
    "provisional",
    "purpose",
]
MEANING: Final[Mapping[str, str]] = {
    "date": "outside the dates that were asked for",
    "deleted": "deleted from the archive",
    "destroyed": "destroyed, with its keys",
    "facet": "in a facet that is not given",
    "kind": "of a kind that was not asked for",
    "named": "left out by name",
    "no_key": "this device has no key to it",
    "provisional": "not in the ledger yet",
    "purpose": "what it was for, in its author's words",
}

COLUMNS: Final = ("what", "id", "case", "facet", "kind", "count", "reason")


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing, or ``count`` of a sort: ``what`` is event, facet, import, object or record.

    ``id`` (hex) is "" where several are counted. Never what a person wrote.
    """

    what: Literal["event", "facet", "import", "object", "record"]
    reason: Reason
    case: str
    facet: str
    id: str = ""
    kind: str = ""
    count: int = 1

    @property
    def row(self) -> tuple[str, ...]:
        """Its cells, as ``COLUMNS`` names them."""
        return (
            self.what, self.id, self.case, self.facet, self.kind, str(self.count), self.reason
        )  # fmt: skip


def as_csv(withheld: Iterable[Withheld]) -> bytes:
    """All of it as a table (RFC 4180, UTF-8)."""
    return "".join(map(csv_line, [COLUMNS, *(each.row for each in withheld)])).encode()
