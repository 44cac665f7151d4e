"""The recovery key, which lies on paper only, and the key backup that it opens (format.md §7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from sviedka.errors import FormatError, IntegrityError
from sviedka.keep import canonical
from sviedka.keep.age import HybridIdentity, HybridRecipient, open_sealed, seal
from sviedka.keep.canonical import Hash, Strict, Version
from sviedka.keep.keys.device import SEED_SIZE, DeviceKeys, Seed
from sviedka.keep.keys.state import FILE_LIMIT, OuterName

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGN_INFO: Final = b"sviedka/recovery/sign/v1"


@dataclass(frozen=True, repr=False)
class RecoveryKey:
    """The key of the recovery sheet: one seed, 32 bytes."""

    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise FormatError(f"a recovery key has {SEED_SIZE} bytes, not {len(self.seed)}")

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> RecoveryKey:
        """Make a new one; ``random(n)`` gives n bytes fit for keys, as ``secrets.token_bytes``."""
        return cls(random(SEED_SIZE))

    @cached_property
    def keys(self) -> DeviceKeys:
        """As a member of the archive: what it signs with, and what grants are sealed to."""
        hkdf = HKDF(algorithm=SHA256(), length=SEED_SIZE, salt=None, info=_SIGN_INFO)
        return DeviceKeys(sign_seed=hkdf.derive(self.seed), seal_seed=self.seed)

    def to_secret_text(self) -> str:
        """``AGE-SECRET-KEY-PQ-1…``. There is no ``str()`` of it, so that none is printed."""
        return str(HybridIdentity.from_seed(self.seed))

    def __repr__(self) -> str:
        return f"<RecoveryKey of {self.keys.id}>"


class KeyBackup(Strict, frozen=True, kw_only=True):
    """What is lost with a device and is in no grant: its log key and outer keys."""

    archive: Hash
    log: Seed
    made: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    outer: dict[OuterName, Seed]
    v: Version

    def __repr__(self) -> str:
        return f"<KeyBackup of {self.archive} made {self.made}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("archive", self.archive), ("made", self.made)]


def seal_backup(backup: KeyBackup, public: bytes) -> bytes:
    """The bytes of a key backup; ``public`` is the recovery member's ``seal`` (1,216 bytes)."""
    return seal([HybridRecipient.from_bytes(public)], canonical.encode(backup))


def open_backup(data: bytes, recovery: RecoveryKey, archive: str) -> KeyBackup:
    """Read a key backup.

    AccessError if it is for another recovery key, IntegrityError if it was altered or belongs to
    another archive, else FormatError. Anyone could have sealed it: the keys in it are to be held
    against those that the ledger declares before they are used.
    """
    if len(data) > FILE_LIMIT:
        raise FormatError(f"a key backup has at most {FILE_LIMIT} bytes, not {len(data)}")
    payload = open_sealed([recovery.keys.identity], data)
    backup = canonical.decode(payload, KeyBackup, name="a key backup")
    if backup.archive != archive:
        raise IntegrityError("this is the key backup of another archive")
    return backup
