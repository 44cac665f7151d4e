"""Tokens of RFC 3161: which hold, and which are refused, whatever was done to them."""

import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, ProofError, SviedkaError
from sviedka.keep.stamps import certificates, der, signer, token
from tests.keep.stamps.conftest import HEAD
from tests.keep.stamps.tsa import Authority, issue


def roots(*authorities):
    return [each.root.certificate for each in authorities]


@pytest.fixture(scope="session")
def asked():
    return token.request(HEAD)


@pytest.fixture(scope="session")
def answered(one, asked):
    return one.answer(asked)


def test_a_token_says_when_and_by_whom(one, asked, answered):
    before = datetime.now(UTC) - timedelta(minutes=5)
    found = token.check(answered, asked, HEAD, roots(one))
    assert before < found.time <= datetime.now(UTC)
    assert found.authority == "CN=First authority"
    assert found.accuracy == 1.0
    assert found.policy == "1.2.3.4.1"
    assert found.chain == (one.own.certificate, one.root.certificate)
    assert found.until == one.own.certificate.not_valid_after_utc


def test_two_requests_over_one_head_differ():
    assert token.request(HEAD) != token.request(HEAD)


def test_a_chain_of_three(other, asked):
    found = token.check(other.answer(asked), asked, HEAD, roots(other))
    assert [each.subject for each in found.chain] == [
        each.certificate.subject for each in (other.own, other.middle, other.root)
    ]


def test_what_lies_between_may_come_with_the_roots(tmp_path, asked):
    short = Authority.make(tmp_path / "a", middle=True, whole=False)
    answer = short.answer(asked)
    with pytest.raises(ProofError, match="not by the authority"):
        token.check(answer, asked, HEAD, roots(short))
    found = token.check(answer, asked, HEAD, roots(short), [short.middle.certificate])
    assert len(found.chain) == 3


@pytest.mark.parametrize("ess_chain", ["no", "yes"])
def test_certificates_are_taken_in_any_order(tmp_path, asked, ess_chain):
    # Until one of the two orders is not that of DER.
    for at in range(8):
        authority = Authority.make(tmp_path / str(at), middle=True, ess_chain=ess_chain)
        answer = authority.answer(asked)
        assert token.check(answer, asked, HEAD, roots(authority))
        if signer.in_order(answer) != answer:
            return
    pytest.fail("openssl sorts them by now")


# Refused


def test_another_nonce_is_another_request_s(one, asked, answered):
    with pytest.raises(ProofError, match="nonce"):
        token.check(answered, token.request(HEAD), HEAD, roots(one))


def test_a_token_over_something_else(one, asked, answered):
    with pytest.raises(ProofError, match="something else"):
        token.check(answered, asked, HEAD + b"\n", roots(one))
    # The authority answers this request, and stamps another hash than it was asked to.
    parts, elsewhere = der.parse(asked).parts, der.parse(token.request(b"another head")).parts
    forged = [parts[0], elsewhere[1], *parts[2:]]
    answer = one.answer(der.write(der.SEQUENCE, b"".join(map(bytes, forged))))
    with pytest.raises(ProofError, match="does not hold"):
        token.check(answer, asked, HEAD, roots(one))


def test_another_authority_s_token(one, other, asked):
    with pytest.raises(ProofError, match="not by the authority that was asked"):
        token.check(other.answer(asked), asked, HEAD, roots(one))


def test_one_who_calls_himself_like_the_authority(tmp_path, one, asked):
    forger = Authority.make(tmp_path / "forger", one.name)
    with pytest.raises(ProofError, match="not by the authority that was asked"):
        token.check(forger.answer(asked), asked, HEAD, roots(one))


def test_a_root_in_the_token_is_not_trusted_for_it(one, other, asked):
    answer = other.answer(asked)
    with pytest.raises(ProofError):
        token.check(answer, asked, HEAD, roots(one), [other.root.certificate])


def injected(answer, *extra):
    """An answer with more certificates in its (unsigned) set."""
    return rebuilt(
        answer, lambda found: found + [each.public_bytes(Encoding.DER) for each in extra]
    )


def rebuilt(answer, change):
    """An answer with its set of certificates changed; without it if nothing is left."""
    whole = der.parse(answer)
    status, content = whole.parts
    kind, explicit = content.parts
    parts = []
    for each in explicit.parts[0].parts:
        if each.tag == der.FIRST:
            inner = b"".join(sorted(change([bytes(one) for one in each.parts])))
            parts += [der.write(der.FIRST, inner)] if inner else []
        else:
            parts.append(bytes(each))
    signed = der.write(der.SEQUENCE, b"".join(parts))
    content = der.write(der.SEQUENCE, bytes(kind) + der.write(der.FIRST, signed))
    return der.write(der.SEQUENCE, bytes(status) + content)


def test_what_rebuilds_answers_changes_nothing_else(answered):
    assert rebuilt(answered, lambda found: found) == signer.in_order(answered)


def test_an_injected_certificate(one, other, asked, answered):
    stranger = issue("Stranger", purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
    for extra in (stranger, other.own, other.root):
        with pytest.raises(ProofError, match="put into"):
            token.check(injected(answered, extra.certificate), asked, HEAD, roots(one))


def test_an_injected_certificate_of_the_trusted_authority_helps_no_forger(tmp_path, one, asked):
    forger = Authority.make(tmp_path / "forger", "Forger")
    answer = injected(forger.answer(asked), one.own.certificate, one.root.certificate)
    with pytest.raises(ProofError):
        token.check(answer, asked, HEAD, roots(one))


def test_a_second_certificate_of_the_same_name_and_number(one, asked, answered):
    own = one.own.certificate
    twin = (
        x509.CertificateBuilder()
        .subject_name(own.subject).issuer_name(own.issuer).serial_number(own.serial_number)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .not_valid_before(own.not_valid_before_utc).not_valid_after(own.not_valid_after_utc)
        .sign(one.root.key, own.signature_hash_algorithm)
    )  # fmt: skip
    with pytest.raises(ProofError, match="one name and number"):
        token.check(injected(answered, twin), asked, HEAD, roots(one))
    alone = rebuilt(answered, lambda _: [twin.public_bytes(Encoding.DER)])
    with pytest.raises(ProofError, match="names as its signer's is not in it"):
        token.check(alone, asked, HEAD, roots(one))


def test_no_embedded_certificate(one, asked, answered):
    bare = rebuilt(answered, lambda _: [])
    with pytest.raises(ProofError, match="no certificate lies in"):
        token.check(bare, asked, HEAD, roots(one), [one.own.certificate])


@pytest.mark.parametrize(
    ("purposes", "critical"),
    [
        ((), True),
        ((ExtendedKeyUsageOID.TIME_STAMPING,), False),
        ((ExtendedKeyUsageOID.CODE_SIGNING,), True),
        ((ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING), True),
    ],
)
def test_a_certificate_that_is_not_for_stamping_alone(tmp_path, asked, purposes, critical):
    # openssl refuses to stamp with it, so that it stamps with a proper one of the same key.
    proper = Authority.make(tmp_path / "a")
    wrong = issue(
        proper.name, proper.root, purposes=purposes, critical=critical, key=proper.own.key
    )
    patched = Authority.make(tmp_path / "b", root=proper.root)
    answer = patched.answer(asked)
    swapped = rebuilt(answer, lambda _: [wrong.certificate.public_bytes(Encoding.DER)])
    with pytest.raises(ProofError):
        token.check(swapped, asked, HEAD, roots(proper))


@pytest.mark.parametrize("cut", [0, 1, 20, -1, -100])
def test_a_truncated_answer(one, asked, answered, cut):
    with pytest.raises(FormatError):
        token.check(answered[:cut], asked, HEAD, roots(one))


@pytest.mark.parametrize("data", [b"", b"<html>busy</html>", b"\x30\x80\x00\x00", b"\x30" * 5000])
def test_what_is_no_answer_at_all(one, asked, data):
    with pytest.raises(FormatError):
        token.check(data, asked, HEAD, roots(one))


def test_a_refusal_is_told_in_the_authority_s_words(one, asked):
    status = der.write(0x02, b"\x02") + der.write(0x30, der.write(0x0C, "занадта часта".encode()))
    with pytest.raises(ProofError, match=r"rejected \(занадта часта\)"):
        token.check(der.write(0x30, der.write(0x30, status)), asked, HEAD, roots(one))


def test_too_large_an_answer(one, asked):
    with pytest.raises(FormatError, match="at most"):
        token.check(bytes(token.MAX_TOKEN + 1), asked, HEAD, roots(one))


# Time


def test_many_ways_up_are_walked_in_no_time(one, asked):
    # Cross-signed in all directions: a chain is found, or not, without trying them all.
    names = [f"CA {at}" for at in range(9)]
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in names}
    selves = {name: issue(name, ca=True, key=keys[name]) for name in names}
    crossed = [
        issue(name, selves[other], ca=True, key=keys[name]).certificate
        for name in names
        for other in names
        if name != other
    ]
    leaf = issue("Leaf", selves[names[0]]).certificate
    began = time.monotonic()
    with pytest.raises(ProofError, match="no chain leads"):
        certificates.chain(leaf, crossed, roots(one), datetime.now(UTC))
    end = selves[names[-1]].certificate
    found = certificates.chain(leaf, crossed, [end], datetime.now(UTC))
    assert (found[0], len(found), found[-1]) == (leaf, 3, end)
    assert time.monotonic() - began < 10


def test_expired_now_but_valid_then(tmp_path, asked):
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    short = Authority.make(tmp_path / "a", end=end)
    answer = short.answer(asked)
    while datetime.now(UTC) <= end:
        time.sleep(0.05)  # until the condition holds that the test is about
    assert token.check(answer, asked, HEAD, roots(short)).until == end


def test_not_valid_at_the_time_of_the_stamp(tmp_path, asked):
    gone = Authority.make(tmp_path / "a", end=datetime.now(UTC) - timedelta(minutes=1))
    with pytest.raises(ProofError, match="not valid at the time of the stamp"):
        token.check(gone.answer(asked), asked, HEAD, roots(gone))


def test_it_stands_until_the_first_of_its_chain_ends(tmp_path, asked):
    late = datetime.now(UTC) + timedelta(days=20 * 365)
    root = issue("Root", ca=True, end=datetime.now(UTC) + timedelta(days=5 * 365))
    weak = Authority.make(tmp_path / "a", root=root, end=late)
    found = token.check(weak.answer(asked), asked, HEAD, roots(weak))
    assert found.until == root.certificate.not_valid_after_utc
    assert certificates.until(found.chain[:1]).year == 2035  # ECDSA, by NIST's plan


# Whatever is changed


@given(data=st.data())
def test_no_change_of_a_byte_makes_it_say_something_else(one, asked, answered, data):
    true = token.check(answered, asked, HEAD, roots(one))
    at = data.draw(st.integers(0, len(answered) - 1))
    changed = answered[:at] + bytes([answered[at] ^ data.draw(st.integers(1, 255))])
    changed += answered[at + 1 :]
    try:
        found = token.check(changed, asked, HEAD, roots(one))
    except SviedkaError:
        return
    # Some bytes are outside what is signed: they say nothing, and the ledger's hash guards them.
    assert (found.time, found.serial, found.chain) == (true.time, true.serial, true.chain)


@given(st.binary(max_size=200))
def test_anything_is_read_or_refused(one, asked, data):
    with pytest.raises(SviedkaError):
        token.check(data, asked, HEAD, roots(one))


@given(data=st.data())
def test_a_changed_structure_is_read_or_refused(one, asked, answered, data):
    changed = bytearray(answered)
    for _ in range(data.draw(st.integers(1, 3))):
        at, size = data.draw(st.integers(0, len(changed) - 1)), data.draw(st.integers(0, 8))
        changed[at : at + size] = data.draw(st.binary(max_size=8))
    try:
        found = token.check(bytes(changed), asked, HEAD, roots(one))
    except SviedkaError:
        return
    assert found.chain[0] == one.own.certificate


def test_openssl_agrees(tmp_path, one, other, asked):
    for authority in (one, other):
        answer = authority.answer(asked)
        found = token.check(answer, asked, HEAD, roots(authority))
        (tmp_path / "head").write_bytes(HEAD)
        (tmp_path / "x.tsr").write_bytes(answer)
        (tmp_path / "roots.pem").write_bytes(authority.roots)
        (tmp_path / "chain.pem").write_bytes(certificates.pem(found.chain))
        command = "openssl ts -verify -data head -in x.tsr -CAfile roots.pem -untrusted chain.pem"
        done = subprocess.run(
            command.split(), cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.stdout.strip() == "Verification: OK", done.stderr
