"""What the entries of a ledger bring, what of that is to be there, and what is to be gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sviedka.keep.keys import grants
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.groups import Gathering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.keep.ledger.history import History


class Brought(NamedTuple):
    """A file that an entry brings: of which case, where the entry stands, and the most bytes.

    ``exact`` says that it has just so many.
    """

    case: str
    position: int
    size: int
    exact: bool


@dataclass
class Inventory:
    """Objects and grant files by name, kept heads by file with their SHA-256."""

    objects: dict[str, Brought] = field(default_factory=dict)
    grants: dict[str, Brought] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    gone_objects: set[str] = field(default_factory=set)
    gone_grants: set[str] = field(default_factory=set)

    def add(self, entry: Entry, position: int = 0, history: History | None = None) -> None:
        """Note what an entry in force brings; what ``history`` knows to be destroyed, as gone."""
        for each in _objects(entry.body):
            if history is not None and (each.name in history.gone or _destroyed(history, each)):
                self.gone_objects.add(each.name)
            else:
                self.objects[each.name] = Brought(each.case, position, each.size, exact=True)
        for each in _grants(entry.body):
            if history is not None and _destroyed(history, each):
                self.gone_grants.add(each.name)
            else:
                self.grants[each.name] = Brought(each.case, position, each.size, exact=False)
        if isinstance(entry.body, say.Content):
            self.kept |= {each.file: each.hash for each in entry.body.kept or ()}


def of_group(entries: Iterable[Entry]) -> Inventory:
    """What one group brings, whatever becomes of it later."""
    inventory = Inventory()
    for entry in entries:
        inventory.add(entry)
    return inventory


def of_ledger(lines: Iterable[bytes], history: History) -> Inventory:
    """What all entries in force bring, as ``history``, that of all these lines, sees it."""
    inventory, group = Inventory(), Gathering()
    for position, line in enumerate(lines):
        for entry in group.take(Entry.parse(line)):
            inventory.add(entry, position, history)
    # The same bytes may have come twice; what is to be there is not gone.
    inventory.gone_objects -= inventory.objects.keys()
    inventory.gone_grants -= inventory.grants.keys()
    return inventory


class _Named(NamedTuple):
    name: str
    case: str
    facet: str
    size: int


def _objects(body: say.Body) -> Iterator[_Named]:
    match body:
        case say.Content():
            for each in body.objects:
                yield _Named(each.hash, body.case, body.facet, each.size)
        case say.Destroy():
            sizes = {each.hash: each.size for each in body.objects or ()}
            for target in body.data.what:
                for gone in target.objects or ():
                    if gone.by:
                        yield _Named(gone.by, target.case, target.facet, sizes[gone.by])


def _grants(body: say.Body) -> Iterator[_Named]:
    if isinstance(body, say.Grant):
        for each in body.data.grants:
            yield _Named(each.file, each.case, each.facet, grants.FILE_LIMIT)


def _destroyed(history: History, each: _Named) -> bool:
    return history.cases[each.case][each.facet].destroyed
