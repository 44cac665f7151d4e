"""Whose certificate a token (CMS SignedData, RFC 5652 §5) is signed with, by what it says itself.

The certificates that lie in a token are not signed with it: anybody can put one in. So the one that
counts is named twice by what is signed, and the others have to belong to its chain.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding

from sviedka.errors import FormatError, ProofError
from sviedka.keep.stamps import certificates, der

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from sviedka.keep.stamps.der import Part

_ESS_V1: Final = bytes.fromhex("2a864886f70d010910020c")
"""1.2.840.113549.1.9.16.2.12, signingCertificate (RFC 2634 §5.4), with a SHA-1 hash."""
_ESS_V2: Final = bytes.fromhex("2a864886f70d010910022f")
"""1.2.840.113549.1.9.16.2.47, signingCertificateV2 (RFC 5035 §3)."""
_HASHES: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


def of(token: bytes) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that signed a token, and all that lie in it; FormatError, ProofError."""
    signed = _signed_data(der.parse(token))
    # Some authorities send their own one twice.
    lying = dict.fromkeys(map(bytes, _embedded(signed)))
    found = list(map(certificates.load_der, lying))
    if len(found) > certificates.MAX_CERTIFICATES:
        raise FormatError(f"a time stamp has at most {certificates.MAX_CERTIFICATES} certificates")
    if not found:
        raise ProofError("no certificate lies in this time stamp, though it was asked for")
    numbers = {(each.issuer, each.serial_number) for each in found}
    if len(numbers) < len(found):
        raise ProofError("two certificates in this time stamp have one name and number")
    algorithm, digest = _named(signed)
    for each in found:
        if hashlib.new(algorithm, each.public_bytes(Encoding.DER)).digest() == digest:
            if certificates.strays(each, found):
                raise ProofError(
                    "a certificate was put into this time stamp that does not belong to its chain"
                )
            return each, found
    raise ProofError("the certificate that this time stamp names as its signer's is not in it")


def in_order(response: bytes) -> bytes:
    """The response with its certificates in the order that DER wants (X.690 §11.6).

    Many authorities send them as they come, which verifiers other than ours take. They are outside
    what is signed, so that nothing but their order changes.
    """
    whole = der.parse(response).parts
    if len(whole) < 2:
        return response  # without a token
    for part in _signed_data(whole[1]).parts:
        if part.tag == der.FIRST:
            ordered = b"".join(sorted(bytes(each) for each in part.parts))
            return response[: part.inner] + ordered + response[part.end :]
    return response


def _signed_data(token: Part) -> Part:
    return der.child(der.child(token, 1, der.FIRST), 0, der.SEQUENCE)


def _embedded(signed: Part) -> Sequence[Part]:
    """The certificates in it: ``certificates [0] IMPLICIT``, which may be absent."""
    return next((each.parts for each in signed.parts if each.tag == der.FIRST), [])


def _named(signed: Part) -> tuple[str, bytes]:
    """By which hash, and its value, the signed attributes name the signer's certificate."""
    infos = signed.parts[-1]
    if infos.tag != der.SET or len(infos.parts) != 1:
        raise ProofError("a time stamp has exactly one signer")
    attributes = der.child(infos.parts[0], 3, der.FIRST)
    for each in attributes.parts:
        kind = der.child(each, 0, der.OID).content
        if kind in {_ESS_V1, _ESS_V2}:
            value = der.child(der.child(each, 1, der.SET), 0, der.SEQUENCE)
            first = der.child(der.child(value, 0, der.SEQUENCE), 0, der.SEQUENCE)
            return _hash(first, kind)
    raise ProofError("this time stamp does not name the certificate of its signer")


def _hash(named: Part, kind: bytes) -> tuple[str, bytes]:
    """Algorithm and value of an ESSCertID or ESSCertIDv2; SHA-256 where none is named."""
    if kind == _ESS_V1:
        return "sha1", der.child(named, 0, der.OCTETS).content
    if named.parts and named.parts[0].tag == der.SEQUENCE:
        algorithm = _HASHES.get(der.child(named.parts[0], 0, der.OID).content)
        if algorithm is None:
            raise ProofError("this time stamp names its signer's certificate by an unknown hash")
        return algorithm, der.child(named, 1, der.OCTETS).content
    return "sha256", der.child(named, 0, der.OCTETS).content
