"""Revocation lists, judged as RFC 3161 §4.1 wants it."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import ProofError, SviedkaError
from sviedka.keep.stamps import certificates, revocation
from tests.keep.stamps.networks import Network
from tests.keep.stamps.tsa import Authority

PLACE = "http://one.example/root.crl"
NOW = datetime.now(UTC).replace(microsecond=0)
BEFORE, AFTER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)
REASONS = x509.ReasonFlags


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority.make(tmp_path_factory.mktemp("tsa") / "one", crl=PLACE)


@pytest.fixture(scope="module")
def chain(authority):
    return (authority.own.certificate, authority.root.certificate)


def pem(der):
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


def test_a_list_is_fetched_from_where_the_certificate_says(authority, chain):
    network = Network(**{PLACE: lambda _: authority.crl()})
    lists, lacking = revocation.fetch(chain, network)
    assert (network.asked, lacking) == ([PLACE], [])
    revocation.check(chain, lists, NOW)


def test_a_list_in_pem_is_taken_too(authority, chain):
    network = Network(**{PLACE: lambda _: pem(authority.crl())})
    assert revocation.fetch(chain, network)[1] == []


@pytest.mark.parametrize("answer", [b"", b"<html>", b"-----BEGIN X509 CRL-----\n"])
def test_what_is_no_list_is_lacking(chain, answer):
    lists, lacking = revocation.fetch(chain, Network(**{PLACE: lambda _: answer}))
    assert (lists, len(lacking)) == (b"", 1)


def test_somebody_else_s_list_is_lacking(tmp_path, authority, chain):
    forger = Authority.make(tmp_path / "a", authority.name)
    lists, lacking = revocation.fetch(chain, Network(**{PLACE: lambda _: forger.crl()}))
    assert (lists, len(lacking)) == (b"", 1)
    with pytest.raises(ProofError, match="not by an issuer"):
        revocation.check(chain, pem(forger.crl()), NOW)


@pytest.mark.parametrize(
    ("when", "reason", "stands"),
    [
        (AFTER, REASONS.superseded, True),
        (AFTER, REASONS.cessation_of_operation, True),
        (AFTER, REASONS.affiliation_changed, True),
        (BEFORE, REASONS.superseded, False),
        (AFTER, REASONS.key_compromise, False),
        (AFTER, REASONS.ca_compromise, False),
        (AFTER, None, False),
    ],
)
def test_when_a_stamp_falls_with_its_certificate(authority, chain, when, reason, stands):
    lists = pem(authority.crl((chain[0], when, reason)))
    if stands:
        revocation.check(chain, lists, NOW)
    else:
        with pytest.raises(ProofError, match="revoked"):
            revocation.check(chain, lists, NOW)


def test_others_of_the_list_are_others(tmp_path, authority, chain):
    other = Authority.make(tmp_path / "b").own.certificate
    revocation.check(chain, pem(authority.crl((other, BEFORE, None))), NOW)


@given(data=st.data())
def test_any_change_of_a_list_is_found_or_changes_nothing(data):
    # Those that were made for the other tests: hypothesis takes no fixtures of a module.
    der, chain = LISTS
    at = data.draw(st.integers(0, len(der) - 1))
    changed = der[:at] + bytes([der[at] ^ data.draw(st.integers(1, 255))]) + der[at + 1 :]
    try:
        revocation.check(chain, changed, NOW)
    except SviedkaError:
        return
    assert x509.load_pem_x509_crl(changed) == x509.load_pem_x509_crl(der)


@pytest.fixture(scope="module", autouse=True)
def lists(authority, chain):
    global LISTS  # noqa: PLW0603
    LISTS = pem(authority.crl((chain[0], AFTER, REASONS.superseded))), chain


def test_a_chain_without_places_says_so(tmp_path):
    plain = Authority.make(tmp_path / "a")
    path = (plain.own.certificate, plain.root.certificate)
    lists, (lacking,) = revocation.fetch(path, Network())
    assert lists == b""
    assert certificates.name(path[0]) in lacking
