"""One line of the ledger: a body, its exact bytes, and who signed them (docs/format.md §3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sviedka.errors import FormatError, ProofError
from sviedka.keep import canonical
from sviedka.keep.canonical import Strict, Versioned
from sviedka.keep.ledger.bundles import MAX_ENTRY
from sviedka.keep.ledger.merkle import leaf_hash
from sviedka.keep.ledger.statements import Body, Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

_DOMAIN: Final = b"sviedka/entry/v1\n"


class Signature(Strict, frozen=True, kw_only=True):
    """An Ed25519 signature over the body, by a device (32 hex digits) or a log key (8)."""

    key: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32}|[0-9a-f]{8})$")]
    value: Proof


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: msgspec.Raw
    signatures: Annotated[list[Signature], msgspec.Meta(min_length=1, max_length=16)]


class _AnyEntry(msgspec.Struct):
    """Of an entry that may be of a later version, no more than its version."""

    body: Versioned

    @property
    def v(self) -> int:
        return self.body.v


class Signer(Protocol):
    """Something that holds an Ed25519 key; ``key`` is how a signature names it."""

    @property
    def key(self) -> str:
        """A device id, or a log key's C2SP key id in hex."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature over the message."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its exact ``data`` and what they say. ``id`` is its leaf hash."""

    data: bytes
    body: Body
    signed: bytes
    signatures: tuple[Signature, ...]

    @property
    def id(self) -> bytes:
        """The leaf hash: SHA-256(0x00 ‖ data)."""
        return leaf_hash(self.data)

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Read an entry; FormatError or NewerFormatError if it is none. Signatures are not judged.

        Checks form alone: what an entry means, and whether its author might write it, depends on
        the entries before it and is ``history``'s business.
        """
        if len(data) > MAX_ENTRY:
            raise FormatError(f"an entry has at most {MAX_ENTRY} bytes, not {len(data)}")
        envelope = canonical.decode(data, _Envelope, name="an entry", versioned=_AnyEntry)
        body = bytes(envelope.body)
        statement: Body = canonical.decode(body, Body, name="an entry")  # type: ignore[arg-type]
        return cls(data, statement, _DOMAIN + body, tuple(envelope.signatures))

    @classmethod
    def write(cls, body: Body, signers: Sequence[Signer]) -> Entry:
        """Sign a body. The first signer is the device that the body names.

        FormatError if nobody could read the result: it is too long, or a value is out of bounds.
        """
        written = canonical.encode(body)
        signed = _DOMAIN + written
        signatures = [Signature(key=each.key, value=each.sign(signed)) for each in signers]
        return cls.parse(canonical.encode(_Envelope(msgspec.Raw(written), signatures)))

    def check_signature(self, key: str, public: bytes) -> None:
        """ProofError unless ``key`` signed the body, with the Ed25519 public key given."""
        for each in self.signatures:
            if each.key == key:
                return verify(public, self.signed, each.value)
        raise ProofError(f"an entry lacks the signature of {key}")


def device_id(public: bytes) -> str:
    """The pseudonym of a device, from its Ed25519 public key (docs/format.md §2)."""
    return hashlib.sha256(b"sviedka/device/v1\n" + public).hexdigest()[:32]


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """ProofError unless this is an Ed25519 signature (RFC 8032) over the message."""
    try:
        _public_key(public).verify(signature, message)
    except InvalidSignature as error:
        raise ProofError("a signature does not fit what it stands under") from error


@lru_cache(maxsize=1024)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)
