"""Signatures of packages, in both forms: whether they hold, and where their chains end."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sviedka.readers.web import signature
from sviedka.readers.web.findings import Signature
from sviedka.readers.web.reading import read
from tests.material import web
from tests.readers.web.finding import found, of

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = "prykladny.example"
NOW = datetime.now(UTC).replace(microsecond=0)
CREATED = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
DIGEST = f"sha256:{hashlib.sha256(b'package').hexdigest()}"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Issued(NamedTuple):
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def issue(name: str, by: Issued | None = None, *, stamps: bool = False) -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if stamps:
        made = made.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return Issued(made.sign(by.key if by else key, hashes.SHA256()), key)


def anonymous(key: Key, digest: str = DIGEST, *, raw: bool = False) -> dict[str, Any]:
    """As browsers sign; ``raw`` is their form of an ECDSA signature."""
    if isinstance(key, rsa.RSAPrivateKey):
        signed = key.sign(digest.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        signed = key.sign(digest.encode(), ec.ECDSA(hashes.SHA256()))
        size = -(-key.key_size // 8)
        if raw:
            both = utils.decode_dss_signature(signed)
            signed = b"".join(number.to_bytes(size, "big") for number in both)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "hash": digest,
        "created": CREATED,
        "software": "Выдуманы запісвальнік",
        "version": "0.1.0",
        "signature": base64.b64encode(signed).decode(),
        "publicKey": base64.b64encode(public).decode(),
    }


def of_domain(root: Issued, leaf: Issued, **more: Any) -> dict[str, Any]:
    said = anonymous(leaf.key)
    del said["publicKey"]
    return {**said, "domain": DOMAIN, "domainCert": leaf.pem + root.pem, **more}


@pytest.fixture(scope="module")
def root() -> Issued:
    return issue("Vydumany root")


@pytest.fixture(scope="module")
def leaf(root: Issued) -> Issued:
    return issue(DOMAIN, root)


P384 = ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize("raw", [True, False], ids=["browser", "DER"])
def test_an_anonymous_signature_is_of_a_key_and_of_nobody(raw: bool) -> None:
    got = signature.check(anonymous(P384, raw=raw), DIGEST, CREATED)
    assert (got.form, got.integrity, got.chain, got.stamp) == (
        "anonymous", "valid", "absent", "absent",
    )  # fmt: skip
    spki = base64.b64decode(anonymous(P384)["publicKey"])
    assert got.key == hashlib.sha256(spki).hexdigest()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"signature": base64.b64encode(bytes(96)).decode()}, "the signature is not this key's"),
        ({"signature": "***"}, "signature is not base64"),
        ({"publicKey": "AAAA"}, ""),
        ({"hash": "sha256:00"}, "another package was signed"),
        ({"created": "2020-01-01T00:00:00Z"}, "another time of making"),
        ({"publicKey": 7}, ""),
        ({"signature": None}, ""),
    ],
)
def test_an_anonymous_signature_that_does_not_hold(change: dict[str, Any], why: str) -> None:
    got = signature.check(anonymous(P384) | change, DIGEST, CREATED)
    assert got.integrity == "invalid"
    assert why in got.why


def test_what_is_no_signature_at_all() -> None:
    assert signature.check({}, DIGEST, CREATED).form == "unknown"
    assert signature.check({"hash": DIGEST}, DIGEST, "").integrity == "invalid"


def test_a_key_of_another_kind() -> None:
    key = rsa.generate_private_key(65537, 2048)
    assert signature.check(anonymous(key), DIGEST, CREATED).integrity == "valid"


def test_a_domain_and_the_root_of_its_chain(root: Issued, leaf: Issued) -> None:
    got = signature.check(of_domain(root, leaf), DIGEST, CREATED)
    assert (got.form, got.integrity, got.chain, got.stamp) == ("domain", "valid", "valid", "absent")
    assert (got.domain, got.root) == (DOMAIN.encode(), root.fingerprint)


def test_a_chain_that_is_none(root: Issued, leaf: Issued) -> None:
    """The signature is the key's all the same: integrity and trust are two things."""
    other = issue("Vydumany root")
    for said in (
        of_domain(other, leaf),
        of_domain(root, leaf, domain="another.example"),
        of_domain(root, issue("another.example", root)),
    ):
        got = signature.check(said, DIGEST, CREATED)
        assert (got.integrity, got.chain) == ("valid", "invalid")


def test_certificates_that_are_none(root: Issued, leaf: Issued) -> None:
    for pem in ("", "x", 7, None, leaf.pem[:200], (leaf.pem + root.pem) * 6):
        got = signature.check(of_domain(root, leaf) | {"domainCert": pem}, DIGEST, CREATED)
        assert got.integrity == "invalid"


# The time stamp


def stamp(folder: Path, authority: Issued, root: Issued, data: bytes) -> str:
    """A time stamp from an authority of our own: ``openssl ts``."""
    key = authority.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(key)
    (folder / "tsa.pem").write_text(authority.pem)
    (folder / "root.pem").write_text(root.pem)
    (folder / "data").write_bytes(data)
    (folder / "serial").write_text("01")
    (folder / "ts.cnf").write_text(
        f"""
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/key.pem
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""
    )
    ask = ["ts", "-query", "-data", "data", "-sha256", "-no_nonce", "-out", "q.tsq"]
    answer = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "q.tsq", "-out", "r.tsr"]
    for command in (ask, answer):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return base64.b64encode((folder / "r.tsr").read_bytes()).decode()


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory, root: Issued, leaf: Issued) -> dict[str, Any]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    said = of_domain(root, leaf)
    authority_root = issue("Vydumany stamp root")
    authority = issue("Vydumany stamps", authority_root, stamps=True)
    folder = tmp_path_factory.mktemp("stamp")
    token = stamp(folder, authority, authority_root, said["signature"].encode())
    return {**said, "timeSignature": token, "timestampCert": authority.pem + authority_root.pem}


def test_a_stamp_over_the_signature(stamped: dict[str, Any]) -> None:
    got = signature.check(stamped, DIGEST, CREATED)
    assert (got.integrity, got.stamp) == ("valid", "valid")
    assert got.stamped >= CREATED
    assert len(got.stamp_root) == 64


def test_a_stamp_over_something_else(stamped: dict[str, Any], leaf: Issued) -> None:
    again = anonymous(leaf.key)["signature"]  # ECDSA: another one each time
    got = signature.check(stamped | {"signature": again}, DIGEST, CREATED)
    assert (got.integrity, got.stamp) == ("valid", "invalid")


def test_a_stamp_that_is_none(stamped: dict[str, Any], leaf: Issued) -> None:
    for change in (
        {"timeSignature": "AAAA"},
        {"timestampCert": leaf.pem},
        {"timestampCert": ""},
        {"timeSignature": 7},
    ):
        assert signature.check(stamped | change, DIGEST, CREATED).stamp == "invalid"


# In a package, in the sandbox


def signed_package(tmp_path: Path, said: dict[str, Any] | None = None) -> Path:
    files = web.described(web.contents(list(web.site()), []), created=CREATED)
    digest = json.loads(files["datapackage-digest.json"])
    digest["signedData"] = said or anonymous(P384, digest["hash"], raw=True)
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    return web.write_wacz(tmp_path / "signed.wacz", files)


def test_a_signed_package_in_the_sandbox(tmp_path: Path, stamped: dict[str, Any]) -> None:
    """All that is imported late must be there before the sandbox closes."""
    for said, form in ((None, "anonymous"), (stamped, "domain")):
        with signed_package(tmp_path, said).open("rb") as file:
            (got,) = of(list(read(file.fileno())), Signature)
        assert got.form == form
        assert got.integrity == ("valid" if form == "anonymous" else "invalid")
        assert got.stamp == ("absent" if form == "anonymous" else "valid")


def test_another_package_under_a_signature(tmp_path: Path) -> None:
    files = web.described(web.contents(list(web.site()), []), created=CREATED, title="other")
    digest = json.loads(files["datapackage-digest.json"])
    digest["signedData"] = anonymous(P384, DIGEST)
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    data = web.write_wacz(tmp_path / "signed.wacz", files).read_bytes()
    (got,) = of(found(data, "wacz"), Signature)
    assert (got.integrity, got.why) == ("invalid", "another package was signed")
