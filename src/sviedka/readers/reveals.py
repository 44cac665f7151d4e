"""What the facts of an original reveal about its source, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.readers.findings import Fact


def note(facts: Iterable[Fact]) -> str:
    """One line: which facts there are, each name once, in their order."""
    return ", ".join(dict.fromkeys(fact.name for fact in facts))
