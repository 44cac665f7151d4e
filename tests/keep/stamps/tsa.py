"""Time-stamping authorities of our own: certificates made here, answers given by ``openssl ts``."""

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
certs = chain.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = {ess_chain}
ess_cert_id_alg = sha256
"""


@dataclass
class Key:
    """A key with its certificate."""

    key: object
    certificate: x509.Certificate

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)


def issue(  # noqa: PLR0913 - whatever a certificate may say
    name, by=None, *, ca=False, purposes=(), critical=True, start=None, end=None, crl="", key=None
):
    """A certificate by another key, or by its own."""
    now = datetime.now(UTC)
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or now - HOUR)
        .not_valid_after(end or now + YEAR)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    if crl:
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
    return Key(key, builder.sign(by.key if by else key, hashes.SHA256()))


@dataclass
class Authority:
    """A root, something between if it is wanted, and a certificate that stamps."""

    folder: Path
    name: str
    root: Key
    middle: Key | None
    own: Key
    embedded: bytes = b""
    revoked: list = field(default_factory=list)

    @classmethod
    def make(  # noqa: PLR0913 - whatever one may be like
        cls, folder, name="Часавы сведка", *, middle=False, whole=True, ess_chain="no",
        purposes=(ExtendedKeyUsageOID.TIME_STAMPING,), critical=True, end=None, crl="", root=None,
    ):  # fmt: skip
        """``whole``: the chain goes along with each answer."""
        folder.mkdir(parents=True)
        root = root or issue(f"{name} root", ca=True, end=datetime.now(UTC) + 10 * YEAR)
        between = issue(f"{name} between", root, ca=True) if middle else None
        own = issue(name, between or root, purposes=purposes, critical=critical, end=end, crl=crl)
        made = cls(folder, name, root, between, own)
        chain = (between.pem if between else b"") + root.pem
        (folder / "tsa.pem").write_bytes(own.pem)
        (folder / "chain.pem").write_bytes(chain if whole else own.pem)
        (folder / "tsa.key").write_bytes(
            own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        (folder / "ts.cnf").write_text(CONFIG.format(ess_chain=ess_chain))
        (folder / "serial").write_text("01\n")
        return made

    @property
    def roots(self):
        return self.root.pem

    def answer(self, question):
        """What it answers to a request."""
        (self.folder / "q.tsq").write_bytes(question)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "one",
             "-queryfile", "q.tsq", "-out", "a.tsr"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        return (self.folder / "a.tsr").read_bytes()

    def crl(self, *revoked):
        """The root's list (DER): (certificate, when, reason or None) of each."""
        now = datetime.now(UTC)
        issuer = self.middle or self.root
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now - HOUR)
            .next_update(now + YEAR)
        )
        for certificate, when, reason in revoked:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(when)
            )
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
