"""The name of one facet key: which case, which facet, which epoch of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sviedka.keep.ledger.statements import Facet


class FacetEpoch(NamedTuple):
    """One key of a facet. As text ``<case>/<facet>/<epoch>``, as in the state and backups."""

    case: str
    facet: Facet
    epoch: int

    def __str__(self) -> str:
        return f"{self.case}/{self.facet}/{self.epoch}"
