"""The facet keys in use: each opened from a grant when first needed, and held no longer than that.

Knows nothing of files; where grants, declarations and outer keys come from is handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys import grants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.facet import FacetEpoch
    from sviedka.keep.ledger.statements import FacetKeys


class Sources(Protocol):
    """Where a keyring looks things up."""

    def grant_files(self, name: FacetEpoch) -> Iterable[bytes]:
        """The grant files that the ledger gives this device for a key, the newest first."""

    def declared(self, name: FacetEpoch) -> FacetKeys | None:
        """The public keys that a ``case`` entry declares; None if there are none."""

    def outer_seed(self, name: FacetEpoch) -> bytes | None:
        """The seed of the outer key (32 bytes); None if it is not here, or destroyed."""


class Keyring:
    """The facet keys that one device may open in one archive."""

    def __init__(self, archive: str, keys: DeviceKeys, sources: Sources) -> None:
        self._archive = archive
        self._keys = keys
        self._sources = sources
        self._opened: dict[FacetEpoch, HybridIdentity] = {}

    def identity(self, name: FacetEpoch) -> HybridIdentity:
        """The key of a facet, opened at the first call and remembered.

        AccessError if it is not declared, its outer key is gone or no grant admits this device;
        IntegrityError or FormatError if there are grants and none is true.
        """
        known = self._opened.get(name)
        if known is None:
            known = self._opened[name] = self._open(name)
        return known

    def forget(self, case: str, facet: str) -> None:
        """Drop all keys of a facet from memory."""
        for name in [name for name in self._opened if name[:2] == (case, facet)]:
            del self._opened[name]

    def _open(self, name: FacetEpoch) -> HybridIdentity:
        declared = self._sources.declared(name)
        if declared is None:
            raise AccessError(f"the ledger declares no key {name}")
        seed = self._sources.outer_seed(name)
        if seed is None:
            raise AccessError(f"the outer key of {name} is not on this device, or destroyed")
        outer = HybridIdentity.from_seed(seed)
        trouble: SviedkaError = AccessError(f"this device was not granted {name}")
        for data in self._sources.grant_files(name):
            try:
                return self._open_file(data, name, outer, declared.recipient)
            except (AccessError, FormatError, IntegrityError) as error:
                # A false grant must not shut out a device that holds a true one as well.
                trouble = error
        raise trouble

    def _open_file(
        self, data: bytes, name: FacetEpoch, outer: HybridIdentity, recipient: bytes
    ) -> HybridIdentity:
        grant = grants.parse(data)
        if (grant.archive, grant.name) != (self._archive, name):
            raise IntegrityError(f"a grant of {grant.name} stands in the place of {name}")
        return grants.open_grant(grant, self._keys, outer, recipient)

    def __repr__(self) -> str:
        return f"<Keyring of {self._keys.id}, {len(self._opened)} opened>"
