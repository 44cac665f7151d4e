"""The root keys of a device and the file that holds them under a passphrase (format.md §7.1)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from sviedka.errors import FormatError, IntegrityError, WrongPassphraseError
from sviedka.keep import canonical
from sviedka.keep.age import HybridIdentity, ScryptIdentity, ScryptRecipient, open_sealed, seal
from sviedka.keep.canonical import VERSION, Hash, Strict, Version
from sviedka.keep.ledger.entry import device_id
from sviedka.keep.ledger.members import proof_message
from sviedka.keep.ledger.statements import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sviedka.keep.ledger.statements import Role

FILE: Final = "device.age"
FILE_LIMIT: Final = 4096
"""No device.age is longer (bytes): header, two keys and an archive id take under 600."""
WORK_FACTOR: Final = 17
SEED_SIZE: Final = 32

Seed = Annotated[bytes, Meta(min_length=SEED_SIZE, max_length=SEED_SIZE)]


class _RootKeys(Strict, frozen=True, kw_only=True):
    archive: Hash
    seal: Seed
    sign: Seed
    v: Version


@dataclass(frozen=True, repr=False)
class DeviceKeys:
    """What a device signs with (Ed25519) and what is sealed to it (age hybrid): two seeds."""

    sign_seed: bytes
    seal_seed: bytes

    def __post_init__(self) -> None:
        if len(self.sign_seed) != SEED_SIZE or len(self.seal_seed) != SEED_SIZE:
            raise FormatError(f"the seeds of a device have {SEED_SIZE} bytes each")

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> DeviceKeys:
        """Make new ones; ``random(n)`` gives n bytes fit for keys, as ``secrets.token_bytes``."""
        return cls(random(SEED_SIZE), random(SEED_SIZE))

    @cached_property
    def id(self) -> str:
        """The device's pseudonym in its archive, 32 hex digits."""
        return device_id(self.sign_public)

    @property
    def key(self) -> str:
        """How a signature names this device: its id."""
        return self.id

    @cached_property
    def sign_public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return self._signer.public_key().public_bytes_raw()

    @property
    def seal_public(self) -> bytes:
        """The hybrid public key, 1,216 bytes."""
        return self.identity.recipient.to_bytes()

    @cached_property
    def identity(self) -> HybridIdentity:
        """What opens grants and files that are sealed to this device."""
        return HybridIdentity.from_seed(self.seal_seed)

    @cached_property
    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.sign_seed)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature over the message, 64 bytes."""
        return self._signer.sign(message)

    def member(self, origin: str, roles: Iterable[Role], log: str | None) -> Member:
        """The device as a member of an archive; ``log`` is the vkey of its log key, if any."""
        proof = self.sign(proof_message(origin, self.seal_public, log))
        return Member(
            device=self.id,
            log=log,
            proof=proof,
            roles=sorted(set(roles)),
            seal=self.seal_public,
            sign=self.sign_public,
        )

    def __repr__(self) -> str:
        return f"<DeviceKeys of {self.id}>"


def write_payload(keys: DeviceKeys, archive: str) -> bytes:
    """The plaintext of device.age; also what the agent holds."""
    return canonical.encode(
        _RootKeys(archive=archive, seal=keys.seal_seed, sign=keys.sign_seed, v=VERSION)
    )


def read_payload(data: bytes, archive: str) -> DeviceKeys:
    """The inverse; FormatError, or IntegrityError if the keys belong to another archive."""
    roots = canonical.decode(data, _RootKeys, name="the root keys of a device")
    if roots.archive != archive:
        raise IntegrityError("these are the keys of a device of another archive")
    return DeviceKeys(roots.sign, roots.seal)


def lock(keys: DeviceKeys, archive: str, passphrase: str) -> bytes:
    """The bytes of device.age; takes 128 MiB for a moment. UsageError for an empty passphrase."""
    return seal([_recipient(passphrase)], write_payload(keys, archive))


def unlock(data: bytes, archive: str, passphrase: str) -> DeviceKeys:
    """Open device.age. Every try costs the same, whatever is wrong with the passphrase.

    WrongPassphraseError for a wrong passphrase, and for a file so damaged that it cannot be told
    from one. IntegrityError or FormatError: the file was altered elsewhere or is none.
    """
    if len(data) > FILE_LIMIT:
        raise FormatError(f"{FILE} has {len(data)} bytes; {FILE_LIMIT} are the most")
    identity = ScryptIdentity(_composed(passphrase), max_work_factor=WORK_FACTOR)
    try:
        payload = open_sealed([identity], data)
    except WrongPassphraseError:
        raise WrongPassphraseError(
            "the passphrase is wrong, or the key file is damaged",
            do="try again, and mind the keyboard layout and Caps Lock",
        ) from None
    except (FormatError, IntegrityError) as error:
        error.where, error.do = FILE, error.do or "put back a copy of the file, or recover"
        raise
    return read_payload(payload, archive)


def relock(data: bytes, archive: str, old: str, new: str) -> bytes:
    """The bytes of device.age under a new passphrase; errors as of ``unlock``.

    The caller writes them over the old file. What a disk keeps of that still opens with the old
    passphrase.
    """
    recipient = _recipient(new)
    keys = unlock(data, archive, old)
    return seal([recipient], write_payload(keys, archive))


def _recipient(passphrase: str) -> ScryptRecipient:
    return ScryptRecipient(_composed(passphrase), WORK_FACTOR)


def _composed(passphrase: str) -> str:
    """In NFC: й and ў are one letter or two, depending on the machine where they are typed."""
    return unicodedata.normalize("NFC", passphrase)
