"""The signature of a WACZ (WACZ Signing and Verification 0.1.0): what was signed, and by which key.

Both forms sign the text of the hash of ``datapackage.json``: a bare key (``publicKey``, anonymous),
or the certificate of a domain with a time stamp over the signature. Whether the signature holds is
said here; whether to believe the key is for whoever knows it, so fingerprints are given.
"""

from __future__ import annotations

import base64
import binascii
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.backends import (
    openssl as _openssl,  # noqa: F401 - cryptography imports it late, when the sandbox is closed
)
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from sviedka.readers.web.findings import LONGEST, Signature

if find_spec("rfc3161_client"):
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CHAIN: Final = 10
"""Certificates in a chain; more are nobody's."""
_TOKEN: Final = 1 << 18
"""Letters of a time stamp with all its certificates."""


def check(signed: Mapping[str, Any], digest: str, created: str) -> Signature:
    """Judge ``signedData`` of a package with this hash (``sha256:…``) and time of making."""
    form = _form(signed)
    said: dict[str, Any] = {
        "created": _text(signed, "created").encode(),
        "software": _text(signed, "software").encode(),
        "domain": _text(signed, "domain").encode(),
    }
    why = list(_claims(signed, digest, created))
    try:
        certificates = _chain(signed, "domainCert") if form == "domain" else []
        key = certificates[0].public_key() if certificates else _bare_key(signed)
        _verify(key, _bytes(signed, "signature"), _text(signed, "hash").encode())
        said["key"] = _fingerprint(key)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        why.append(str(error) or "the signature is not this key's over this hash")
        certificates = []
    if certificates:
        said |= _judge_chain(certificates, _text(signed, "domain"))
    if form == "domain":
        said |= _judge_stamp(signed)
    return Signature(form, "invalid" if why else "valid", "; ".join(why), **said)


def _form(signed: Mapping[str, Any]) -> Literal["anonymous", "domain", "unknown"]:
    if "domainCert" in signed:
        return "domain"
    return "anonymous" if "publicKey" in signed else "unknown"


def _claims(signed: Mapping[str, Any], digest: str, created: str) -> Iterator[str]:
    if _text(signed, "hash") != digest:
        yield "another package was signed"
    if created and _text(signed, "created") != created:
        yield "it states another time of making than the package"


def _text(signed: Mapping[str, Any], name: str, most: int = LONGEST) -> str:
    value = signed.get(name)
    return value[:most].encode(errors="replace").decode() if isinstance(value, str) else ""


def _bytes(signed: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(_text(signed, name, _TOKEN), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} is not base64") from error


def _bare_key(signed: Mapping[str, Any]) -> object:
    return serialization.load_der_public_key(_bytes(signed, "publicKey"))


def _verify(key: object, signature: bytes, data: bytes) -> None:
    """InvalidSignature or ValueError, unless ``key`` made it over ``data``, with SHA-256."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        size = -(-key.key_size // 8)
        if len(signature) == 2 * size:  # as browsers write it (IEEE P1363); others use DER
            both = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
            signature = utils.encode_dss_signature(*both)
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise ValueError("the key is of a kind that is not used for this")  # noqa: TRY004 - a value


def _fingerprint(key: Any) -> str:
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(serialization.Encoding.DER, spki))
    return digest.finalize().hex()


def _chain(signed: Mapping[str, Any], name: str) -> list[x509.Certificate]:
    found = x509.load_pem_x509_certificates(_pem(signed, name))
    if len(found) > _CHAIN:
        raise ValueError(f"{name} holds too many certificates")
    return found


def _pem(signed: Mapping[str, Any], name: str) -> bytes:
    value = signed.get(name)
    return value.encode(errors="replace") if isinstance(value, str) else b""


def _judge_chain(certificates: Sequence[x509.Certificate], domain: str) -> dict[str, str]:
    """Whether each certificate is the next one's, and the first the domain's."""
    holds = domain in _domains(certificates[0])
    for each, issuer in pairwise(certificates):
        try:
            each.verify_directly_issued_by(issuer)
        except (InvalidSignature, TypeError, ValueError):
            holds = False
    root = certificates[-1].fingerprint(hashes.SHA256()).hex()
    return {"chain": "valid" if holds else "invalid", "root": root}


def _domains(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, x509.ExtensionNotFound):
        return []
    return names.value.get_values_for_type(x509.DNSName)


def _judge_stamp(signed: Mapping[str, Any]) -> dict[str, str]:
    """Whether the time stamp is one over the signature, by the certificates that come with it."""
    if not signed.get("timeSignature"):
        return {"stamp": "absent"}
    if not find_spec("rfc3161_client"):
        return {"stamp": "unchecked"}
    try:
        chain = _chain(signed, "timestampCert")
        answer = decode_timestamp_response(_bytes(signed, "timeSignature"))
        builder = VerifierBuilder(
            tsa_certificate=chain[0], intermediates=chain[1:-1], roots=chain[-1:]
        )
        builder.build().verify_message(answer, _text(signed, "signature").encode())
    except (VerificationError, ValueError):
        return {"stamp": "invalid"}
    stamped = answer.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")
    root = chain[-1].fingerprint(hashes.SHA256()).hex()
    return {"stamp": "valid", "stamped": stamped, "stamp_root": root}
