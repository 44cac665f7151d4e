"""X.509 certificates of time-stamping authorities: reading them, and the chain to a trusted root.

A chain is judged at the time that a token states, never at the time of reading (RFC 3161 §4.3).
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning

from sviedka.errors import FormatError, InputError, ProofError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_PEM: Final = 256 << 10
"""Bytes of a file of certificates: some fifty of the longest in use."""
MAX_CERTIFICATES: Final = 50
_LONGEST_CHAIN: Final = 10
"""As OpenSSL's ``-verify_depth`` may be set to at the least; chains in use have two to four."""

_FEW_BITS_UNTIL: Final = datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)
_CLASSICAL_UNTIL: Final = datetime(2035, 12, 31, 23, 59, 59, tzinfo=UTC)
"""NIST IR 8547 (initial public draft) §4.1: signatures of 112 bits of strength are deprecated
after 2030, and all RSA, ECDSA and EdDSA signatures are disallowed after 2035."""
_UNREADABLE: Final = (
    ValueError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,
)
_FEW_RSA_BITS: Final = 3072
_FEW_CURVE_BITS: Final = 256


def load(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file, in its order; FormatError if there is none."""
    if len(pem) > MAX_PEM:
        raise FormatError(f"a file of certificates has at most {MAX_PEM} bytes")
    with readable("this is not a file of certificates in PEM"):
        found = x509.load_pem_x509_certificates(pem)
        for each in found:
            _touch(each)
    if len(found) > MAX_CERTIFICATES:
        raise FormatError(f"a file of certificates has at most {MAX_CERTIFICATES} of them")
    return found


def load_der(data: bytes) -> x509.Certificate:
    """One certificate; FormatError if it is none."""
    with readable("a certificate in this token cannot be read"):
        found = x509.load_der_x509_certificate(data)
        _touch(found)
    return found


@contextmanager
def readable(otherwise: str) -> Iterator[None]:
    """Turn what ``cryptography`` says of a bad certificate into a FormatError.

    It warns of what RFC 5280 does not allow and later releases will refuse: we refuse it now.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        try:
            yield
        except _UNREADABLE as error:
            raise FormatError(f"{otherwise}: {error}") from error


def _touch(certificate: x509.Certificate) -> None:
    """Read what we will need: ``cryptography`` reads most of a certificate only when asked."""
    _ = certificate.issuer, certificate.subject, certificate.serial_number, certificate.version
    _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.extensions


def pem(certificates: Iterable[x509.Certificate]) -> bytes:
    """A PEM file of certificates."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def roots(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Those of some certificates that issued themselves: only these can end a chain."""
    return [each for each in certificates if each.issuer == each.subject]


def require_roots(certificates: Iterable[x509.Certificate]) -> None:
    """InputError unless a chain can end in one of the certificates."""
    if not roots(certificates):
        raise InputError(
            "there is no root among these certificates: none that issued itself",
            do="take the root certificate from the authority's own site, in PEM",
        )


def name(certificate: x509.Certificate) -> str:
    """Whose certificate it is, for people: RFC 4514."""
    return certificate.subject.rfc4514_string()


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether a certificate names another as its issuer, and is signed by its key."""
    try:
        certificate.verify_directly_issued_by(by)
    except (InvalidSignature, TypeError, UnsupportedAlgorithm, ValueError):
        return False
    return True


def chain(
    leaf: x509.Certificate,
    among: Iterable[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """From ``leaf`` to a trusted root, both included, all of them valid ``at`` a time.

    ProofError says why there is none.
    """
    pool = [*trusted, *(each for each in among if each.issuer != each.subject)]
    met, outside = {leaf}, list[str]()
    paths: list[tuple[x509.Certificate, ...]] = [(leaf,)]
    while paths:  # the shortest first, and no certificate twice: cross-signing makes many ways
        path, *paths = paths
        last = path[-1]
        if not last.not_valid_before_utc <= at <= last.not_valid_after_utc:
            outside.append(name(last))
            continue
        if last in trusted:
            return path
        above = [each for each in dict.fromkeys(pool) if each not in met and issued(last, each)]
        met.update(above)
        paths += [(*path, each) for each in above if len(path) < _LONGEST_CHAIN]
    if outside:
        raise ProofError(f"a certificate was not valid at the time of the stamp: {outside[0]}")
    raise ProofError(
        "this token is not by the authority that was asked: no chain leads from its certificate "
        f"({name(leaf)}) to a root that is trusted here"
    )


def strays(leaf: x509.Certificate, among: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those of some certificates that are neither ``leaf`` nor above it, by whatever path."""
    above, rest = [leaf], [each for each in among if each != leaf]
    for known in above:
        for each in [each for each in rest if issued(known, each)]:
            above.append(each)
            rest.remove(each)
    return rest


def until(path: Sequence[x509.Certificate]) -> datetime:
    """Until when a chain stands without being renewed: its certificates, and their algorithms."""
    ends = [each.not_valid_after_utc for each in path]
    return min([*ends, *map(_algorithm_until, path)]).replace(microsecond=0)


def _algorithm_until(certificate: x509.Certificate) -> datetime:
    key = certificate.public_key()
    few = (isinstance(key, RSAPublicKey) and key.key_size < _FEW_RSA_BITS) or (
        isinstance(key, EllipticCurvePublicKey) and key.key_size < _FEW_CURVE_BITS
    )
    return _FEW_BITS_UNTIL if few else _CLASSICAL_UNTIL
