"""Removing what the ledger says is destroyed and is still here.

It runs whenever a ``destroy`` entry is taken in: by the device that wrote it, by the next opening
after a crash, by another device that learns of it in a sync. It may be interrupted anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sviedka.keep.destruction.ledgered import brought, gone

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive


def remove(archive: Archive) -> None:
    """Remove outer keys, grants and objects of all that an archive which caught up says is gone."""
    for case, facet in _destroyed(archive):
        archive.ring.forget(case, facet)
    files = gone(archive.lines(), archive.history)
    # What waits in the outbox must be whole when it gets its position; then it goes.
    waiting = brought(archive.pending)
    objects = [name for name in files.objects - waiting if archive.objects.has(name)]
    grants = [name for name in files.grants - waiting if archive.grants.has(name)]
    if objects or grants or _has_keys(archive):
        with archive.locked():
            # The keys first: without them every copy of the rest, wherever it lies, is dead.
            _forget_keys(archive)
            archive.grants.delete(grants)
            archive.objects.delete(objects)


def renew_index(archive: Archive) -> None:
    """Make the index again if its key was given up with the keys of what it held.

    BusyError if another process has it open: whoever opens the archive next, alone, does it then.
    """
    if archive.projector.key != archive.state.index:
        with archive.locked():
            archive.projector.rebuild(archive.state.index)


def _destroyed(archive: Archive) -> list[tuple[str, str]]:
    return [
        (case, name)
        for case, facets in archive.history.cases.items()
        for name, facet in facets.items()
        if facet.destroyed
    ]


def _has_keys(archive: Archive) -> bool:
    """Whether this device still holds the outer key of something destroyed."""
    gone = {f"{case}/{facet}" for case, facet in _destroyed(archive)}
    return any(name.rpartition("/")[0] in gone for name in archive.state.outer)


def _forget_keys(archive: Archive) -> None:
    state = archive.state
    for case, facet in _destroyed(archive):
        state = state.without_outer(case, facet)
    if state.outer.keys() != archive.state.outer.keys():
        # The index held what these keys opened, so its own key goes with them.
        archive.update_state(msgspec.structs.replace(state, index=archive.random(32)))
