"""The X25519 recipient type (c2sp.org/age): read and written for others; not post-quantum."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sviedka.errors import FormatError
from sviedka.keep.age import base64, bech32
from sviedka.keep.age.header import Stanza
from sviedka.keep.age.keywrap import hkdf, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

_KIND = "X25519"
_INFO = b"age-encryption.org/v1/X25519"
_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class X25519Recipient:
    """A public key, ``age1…``, 32 bytes. Equal keys are equal recipients."""

    _public: bytes
    _key: X25519PublicKey = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> X25519Recipient:
        """Read ``age1…``; raises FormatError."""
        return cls.from_bytes(bech32.decode("age", text, size=_SIZE))

    @classmethod
    def from_bytes(cls, public: bytes) -> X25519Recipient:
        """Take the raw public key, 32 bytes; raises FormatError."""
        if len(public) != _SIZE:
            raise FormatError(f"An X25519 public key has {_SIZE} bytes, not {len(public)}")
        return cls(bytes(public), X25519PublicKey.from_public_bytes(public))

    def to_bytes(self) -> bytes:
        """Return the raw public key, 32 bytes."""
        return self._public

    def wrap(self, file_key: bytes) -> list[Stanza]:
        """Wrap the file key under a fresh ephemeral key."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        wrap_key = hkdf(_exchange(ephemeral, self._key), salt=share + self._public, info=_INFO)
        return [Stanza((_KIND, base64.encode(share).decode()), wrap(wrap_key, file_key))]

    def __str__(self) -> str:
        return bech32.encode("age", self._public)

    def __repr__(self) -> str:
        return f"<X25519Recipient {self}>"


class X25519Identity:
    """A secret key, ``AGE-SECRET-KEY-1…``. ``str()`` gives the secret, ``repr()`` does not."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self.recipient = X25519Recipient.from_bytes(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> X25519Identity:
        """Make a new one from the system's randomness."""
        return cls(secrets.token_bytes(_SIZE))

    @classmethod
    def from_seed(cls, secret: bytes) -> X25519Identity:
        """Take the raw secret key, 32 bytes; raises FormatError."""
        if len(secret) != _SIZE:
            raise FormatError(f"An X25519 secret key has {_SIZE} bytes, not {len(secret)}")
        return cls(bytes(secret))

    @classmethod
    def parse(cls, text: str) -> X25519Identity:
        """Read ``AGE-SECRET-KEY-1…``; raises FormatError."""
        return cls(bech32.decode("AGE-SECRET-KEY-", text, size=_SIZE))

    @property
    def seed(self) -> bytes:
        """The raw secret key, 32 bytes."""
        return self._secret

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key of the first stanza that opens; raises FormatError."""
        for stanza in stanzas:
            if stanza.kind != _KIND:
                continue
            stanza.require(arguments=2)
            share = stanza.value(1, size=_SIZE)
            secret = _exchange(self._key, X25519PublicKey.from_public_bytes(share))
            wrap_key = hkdf(secret, salt=share + self.recipient.to_bytes(), info=_INFO)
            if (file_key := unwrap(wrap_key, stanza.body)) is not None:
                return file_key
        return None

    def __str__(self) -> str:
        return bech32.encode("age-secret-key-", self._secret).upper()

    def __repr__(self) -> str:
        return f"<X25519Identity of {self.recipient}>"


def _exchange(private: X25519PrivateKey, public: X25519PublicKey) -> bytes:
    try:
        return private.exchange(public)
    except ValueError:  # a point of low order: the secret would be all zeros (RFC 7748, 6.1)
        raise FormatError("An X25519 public key is one that gives everyone the same secret") from (
            None
        )
