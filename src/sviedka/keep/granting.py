"""Giving devices keys that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import SviedkaError
from sviedka.keep.author import Draft, Notice
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.ledger import statements as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sviedka.keep.keys.ring import Keyring
    from sviedka.keep.ledger.history import History
    from sviedka.keep.saving import Saving


def standing(history: History) -> Iterator[FacetEpoch]:
    """Every key of every facet that is not destroyed."""
    for case, facets in history.cases.items():
        for facet, state in facets.items():
            if not state.destroyed:
                for keys in state.epochs:
                    yield FacetEpoch(case, facet, keys.epoch)  # type: ignore[arg-type]


def grant(  # noqa: PLR0913, PLR0917 - what, from whose keys, to whom and why
    save: Saving,
    ring: Keyring,
    history: History,
    names: Iterable[FacetEpoch],
    devices: Mapping[str, bytes],
    purpose: str = "",
) -> tuple[list[FacetEpoch], list[FacetEpoch]]:
    """Grant keys that the ring opens to devices (with their seal keys), in the group of a save.

    Gives the keys that were granted, and those that the ring does not open.
    """
    granted, given, shut = [], [], []
    for name in names:
        try:
            seed = ring.identity(name).seed
        except SviedkaError:  # not ours, without its outer key, or every grant of it is damaged
            shut.append(name)
            continue
        outer = history.cases[name.case][name.facet].epochs[name.epoch - 1].outer
        granted.append(save.grant(name, seed, outer, devices))
        given.append(name)
    for at in range(0, len(granted), say.MAX_GRANTS):
        data = say.GrantData(grants=granted[at : at + say.MAX_GRANTS])
        save.state(Draft(say.Grant, {"data": data}, Notice("pol", purpose)))
    return given, shut
