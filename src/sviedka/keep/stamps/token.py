"""Time-stamp tokens (RFC 3161): asking for one, and whether one holds at the time it states.

``rfc3161-client`` verifies signature, chain, purpose, nonce and imprint, with OpenSSL. What it
leaves open is checked beside it: which certificate the signature names (ESSCertID, RFC 5816), that
no certificate was put in, what the chain is, and until when it stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sviedka.errors import FormatError, ProofError
from sviedka.keep.stamps import certificates, der, signer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

MAX_TOKEN: Final = 256 << 10
"""Bytes of a response: a token with a chain of four takes some 10,000."""
MAX_REQUEST: Final = 1024
"""Bytes of a request: two numbers and a hash."""
_VERSION: Final = bytes.fromhex("020101")
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_CERTIFICATES: Final = bytes.fromhex("0101ff")
"""Parts of a request (RFC 3161 §2.4.1): version 1, id-sha256, certReq."""
_STATUS: Final = ("granted", "granted with changes", "rejected", "waiting", "", "")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token that holds says.

    ``time`` is when it was made by the authority's clock, to within ``accuracy`` seconds; ``chain``
    leads from its certificate to a root; until ``until`` it stands without being renewed.
    """

    time: datetime
    accuracy: float
    serial: int
    policy: str
    chain: tuple[x509.Certificate, ...]
    until: datetime

    @property
    def authority(self) -> str:
        """Whose certificate it is, as the certificate says."""
        return certificates.name(self.chain[0])


def request(head: bytes) -> bytes:
    """What is asked over the bytes of a head: its SHA-256, a nonce, the certificates along."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - an extra

    builder = TimestampRequestBuilder().data(head).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def check(
    response: bytes,
    asked: bytes,
    head: bytes,
    roots: Sequence[x509.Certificate],
    others: Sequence[x509.Certificate] = (),
) -> Token:
    """Hold a response against its request, the bytes of the head, and roots that are trusted.

    ``others`` may help to build the chain; they are not trusted. FormatError for what is no
    response, ProofError for one that does not hold.
    """
    if len(response) > MAX_TOKEN:
        raise FormatError(f"a time stamp has at most {MAX_TOKEN} bytes")
    nonce = _asked(asked, head)
    found = _decode(response)
    if found.status:
        raise ProofError(_refusal(found))
    try:
        info, token = found.tst_info, found.time_stamp_token()
    except ValueError as error:
        raise FormatError(f"this time stamp has no token that can be read: {error}") from error
    if info.nonce != nonce:
        raise ProofError("this time stamp answers another request: its nonce is another")
    leaf, embedded = signer.of(token)
    time = info.gen_time.astimezone(UTC)
    path = certificates.chain(leaf, [*embedded, *others], roots, time)
    _verify(found, head, path, nonce)
    return Token(
        time=time,
        accuracy=_seconds(info.accuracy),
        serial=info.serial_number,
        policy=info.policy.dotted_string if info.policy else "",
        chain=path,
        until=certificates.until(path),
    )


def _asked(data: bytes, head: bytes) -> int:
    """The nonce of a request for a stamp of ``head``, which is as ``request`` makes it."""
    if len(data) > MAX_REQUEST:
        raise FormatError("this is no request for a time stamp")
    whole = der.parse(data)
    imprint, nonce = der.child(whole, 1, der.SEQUENCE), der.child(whole, 2, der.INTEGER)
    if der.child(imprint, 1, der.OCTETS).content != hashlib.sha256(head).digest():
        raise ProofError("this time stamp was asked for something else than this head")
    expected = der.write(der.SEQUENCE, _VERSION + _imprint(head) + bytes(nonce) + _CERTIFICATES)
    if data != expected:
        raise FormatError(
            "a request for a time stamp is not in the form that it is written in here"
        )
    return int.from_bytes(nonce.content)


def _imprint(head: bytes) -> bytes:
    hashed = der.write(der.OCTETS, hashlib.sha256(head).digest())
    return der.write(der.SEQUENCE, _SHA256 + hashed)


def _decode(response: bytes) -> Any:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - an extra

    try:
        return decode_timestamp_response(signer.in_order(response))
    except ValueError as error:
        raise FormatError(f"this is no time stamp: {error}") from error


def _refusal(found: Any) -> str:
    status = _STATUS[found.status] if found.status < len(_STATUS) else ""
    said = "; ".join(found.status_string)
    return f"the authority gave no time stamp: {status or found.status}{said and f' ({said})'}"


def _verify(found: Any, head: bytes, path: Sequence[x509.Certificate], nonce: int) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 - an extra

    # Of all that is handed over, only a root is one that issued itself: no other ends a chain.
    verifier = VerifierBuilder(
        intermediates=list(path[1:-1]), roots=[path[-1]], nonce=nonce
    ).build()
    try:
        verifier.verify_message(found, head)
    except (VerificationError, ValueError) as error:
        raise ProofError(f"this time stamp does not hold: {error}") from error


def _seconds(accuracy: Any) -> float:
    if accuracy is None:
        return 0.0
    fraction = (accuracy.millis or 0) / 1e3 + (accuracy.micros or 0) / 1e6
    return float(accuracy.seconds or 0) + fraction
