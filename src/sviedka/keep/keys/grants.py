"""Grant files: a facet's key, sealed under two locks to each device that may open it (§7.3).

The inner lock is the device's own; the outer is the facet's outer key, whose destruction kills
every copy of these files wherever they lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from sviedka.errors import AccessError, FormatError, IntegrityError
from sviedka.keep import canonical
from sviedka.keep.age import HybridIdentity
from sviedka.keep.canonical import VERSION, Hash, Id, Strict, Version
from sviedka.keep.keys import hpke
from sviedka.keep.keys.device import SEED_SIZE
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.ledger.statements import Epoch, Facet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.keys.device import DeviceKeys

SEALED_SIZE: Final = SEED_SIZE + 2 * hpke.OVERHEAD
MAX_DEVICES: Final = 512
"""Devices in one file, as many as a ``grant`` entry may name (statements.Granted)."""
FILE_LIMIT: Final = 4096 * MAX_DEVICES
"""No grant file is longer (bytes): each device takes under 3,200."""


class SealedGrant(Strict, frozen=True, kw_only=True):
    """One device's copy of the key, 2,304 bytes under two locks."""

    device: Id
    sealed: Annotated[bytes, Meta(min_length=SEALED_SIZE, max_length=SEALED_SIZE)]


class GrantFile(Strict, frozen=True, kw_only=True):
    """What a grant file says."""

    archive: Hash
    case: Id
    epoch: Epoch
    facet: Facet
    grants: Annotated[list[SealedGrant], Meta(min_length=1, max_length=MAX_DEVICES)]
    v: Version

    @property
    def name(self) -> FacetEpoch:
        """Which key it grants."""
        return FacetEpoch(self.case, self.facet, self.epoch)

    @property
    def devices(self) -> list[str]:
        """The ids of the devices that it admits, ascending."""
        return [each.device for each in self.grants]


def write(
    archive: str, name: FacetEpoch, seed: bytes, outer: bytes, devices: Mapping[str, bytes]
) -> bytes:
    """The bytes of a grant file.

    ``seed`` is the facet's (32 bytes), ``outer`` its outer public key (1,216), ``devices`` the
    device ids with their seal public keys (1,216 each). FormatError if a key is none.
    """
    grants = []
    for device, public in sorted(devices.items()):
        inner = hpke.seal(public, _info(archive, name, device, "inner"), seed)
        sealed = hpke.seal(outer, _info(archive, name, device, "outer"), inner)
        grants.append(SealedGrant(device=device, sealed=sealed))
    return canonical.encode(
        GrantFile(
            archive=archive,
            case=name.case,
            epoch=name.epoch,
            facet=name.facet,
            grants=grants,
            v=VERSION,
        )
    )


def parse(data: bytes) -> GrantFile:
    """Read a grant file; FormatError or NewerFormatError if it is none."""
    if len(data) > FILE_LIMIT:
        raise FormatError(f"a grant file has at most {FILE_LIMIT} bytes, not {len(data)}")
    grant = canonical.decode(data, GrantFile, name="a grant file")
    if sorted(set(grant.devices)) != grant.devices:
        raise FormatError("the devices of a grant file are not a sorted set")
    return grant


def open_grant(
    grant: GrantFile, keys: DeviceKeys, outer: HybridIdentity, recipient: bytes
) -> HybridIdentity:
    """Open this device's copy of the key that the file says it grants.

    ``recipient`` is the facet's public key (1,216 bytes) as the ledger declares it. AccessError if
    the device is not admitted or a lock stays shut; IntegrityError if what comes out is not the
    declared key.
    """
    sealed = next((each.sealed for each in grant.grants if each.device == keys.id), None)
    if sealed is None:
        raise AccessError(f"device {keys.id} was not granted {grant.name}")
    inner = hpke.unseal(outer, _info(grant.archive, grant.name, keys.id, "outer"), sealed)
    seed = hpke.unseal(keys.identity, _info(grant.archive, grant.name, keys.id, "inner"), inner)
    identity = HybridIdentity.from_seed(seed)
    if identity.recipient.to_bytes() != recipient:
        raise IntegrityError(f"a grant of {grant.name} holds another key than the ledger declares")
    return identity


def _info(archive: str, name: FacetEpoch, device: str, lock: str) -> bytes:
    return hpke.info(
        "sviedka/grant/v1",
        archive=archive,
        case=name.case,
        facet=name.facet,
        epoch=name.epoch,
        device=device,
        lock=lock,
    )
