"""What the facts of an original reveal about its source, in words for people.

A note names the sorts of things and what is stated of each, so that whoever decides what leaves the
house sees at a glance whom it may lead to. Sorts are codes; their words are a table by language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.readers.facts import REVEALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sviedka.readers.facts import Reveals
    from sviedka.readers.findings import Fact

ENGLISH: Final[Mapping[Reveals | None, str]] = {
    "place": "Where it was made",
    "person": "Whom it names",
    "device": "With what it was made",
    "account": "Which account, firm or address it names",
    "time_zone": "In which time zone its clock was set",
    "history": "What it was made from",
    None: "What else it gives away",
}
"""The words for each sort, in the order in which they matter; None: what has no sort."""
_VALUES: Final = 5  # of one name that are shown
_LONGEST: Final = 120  # characters of a value that are shown


def sorted_facts(facts: Iterable[Fact]) -> dict[Reveals | None, list[Fact]]:
    """The revealing facts by what they reveal, in the order of ``ENGLISH``."""
    found: dict[Reveals | None, list[Fact]] = {sort: [] for sort in ENGLISH}
    for fact in facts:
        if fact.reveals:
            found[REVEALS.get(fact.name)].append(fact)
    return {sort: held for sort, held in found.items() if held}


def note(facts: Iterable[Fact], words: Mapping[Reveals | None, str] = ENGLISH) -> str:
    """A sentence for each sort of things that the facts reveal.

    ``With what it was made: device model X; device serial 17.`` ``words`` are those of the language
    of whoever reads it.
    """
    return " ".join(
        f"{words[sort]}: {'; '.join(_named(held)).rstrip('.')}."
        for sort, held in sorted_facts(facts).items()
    )


def _named(facts: list[Fact]) -> list[str]:
    """Each name once, with its first few values."""
    values: dict[str, dict[str, None]] = {}
    for fact in facts:
        values.setdefault(fact.name, {})[_short(fact)] = None
    return [f"{name.replace('_', ' ')} {_listed(list(held))}" for name, held in values.items()]


def _listed(values: list[str]) -> str:
    more = len(values) - _VALUES
    return ", ".join(values[:_VALUES]) + (f" and {more} more" if more > 0 else "")


def _short(fact: Fact) -> str:
    if fact.value is True:
        return "(yes)"
    text = " ".join(str(fact.value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
