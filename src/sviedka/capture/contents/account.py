"""What a reading of one original found, as the records that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sviedka.keep.author import TOOL
from sviedka.readers import Fact, Fault, Row, Text
from sviedka.readers.reveals import note

if TYPE_CHECKING:
    from sviedka.errors import SviedkaError
    from sviedka.readers import Finding

MAX_FACTS: Final = 200
MAX_REVEALING: Final = 500
MAX_FAULTS: Final = 100
MAX_VALUE: Final = 1000
"""Characters; together with the other bounds, a record stays far below 1 MiB."""


@dataclass
class Account:
    """Facts, faults and sums, within the bounds of a record."""

    parts: int = 0
    characters: int = 0
    rows: int = 0
    facts: list[Fact] = field(default_factory=list)
    revealing: list[Fact] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    faults_more: int = 0
    failed: bool = False

    def note(self, finding: Finding) -> None:
        """Take in what is neither a part nor its bytes."""
        if isinstance(finding, Text):
            self.characters += len(finding.text)
        elif isinstance(finding, Row):
            self.rows += 1
        elif isinstance(finding, Fault):
            self.fault(finding)
        elif isinstance(finding, Fact) and not finding.part:
            # Of parts, what they state is theirs: a mail in a mail box is its own subject.
            held, most = (
                (self.revealing, MAX_REVEALING) if finding.reveals else (self.facts, MAX_FACTS)
            )
            if len(held) < most:
                held.append(finding)

    def fault(self, fault: Fault) -> None:
        """Something could not be read."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)
        else:
            self.faults_more += 1

    def fail(self, error: SviedkaError) -> None:
        """The reader gave up; what it had found until then stands."""
        self.failed = True
        self.fault(Fault(0, error.where, "damaged", str(error.what)))

    def reading(self, imported: str, item: str, form: str) -> dict[str, Any]:
        """The record of kind ``reading``."""
        record: dict[str, Any] = {
            "format": form,
            "import": imported,
            "item": item,
            "kind": "reading",
            "outcome": "failed" if self.failed else "faults" if self.faults else "whole",
            "parts": self.parts,
            "tool": TOOL,
            "v": 1,
        }
        sums = {"characters": self.characters, "rows": self.rows, "faults_more": self.faults_more}
        record |= {name: count for name, count in sums.items() if count}
        if self.facts:
            record["facts"] = [_fact(each) for each in self.facts]
        if self.faults:
            record["faults"] = [
                {"place": _text(each.place), "trouble": each.trouble, "what": _text(each.what)}
                for each in self.faults
            ]
        return record

    def reveals(self, imported: str, item: str) -> dict[str, Any] | None:
        """The record of kind ``reveals``, if it reveals anything."""
        if not self.revealing:
            return None
        return {
            "facts": [_fact(each) for each in self.revealing],
            "import": imported,
            "item": item,
            "kind": "reveals",
            "note": note(self.revealing),
            "v": 1,
        }


def _fact(fact: Fact) -> dict[str, Any]:
    value = "" if fact.value is None else str(fact.value)
    return {"name": _text(fact.name), "place": _text(fact.place), "value": _text(value)}


def _text(text: str) -> str:
    """Within bounds, and without halves of characters, which no record can hold."""
    return text[:MAX_VALUE].encode(errors="replace").decode()
