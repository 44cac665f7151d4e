"""Sealing short secrets to a hybrid public key: HPKE base mode (RFC 9180 §5.1.1; format.md §7.4).

What is sealed is bound to its purpose by ``info``: it opens only where the very same lines are
given again, so no sealed part can be moved to another archive, case, device or place.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sviedka.errors import AccessError, FormatError
from sviedka.keep.age import HybridIdentity, HybridRecipient

SUITE: Final = "mlkem768x25519-hkdfsha256-chacha20poly1305"
OVERHEAD: Final = 1120 + 16
"""Bytes that sealing adds: the encapsulation and the tag of ChaCha20-Poly1305."""

_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def info(purpose: str, **fields: str | int) -> bytes:
    """The lines that a sealing is bound to: purpose, suite, then ``name value`` in the order given.

    FormatError if a value could be read as more, or less, than one word.
    """
    lines = [purpose, f"suite {SUITE}"]
    for name, value in fields.items():
        word = str(value)
        if not word or not word.isascii() or not word.isprintable() or " " in word:
            raise FormatError(f"a sealing cannot be bound to the {name} {word[:80]!r}")
        lines.append(f"{name} {word}")
    return "".join(line + "\n" for line in lines).encode("ascii")


def seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal to a hybrid public key (1,216 bytes); the result is OVERHEAD bytes longer.

    FormatError if that is not a public key, or one that gives everyone the same secret.
    """
    try:
        return _HPKE.encrypt(plaintext, _recipient(public).key, info)
    except ValueError as error:
        raise FormatError("this hybrid public key gives everyone the same secret") from error


def unseal(identity: HybridIdentity, info: bytes, sealed: bytes) -> bytes:
    """Open what was sealed to the identity with the same ``info``; AccessError for all else.

    Takes the identity and not its seed: making one costs twice as much as opening.
    """
    try:
        return _HPKE.decrypt(sealed, identity.key, info)
    except (InvalidTag, ValueError) as error:  # ValueError: an encapsulation of low order
        raise AccessError("the key at hand does not open this sealed part") from error


@lru_cache(maxsize=256)  # devices and the audit facet; outer keys pass through once each
def _recipient(public: bytes) -> HybridRecipient:
    return HybridRecipient.from_bytes(public)
