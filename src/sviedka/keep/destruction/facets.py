"""Destroying a case, or facets of it: every copy of what lies there becomes unreadable.

The outer keys go, and with them every copy of every grant; so do grants, objects and what the
index held (DESIGN.md, "Keys"). A key backup that still has them expires with the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError, UsageError
from sviedka.keep.author import Draft, Notice
from sviedka.keep.ledger import statements as say
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet

TOMBSTONES: Final[tuple[Facet, ...]] = ("evidence", "narrative", "identity", "contact", "status")
"""Where the tombstone of a facet is put: the first of these that is left."""


def destroy(archive: Archive, case: str, facet: Facet | None = None, purpose: str = "") -> None:
    """Destroy a facet, or all of a case; when this returns, nothing of it is here.

    NotFoundError or UsageError if there is none or it must stay, NotPermittedError if this device
    may not. BusyError if another process has the index open: all is destroyed then, but its old
    index key lives on with that process.
    """
    with archive.locked():
        archive.catch_up()
        going = _going(archive, case, facet)
        targets = [say.Target(case=case, facet=each) for each in going]
        facets = archive.history.cases[case]
        left = [
            each
            for each in TOMBSTONES
            if each in facets and not facets[each].destroyed and each not in going
        ]
        with archive.save(Event("del", purpose)) as save:
            data = say.DestroyData(what=targets)
            save.state(Draft(say.Destroy, {"data": data}, Notice("del", purpose)))
            if left:
                stone = {"facets": going, "kind": "tombstone", "v": 1, "why": purpose}
                save.record(case, left[0], stone)
            save.finish()


def _going(archive: Archive, case: str, facet: Facet | None) -> list[Facet]:
    """The facets that are meant and still there."""
    if case == say.COMMONS:
        raise UsageError("commons cannot be destroyed: every case rests on it")
    facets = archive.history.cases.get(case)
    if facets is None:
        raise NotFoundError(f"there is no case {case}")
    if facet is not None and facet not in facets:
        raise NotFoundError(f"case {case} has no facet {facet}")
    going = [
        name
        for name, state in sorted(facets.items())
        if facet in (None, name) and not state.destroyed
    ]
    if not going:
        raise UsageError("this is destroyed already", where=f"case {case}")
    return going  # type: ignore[return-value]
