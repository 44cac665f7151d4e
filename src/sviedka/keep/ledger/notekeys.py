"""The keys of signed notes: names, ids, text forms, Ed25519 (C2SP signed-note, "Signatures").

Two types are known: a plain signature (0x01), as logs sign with, and a cosignature (0x04, C2SP
tlog-cosignature), as witnesses do: it holds the time, and signs it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sviedka.errors import FormatError, ProofError, UsageError
from sviedka.keep.ledger.strict import from_base64, to_base64

ID_SIZE: Final = 4
KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64

MAX_TIME: Final = 2**63 - 1
"""The last second a cosignature can state (C2SP tlog-cosignature, "Format")."""

_ID = re.compile(r"[0-9a-f]{8}")
_PRIVATE: Final = "PRIVATE+KEY+"


class KeyType(IntEnum):
    """The signature type identifier bytes that are understood here."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


_TYPES: Final = frozenset(bytes([one]) for one in KeyType)


def check_name(name: str) -> str:
    """The key name itself; FormatError if no note could carry it."""
    if not name or any(char.isspace() or char < " " or char == "+" for char in name):
        raise FormatError(f"not a key name: {name[:80]!r}")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"a key name that is not Unicode: {name[:80]!r}") from error
    return name


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name; its text form is the *vkey*."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != KEY_SIZE:
            raise FormatError(f"an Ed25519 key is not {len(self.public)} bytes long")

    @property
    def id(self) -> bytes:
        """``SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]``."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(named).digest()[:ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey; FormatError if it is malformed, of another type, or has a wrong id."""
        name, key_id, type_, public = _split(text)
        key = cls(name, type_, public)
        _check_id(key, key_id)
        return key

    def verify(self, text: bytes, signature: bytes) -> int | None:
        """The signature is by this key over ``text``; ProofError if not.

        Gives the time that a cosignature states, in POSIX seconds, and None for a plain signature.
        """
        time, message = None, text
        if self.type is KeyType.COSIGNATURE_V1:
            stated, signature = signature[:8], signature[8:]
            time = int.from_bytes(stated, "big")
            if time > MAX_TIME:
                raise ProofError(f"a cosignature of {self.name} states an impossible time")
            message = _cosigned(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as error:
            raise ProofError(f"a signature of {self.name}+{self.id.hex()} is wrong") from error
        return time


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name; ``seed`` is the 32-byte private key of RFC 8032."""

    name: str
    type: KeyType
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != KEY_SIZE:
            raise FormatError(f"an Ed25519 seed is not {len(self.seed)} bytes long")

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = self._private().public_key().public_bytes_raw()
        return VerifierKey(self.name, self.type, public)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read ``PRIVATE+KEY+name+id+base64(type ‖ seed)``, as golang.org/x/mod/sumdb/note does.

        FormatError if it is malformed, of another type, or has a wrong id.
        """
        if not text.startswith(_PRIVATE):
            raise FormatError("not the private key of a signed note")
        name, key_id, type_, seed = _split(text.removeprefix(_PRIVATE))
        key = cls(name, type_, seed)
        _check_id(key.verifier, key_id)
        return key

    def to_secret_text(self) -> str:
        """What ``parse`` reads. There is no ``str()`` of a private key, so that none is printed."""
        secret = to_base64(bytes([self.type]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{secret}"

    def sign(self, text: bytes) -> bytes:
        """A plain signature over ``text``; UsageError if the key is a cosigner's."""
        if self.type is not KeyType.ED25519:
            raise UsageError(f"{self.name} can only cosign, with a time")
        return self._private().sign(text)

    def cosign(self, text: bytes, time: int) -> bytes:
        """A cosignature over ``text`` at ``time`` (POSIX seconds); UsageError if not a cosigner."""
        if self.type is not KeyType.COSIGNATURE_V1:
            raise UsageError(f"{self.name} is no cosigner's key")
        if not 0 <= time <= MAX_TIME:
            raise UsageError(f"{time} is not a time that a cosignature can state")
        return time.to_bytes(8, "big") + self._private().sign(_cosigned(text, time))

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _cosigned(text: bytes, time: int) -> bytes:
    """What a cosignature signs (C2SP tlog-cosignature, "Ed25519 signed message")."""
    return b"cosignature/v1\ntime %d\n%b" % (time, text)


def _split(text: str) -> tuple[str, str, KeyType, bytes]:
    """Name, id, type and key material of either text form; no message quotes what may be secret."""
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    try:
        data = from_base64(material)
    except FormatError:
        data = b""
    if not _ID.fullmatch(key_id) or data[:1] not in _TYPES or len(data) != 1 + KEY_SIZE:
        raise FormatError("not an Ed25519 key in the form name+id+key, of type 0x01 or 0x04")
    return name, key_id, KeyType(data[0]), data[1:]


def _check_id(key: VerifierKey, key_id: str) -> None:
    if key.id.hex() != key_id:
        raise FormatError(f"the key of {key.name!r} has the id {key.id.hex()}, not {key_id}")
