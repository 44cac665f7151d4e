"""The hybrid recipient type ``mlkem768x25519`` (c2sp.org/age): ML-KEM-768 and X25519 together.

What is taken today may be opened in twenty years, so this is what Sviedka seals to. An identity is
a seed of 32 bytes; SHAKE256 stretches it to the ML-KEM seed (64 bytes) ‖ the X25519 key (32).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from sviedka.errors import FormatError
from sviedka.keep.age import base64, bech32
from sviedka.keep.age.header import Stanza

if TYPE_CHECKING:
    from collections.abc import Sequence

_KIND = "mlkem768x25519"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

_SEED_SIZE = 32
_MLKEM_SEED_SIZE = 64
_MLKEM_PUBLIC_SIZE = 1184
_MLKEM_CIPHERTEXT_SIZE = 1088
_X25519_SIZE = 32
PUBLIC_SIZE = _MLKEM_PUBLIC_SIZE + _X25519_SIZE
ENCAPSULATION_SIZE = _MLKEM_CIPHERTEXT_SIZE + _X25519_SIZE


@dataclass(frozen=True, slots=True, repr=False)
class HybridRecipient:
    """A public key, ``age1pq1…``; 1,216 bytes: ML-KEM-768 (1,184) ‖ X25519 (32).

    Equal keys are equal recipients.
    """

    _public: bytes
    _key: MLKEM768X25519PublicKey = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> HybridRecipient:
        """Read ``age1pq1…``; raises FormatError."""
        return cls.from_bytes(bech32.decode("age1pq", text, size=PUBLIC_SIZE))

    @classmethod
    def from_bytes(cls, public: bytes) -> HybridRecipient:
        """Take the raw public key, 1,216 bytes; raises FormatError."""
        if len(public) != PUBLIC_SIZE:
            raise FormatError(f"A hybrid public key has {PUBLIC_SIZE} bytes, not {len(public)}")
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE])
        except ValueError:
            raise FormatError("The ML-KEM-768 half of a hybrid public key is not one") from None
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_SIZE:])
        return cls(bytes(public), MLKEM768X25519PublicKey(mlkem, x25519))

    def to_bytes(self) -> bytes:
        """Return the raw public key, 1,216 bytes."""
        return self._public

    @property
    def key(self) -> MLKEM768X25519PublicKey:
        """The key as HPKE takes it, for what is sealed outside age files."""
        return self._key

    def wrap(self, file_key: bytes) -> list[Stanza]:
        """Wrap the file key by HPKE SealBase (RFC 9180, 6.1); raises FormatError for a weak key."""
        try:
            sealed = _SUITE.encrypt(file_key, self._key, _INFO)
        except ValueError:
            raise _low_order() from None
        share = base64.encode(sealed[:ENCAPSULATION_SIZE]).decode()
        return [Stanza((_KIND, share), sealed[ENCAPSULATION_SIZE:])]

    def __str__(self) -> str:
        return bech32.encode("age1pq", self._public)

    def __repr__(self) -> str:
        return f"<HybridRecipient {str(self)[:24]}…>"


class HybridIdentity:
    """A secret key, ``AGE-SECRET-KEY-PQ-1…``. ``str()`` gives the secret, ``repr()`` does not."""

    def __init__(self, seed: bytes) -> None:
        stretched = hashlib.shake_256(seed).digest(_MLKEM_SEED_SIZE + _X25519_SIZE)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(stretched[:_MLKEM_SEED_SIZE])
        self._x25519 = X25519PrivateKey.from_private_bytes(stretched[_MLKEM_SEED_SIZE:])
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        self._seed = seed
        self.recipient = HybridRecipient(
            mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw(),
            self._key.public_key(),
        )

    @classmethod
    def generate(cls) -> HybridIdentity:
        """Make a new one from the system's randomness."""
        return cls(secrets.token_bytes(_SEED_SIZE))

    @classmethod
    def from_seed(cls, seed: bytes) -> HybridIdentity:
        """Take the seed, 32 bytes; raises FormatError."""
        if len(seed) != _SEED_SIZE:
            raise FormatError(f"A hybrid identity's seed has {_SEED_SIZE} bytes, not {len(seed)}")
        return cls(bytes(seed))

    @classmethod
    def parse(cls, text: str) -> HybridIdentity:
        """Read ``AGE-SECRET-KEY-PQ-1…``; raises FormatError."""
        return cls(bech32.decode("AGE-SECRET-KEY-PQ-", text, size=_SEED_SIZE))

    @property
    def seed(self) -> bytes:
        """The seed, 32 bytes: all that need be kept."""
        return self._seed

    @property
    def key(self) -> MLKEM768X25519PrivateKey:
        """The key as HPKE takes it, for what was sealed outside age files."""
        return self._key

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key of the first stanza that opens; raises FormatError."""
        for stanza in stanzas:
            if stanza.kind != _KIND:
                continue
            stanza.require(arguments=2)
            share = stanza.value(1, size=ENCAPSULATION_SIZE)
            try:
                return _SUITE.decrypt(share + stanza.body, self._key, _INFO)
            except InvalidTag:
                self._refuse_low_order(share[_MLKEM_CIPHERTEXT_SIZE:])
        return None

    def _refuse_low_order(self, share: bytes) -> None:
        """Tell a malformed share from one for somebody else: HPKE reports both alike."""
        try:
            self._x25519.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            raise _low_order() from None

    def __str__(self) -> str:
        return bech32.encode("age-secret-key-pq-", self._seed).upper()

    def __repr__(self) -> str:
        return f"<HybridIdentity of {str(self.recipient)[:24]}…>"


def _low_order() -> FormatError:
    return FormatError("The X25519 half of a hybrid key gives everyone the same secret")
