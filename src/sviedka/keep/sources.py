"""Where the keyring of an archive looks things up: its ledger, its grants, this device's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sviedka.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.facet import FacetEpoch
    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger import statements as say
    from sviedka.keep.ledger.history import History
    from sviedka.keep.vault.directory import DirectoryStore


class Holder(Protocol):
    """An archive, as far as a keyring needs to know it."""

    device: DeviceKeys
    state: DeviceState
    history: History
    grants: DirectoryStore


class ArchiveSources:
    """The ``Sources`` of an archive's keyring."""

    def __init__(self, archive: Holder) -> None:
        self._archive = archive

    def grant_files(self, name: FacetEpoch) -> Iterator[bytes]:
        """The grant files that the ledger gives this device for a key, the newest first."""
        for each in reversed(self._archive.history.granted.get(name.case, [])):
            if (each.facet, each.epoch) != name[1:] or self._archive.device.id not in each.devices:
                continue
            try:
                with self._archive.grants.open(each.file) as file:
                    yield file.read()
            except NotFoundError:
                continue

    def declared(self, name: FacetEpoch) -> say.FacetKeys | None:
        """The public keys that a ``case`` entry declares; None if there are none, or no more."""
        facet = self._archive.history.cases.get(name.case, {}).get(name.facet)
        if facet is None or facet.destroyed or name.epoch > len(facet.epochs):
            return None
        return facet.epochs[name.epoch - 1]

    def outer_seed(self, name: FacetEpoch) -> bytes | None:
        """The seed of the outer key (32 bytes); None if it is not here, or destroyed."""
        return self._archive.state.outer_seed(name)
