"""What differs between two captures of one page: exactly, answer by answer and line by line.

Nothing is held to be noise: a counter, a token or an advertisement that is another each time is
listed like all else, and the reader judges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.capture.live.visit import Resource

Answers = frozenset[tuple[int, str, str]]


class Change(NamedTuple):
    """An answer that is not as it was; the digests are those of ``Resource``, "" for none."""

    url: str
    change: Literal["added", "altered", "gone"]
    before: str
    after: str


class Line(NamedTuple):
    """A line of text that went or came."""

    change: Literal["added", "gone"]
    text: str


def changes(before: Iterable[Resource], after: Iterable[Resource]) -> list[Change]:
    """The answers that differ in what they say, in their status or in where they send to.

    In the order of their URLs; equal captures give none.
    """
    then, now = _by_url(before), _by_url(after)
    return [
        Change(url, _sort(then.get(url), now.get(url)), _first(then.get(url)), _first(now.get(url)))
        for url in sorted(then.keys() | now.keys())
        if then.get(url) != now.get(url)
    ]


def _by_url(resources: Iterable[Resource]) -> dict[str, Answers]:
    found: dict[str, set[tuple[int, str, str]]] = defaultdict(set)
    for each in resources:
        found[each.url].add((each.status, each.sha256, each.location))
    return {url: frozenset(answers) for url, answers in found.items()}


def _sort(then: Answers | None, now: Answers | None) -> Literal["added", "altered", "gone"]:
    if then is None:
        return "added"
    return "altered" if now else "gone"


def _first(answers: Answers | None) -> str:
    return min(answers)[1] if answers else ""


def lines(before: str, after: str) -> Iterator[Line]:
    """The lines that one text has and the other has not, as often: gone ones first, in order."""
    then, now = before.splitlines(), after.splitlines()
    yield from (Line("gone", each) for each in _less(then, now))
    yield from (Line("added", each) for each in _less(now, then))


def _less(lines: list[str], others: list[str]) -> Iterator[str]:
    """The lines that are more than their equals among ``others``."""
    left = Counter(others)
    for each in lines:
        if left[each]:
            left[each] -= 1
        else:
            yield each
