"""What every import has in common: its id, its case, its progress, its outcome."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sviedka.errors import AccessError, NotFoundError, UsageError
from sviedka.keep.archive import PATIENCE
from sviedka.keep.index.labels import labels
from sviedka.keep.ledger.lock import hold
from sviedka.keep.leftovers import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving


class Progress(Protocol):
    """Told how an import goes on; ``done`` and ``total`` count bytes."""

    def __call__(self, done: int, total: int) -> None:
        """Show it, or not."""


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


@dataclass
class Outcome:
    """What an import took, found there already, and could not take.

    ``items`` are originals of ``size`` bytes; ``places`` are where files lay, noted in records.
    """

    import_id: str
    case: str
    label: str
    sort: str
    items: int = 0
    size: int = 0
    messages: int = 0
    sources: int = 0
    """Messages that were there from an export of another format, and have a second source now."""
    places: int = 0
    parts: int = 0
    known: int = 0
    missing: int = 0
    faults: int = 0
    """Originals and parts of them that are kept but could not be read, or not whole."""
    revealing: int = 0
    """Originals and parts of them that state something of who made, owned or sent them."""
    formats: Counter[str] = field(default_factory=Counter)
    """How many originals and parts of them were read as which format; "" where no reader knows."""
    notes: list[str] = field(default_factory=list)
    """For people: each thing that could not be taken, and why."""
    troubles: list[str] = field(default_factory=list)
    """For people: each thing that is kept but could not be read, or not whole, and why."""
    hints: list[str] = field(default_factory=list)
    """For people: what else they may want to do with what they brought."""

    @property
    def took_nothing(self) -> bool:
        """Whether everything was there already."""
        read = self.formats.keys() - {""}
        return not (
            self.items or self.messages or self.sources or self.places or self.parts or read
        )


@contextmanager
def importing(archive: Archive, waiting: Callable[[], None]) -> Iterator[None]:
    """Keep other imports out: two that bring the same would both find it missing.

    Saves of other kinds go on. What an import that was killed left half written is cleared away.
    ``waiting`` is called once if another import has to end first; BusyError if that takes too long.
    """
    with hold(archive.path, PATIENCE, waiting):
        archive.catch_up()
        sweep(archive)
        yield


def case_named(archive: Archive, name: str) -> str | None:
    """The case with this label, or whose id begins so; None if there is none.

    UsageError if several fit.
    """
    with archive.projector.index.reading() as db:
        known = labels(db)
    exact = [case.hex() for case, label in known.items() if label.name == name]
    found = exact or [
        case for case in archive.history.cases if len(name) >= 4 and case.startswith(name)
    ]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} cases are called {name!r}",
            do="name one by its id: " + ", ".join(case[:8] for case in found),
        )
    return found[0] if found else None


def require_case(archive: Archive, name: str) -> str:
    """The case that a person names; NotFoundError if there is none."""
    found = case_named(archive, name)
    if found is None:
        raise NotFoundError(f"there is no case {name!r}", do="`sviedka list` shows the cases")
    return found


def open_case(
    save: Saving, name: str, sort: str, facets: Sequence[Facet], names: Facet = "evidence"
) -> str:
    """Declare a new case as part of a save; its label goes into the facet ``names``."""
    case = save.new_case(facets)
    save.record(case, names, {"kind": "label", "name": name, "sort": sort, "v": 1})
    return case


def require_facets(archive: Archive, case: str, facets: Sequence[Facet]) -> None:
    """See that a case can take what is brought, before any of it is written.

    UsageError if it never had one of the facets, or that was destroyed; AccessError if this device
    may not open one, since it could not tell then what is there already.
    """
    declared = archive.history.cases.get(case, {})
    for facet in facets:
        if facet not in declared or declared[facet].destroyed:
            state = "was destroyed" if facet in declared else "was never made"
            raise UsageError(
                f"this needs the facet {facet!r}, which {state} in case {case[:8]}",
                do="put it into another case with --case, or into one of its own without",
            )
        try:
            archive.identity(case, facet, len(declared[facet].epochs))
        except AccessError as error:
            raise AccessError(
                f"this device may not open the facet {facet!r} of case {case[:8]}",
                do="have it granted, or a part of what is there would be taken twice",
            ) from error
