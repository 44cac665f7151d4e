"""What a device must remember between two runs, sealed to itself (format.md §7.2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import msgspec
from msgspec import Meta

from sviedka.errors import ForkError, FormatError, IntegrityError, OtherMachineError, RollbackError
from sviedka.keep import canonical
from sviedka.keep.age import open_sealed, seal
from sviedka.keep.canonical import Count, Hash, Id, Strict, Version
from sviedka.keep.keys.device import Seed
from sviedka.keep.ledger.entry import verify
from sviedka.keep.ledger.statements import Head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.facet import FacetEpoch
    from sviedka.keep.keys.home import DeviceFolder

FILE: Final = "state.age"
_DOMAIN: Final = b"sviedka/state/v1\n"
_SIGNATURE: Final = 64
FILE_LIMIT: Final = 1 << 28
"""A state is read up to 256 MiB: three million outer keys."""

OuterName = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{32}/(audit|contact|evidence|identity|narrative|status)"
        r"/[1-9][0-9]{0,9}$"
    ),
]
"""``<case>/<facet>/<epoch>``."""
Day = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Digest = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]


class DeviceState(Strict, frozen=True, kw_only=True):
    """The state of one device in one archive. Every change makes a new one, to be saved."""

    archive: Hash
    backed: Digest = ""
    """SHA-256, in hex, over the names of the outer keys in the last key backup; "" before it."""
    backup: Day
    device: Id
    head: Head
    index: Seed
    log: Seed
    machine: Hash
    outer: dict[OuterName, Seed]
    seq: Count = 0
    """How many entries this device has signed; a copy of the archive that has fewer is outdated."""
    sequencer: bool
    v: Version

    def outer_seed(self, name: FacetEpoch) -> bytes | None:
        """The seed of an outer key; None if it is not here, or no more."""
        return self.outer.get(str(name))

    def with_outer(self, keys: Mapping[FacetEpoch, bytes]) -> Self:
        """With these outer keys (32-byte seeds) too."""
        added = {str(name): seed for name, seed in keys.items()}
        return msgspec.structs.replace(self, outer=self.outer | added)

    def without_outer(self, case: str, facet: str, *, before: int | None = None) -> Self:
        """Without the outer keys of a facet: of all its epochs, or of those before one."""

        def gone(name: str) -> bool:
            of_facet, _, epoch = name.rpartition("/")
            return of_facet == f"{case}/{facet}" and (before is None or int(epoch) < before)

        kept = {name: seed for name, seed in self.outer.items() if not gone(name)}
        return msgspec.structs.replace(self, outer=kept)

    @property
    def outer_names(self) -> str:
        """SHA-256, in hex, over the names of the outer keys, ascending, each with a line feed."""
        lines = "".join(f"{name}\n" for name in sorted(self.outer))
        return hashlib.sha256(lines.encode()).hexdigest()

    def advanced(self, head: Head) -> Self:
        """With a newer head, which the caller has shown to continue this one.

        RollbackError for a smaller log, ForkError for another log of the same size.
        """
        if head.size < self.head.size:
            raise RollbackError(
                f"this device has seen {self.head.size} entries; here are only {head.size}"
            )
        if head.size == self.head.size and head.root != self.head.root:
            raise ForkError(f"this device has seen another log of {head.size} entries")
        return msgspec.structs.replace(self, head=head)

    def signed(self, seq: int) -> Self:
        """With so many entries signed by this device."""
        return msgspec.structs.replace(self, seq=seq)

    def require_machine(self, fingerprint: str) -> None:
        """OtherMachineError unless this state was made on the machine with this fingerprint."""
        if self.machine != fingerprint:
            raise OtherMachineError(
                "the keys of this device were copied here from another machine; if both were "
                "used, the ledger would fork and neither could be believed",
                do="remove the copied key folder and join this machine as a device of its own; "
                "only if the other machine will never be used again, move the device here",
            )

    def __repr__(self) -> str:
        return f"<DeviceState of {self.device} at {self.head.size}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("device", self.device)]


def seal_state(state: DeviceState, keys: DeviceKeys) -> bytes:
    """The bytes of state.age: for this device alone."""
    data = canonical.encode(state)
    return seal([keys.identity.recipient], keys.sign(_DOMAIN + data) + data)


def open_state(data: bytes, keys: DeviceKeys, archive: str) -> DeviceState:
    """Read state.age, which only this device can have written.

    Its recipient stands in the ledger, so anyone could seal one: ProofError if the signature is not
    this device's, IntegrityError if it is of another device or archive.

    Also FormatError, NewerFormatError; AccessError if it is sealed to other keys.
    """
    payload = open_sealed([keys.identity], data)
    signature, said = payload[:_SIGNATURE], payload[_SIGNATURE:]
    if len(signature) < _SIGNATURE:
        raise FormatError("a device state is cut off")
    verify(keys.sign_public, _DOMAIN + said, signature)
    state = canonical.decode(said, DeviceState, name="a device state")
    if (state.archive, state.device) != (archive, keys.id):
        raise IntegrityError("this is the state of another device or archive")
    return state


def load(folder: DeviceFolder, keys: DeviceKeys, archive: str, machine: str) -> DeviceState:
    """Read this device's state on its own machine, whose fingerprint is ``machine``.

    OtherMachineError if the folder was copied; else errors as of ``open_state`` and of the folder.
    """
    state = open_state(folder.read(FILE, FILE_LIMIT), keys, archive)
    state.require_machine(machine)
    return state


def save(folder: DeviceFolder, keys: DeviceKeys, state: DeviceState) -> None:
    """Write the state; on return it survives a loss of power. StorageError if that fails."""
    folder.write(FILE, seal_state(state, keys))
