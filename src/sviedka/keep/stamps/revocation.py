"""Revocation lists (RFC 5280 §5) of the certificates of a stamp, as far as they can be had."""

from __future__ import annotations

import re
from datetime import UTC
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from sviedka.errors import FormatError, ProofError, SviedkaError
from sviedka.keep.stamps import certificates
from sviedka.keep.stamps.network import Query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sviedka.keep.stamps.network import Network

MAX_LIST: Final = 4 << 20
"""Bytes of one list; those of authorities that stamp have some hundred."""
_PEM: Final = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----\n", re.DOTALL)
_STILL_GOOD: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)
"""RFC 3161 §4.1: revoked for one of these, stamps from before stand; for any other, or without a
reason, none does."""


def fetch(chain: Sequence[x509.Certificate], network: Network) -> tuple[bytes, list[str]]:
    """The lists of the issuers of a chain, as PEM, and why some could not be had."""
    found, lacking = [], []
    for certificate, issuer in pairwise(chain):
        urls = _places(certificate)
        if not urls:
            lacking.append(f"{certificates.name(certificate)} names no revocation list")
        for url in urls:
            try:
                answer = network(Query(url, most=MAX_LIST)).require(url)
                lists = _read(answer, issuer)
            except SviedkaError as error:
                lacking.append(str(error))
            else:
                found.append(lists.public_bytes(Encoding.PEM))
                break
    return b"".join(dict.fromkeys(found)), lacking


def check(chain: Sequence[x509.Certificate], pem: bytes, at: datetime) -> None:
    """Nothing in a chain was revoked in such a way that a stamp made ``at`` a time falls with it.

    FormatError for what is no file of lists, ProofError for a list by somebody else, or revoked.
    """
    if _PEM.sub(b"", pem):
        raise FormatError("this is not a file of revocation lists in PEM")
    for each in _PEM.findall(pem):
        with certificates.readable("a revocation list cannot be read"):
            _check_list(chain, x509.load_pem_x509_crl(each), at)


def _check_list(
    chain: Sequence[x509.Certificate], found: x509.CertificateRevocationList, at: datetime
) -> None:
    issuers = [each for each in chain if each.subject == found.issuer and _signed(found, each)]
    if not issuers:
        raise ProofError("a revocation list is not by an issuer of this stamp's certificates")
    for certificate in chain:
        if certificate.issuer == found.issuer and certificate not in issuers:
            _check_entry(certificate, found, at)


def _check_entry(
    certificate: x509.Certificate, among: x509.CertificateRevocationList, at: datetime
) -> None:
    entry = among.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return
    when = entry.revocation_date_utc
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        reason = None
    if reason not in _STILL_GOOD or when <= at:
        raise ProofError(
            f"the certificate of {certificates.name(certificate)} was revoked at "
            f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC ({reason.value if reason else 'no reason'})"
        )


def _places(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that its issuer's list is, by HTTP."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [url for url in urls if url.startswith(("http://", "https://"))]


def _read(data: bytes, issuer: x509.Certificate) -> x509.CertificateRevocationList:
    with certificates.readable("what should be a revocation list is none"):
        if data.startswith(b"-----"):
            found = x509.load_pem_x509_crl(data)
        else:
            found = x509.load_der_x509_crl(data)
        _ = found.issuer, list(found)
    if not _signed(found, issuer):
        raise ProofError(f"a revocation list is not by {certificates.name(issuer)}")
    return found


def _signed(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type] # or TypeError
    except (TypeError, UnsupportedAlgorithm, ValueError):
        return False
