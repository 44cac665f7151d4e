"""Keys out of keys: the HKDF of age, and wrapping a file key under a wrap key (c2sp.org/age)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FILE_KEY_SIZE = 16
BODY_SIZE = FILE_KEY_SIZE + 16  # with the Poly1305 tag
_KEY_SIZE = 32
_NONCE = bytes(12)  # fixed: every wrap key is used once


def hkdf(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) to 32 bytes."""
    return HKDF(SHA256(), _KEY_SIZE, salt, info).derive(secret)


def wrap(wrap_key: bytes, file_key: bytes) -> bytes:
    """Encrypt a file key (16 bytes) under ``wrap_key`` (32 bytes) to a stanza's 32-byte body."""
    return ChaCha20Poly1305(wrap_key).encrypt(_NONCE, file_key, None)


def unwrap(wrap_key: bytes, body: bytes) -> bytes | None:
    """Decrypt a stanza's body; None when it was wrapped under another key."""
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None
