"""XML that lists properties: one short text in each element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.documents.xml import Start
from sviedka.readers.facts import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.documents.xml import Event

_PIECES: Final = 64  # of the text of one element


class Leaf(NamedTuple):
    """An element's name, its attributes and those of the element that holds it, and its text."""

    name: str
    attributes: dict[str, str]
    holder: dict[str, str]
    text: str


def leaves(events: Iterable[Event]) -> Iterator[Leaf]:
    """Each element as it ends, with the first of its text; that of elements inside it is theirs."""
    held: list[tuple[Start, list[str]]] = [(Start("", {}), [])]
    for event in events:
        if isinstance(event, str):
            if len(held[-1][1]) < _PIECES:
                held[-1][1].append(event[:LONGEST])
        elif isinstance(event, Start):
            held.append((event, []))
        else:
            start, pieces = held.pop()
            text = "".join(pieces).strip()
            yield Leaf(start.name, start.attributes, held[-1][0].attributes, text)
