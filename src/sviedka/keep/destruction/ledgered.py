"""Which objects and grant files of a ledger are to be gone.

Cheaper than the whole inventory of it: only entries of cases with something destroyed are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from sviedka.keep.ledger.history import History
    from sviedka.keep.ledger.statements import Facet

_NAMING: Final = re.compile(rb'"kind":"(?:content|destroy|grant)"')
_CASE: Final = re.compile(rb'"case":"([0-9a-f]{32})"')


class Named(NamedTuple):
    """A file that an entry names, an object or a grant."""

    case: str
    facet: Facet
    name: str
    grant: bool


class Files(NamedTuple):
    """Names of objects and of grant files."""

    objects: set[str]
    grants: set[str]


def gone(lines: Iterable[bytes], history: History) -> Files:
    """The files that the ledger says are destroyed."""
    cases = {
        case
        for case, facets in history.cases.items()
        if any(facet.destroyed for facet in facets.values())
    }
    files = Files(set(history.gone), set())
    if cases:
        for each in _in_cases(lines, cases):
            if _destroyed(each, history):
                (files.grants if each.grant else files.objects).add(each.name)
    return files


def brought(entries: Iterable[Entry]) -> set[str]:
    """The names of the files that these entries name, gone or not."""
    return {each.name for entry in entries for each in _named(entry.body)}


def _in_cases(lines: Iterable[bytes], cases: AbstractSet[str]) -> Iterator[Named]:
    """What entries name; those of a void group too, since what they brought may lie there."""
    wanted = {case.encode() for case in cases}
    for line in lines:
        if _NAMING.search(line) and not wanted.isdisjoint(_CASE.findall(line)):
            yield from _named(Entry.parse(line).body)


def _named(body: say.Body) -> Iterator[Named]:
    match body:
        case say.Content():
            for each in body.objects:
                yield Named(body.case, body.facet, each.hash, grant=False)
        case say.Grant():
            for granted in body.data.grants:
                yield Named(granted.case, granted.facet, granted.file, grant=True)
        case say.Destroy():
            for target in body.data.what:
                for gone in target.objects or ():
                    if gone.by:
                        yield Named(target.case, target.facet, gone.by, grant=False)


def _destroyed(each: Named, history: History) -> bool:
    facet = history.cases.get(each.case, {}).get(each.facet)
    return facet is not None and facet.destroyed
