"""Servers on 127.0.0.1 for tests: well-behaved and otherwise. Each stops with its block."""

from __future__ import annotations

import gzip
import http.server
import ipaddress
import socket
import ssl
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PATIENCE = 20


@dataclass
class Answer:
    """What a path answers. ``headers`` are all there are, but Content-Length."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A site under way: its address, what it answers, what it was asked."""

    url: str
    answers: dict[str, Answer]
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


@contextmanager
def site(answers, context=None):
    """A site that answers from a dict of paths; ``context`` secures it."""
    answers = {
        path: each if isinstance(each, Answer) else Answer(each) for path, each in answers.items()
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = _PATIENCE
        server_version, sys_version = "Test", ""

        def do_GET(self):
            made.asked.append((self.command, self.path, dict(self.headers)))
            answer = answers.get(self.path) or answers.get(self.path.partition("?")[0])
            answer = answer or Answer(b"<p>no such page", status=404)
            self.send_response(answer.status)
            headers = {"Content-Type": answer.type, **answer.headers}
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass

        def get_request(self):
            connection, address = super().get_request()
            connection.settimeout(_PATIENCE)
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            return connection, address

    with Server(("127.0.0.1", 0), Handler) as server:
        scheme = "https" if context else "http"
        made = Site(f"{scheme}://127.0.0.1:{server.server_port}", answers)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw(speak):
    """A server that runs ``speak(connection, stopped)`` for each connection, on raw sockets."""
    stopped = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    threads = []

    def serve(connection):
        with connection:
            connection.settimeout(_PATIENCE)
            with suppress(OSError):
                speak(connection, stopped)

    def accept():
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        acceptor.join()
        listener.close()
        for thread in threads:
            thread.join(_PATIENCE)


def request_head(connection):
    """Read a request up to its empty line."""
    head = b""
    while b"\r\n\r\n" not in head:
        block = connection.recv(4096)
        if not block:
            break
        head += block
    return head


def saying(answer):
    """For ``raw``: give these bytes to every request, then hang up."""

    def speak(connection, _stopped):
        request_head(connection)
        connection.sendall(answer)

    return speak


def dripping(head, every):
    """For ``raw``: this head, then a byte every so many seconds until the test is over."""

    def speak(connection, stopped):
        request_head(connection)
        connection.sendall(head)
        while not stopped.wait(every):
            connection.sendall(b".")

    return speak


@dataclass
class Socks:
    """A SOCKS5 proxy under way: its URL, the names that it was asked for, where they lead."""

    url: str
    names: dict[str, tuple[str, int]]
    asked: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def socks(names):
    """A SOCKS5 proxy (RFC 1928) that knows the names in ``names``: name -> (host, port)."""
    made = Socks("", names)

    def exactly(connection, count):
        found = b""
        while len(found) < count:
            block = connection.recv(count - len(found))
            if not block:
                raise OSError
            found += block
        return found

    def relay(one, other):
        try:
            while block := one.recv(65536):
                other.sendall(block)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def speak(connection, _stopped):
        methods = exactly(connection, exactly(connection, 2)[1])
        assert 0 in methods
        connection.sendall(b"\x05\x00")
        kind = exactly(connection, 4)[3]
        if kind == 3:
            host = exactly(connection, exactly(connection, 1)[0]).decode()
        else:
            host = socket.inet_ntoa(exactly(connection, 4))
        (port,) = struct.unpack(">H", exactly(connection, 2))
        made.asked.append((host, port))
        if host not in made.names:
            connection.sendall(b"\x05\x04\x00\x01" + bytes(6))
            return
        with socket.create_connection(made.names[host], timeout=_PATIENCE) as target:
            connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
            back = threading.Thread(target=relay, args=(target, connection), daemon=True)
            back.start()
            relay(connection, target)
            back.join(_PATIENCE)

    with raw(speak) as url:
        made.url = url.replace("http://", "socks5h://")
        yield made


@dataclass
class Authority:
    """A certificate authority of one test, and the contexts of its servers."""

    folder: object

    def __post_init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.certificate = self._signed(self._name, self._key, authority=True)
        self.file = self.folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, name="127.0.0.1", days=30):
        """A context for a server of this name, whose certificate ends after so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._signed(subject, key, name, days)
        file = self.folder / f"{name}.{days}.pem"
        file.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, subject, key, name="", days=30, *, authority=False):
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
        )
        if authority:
            usage = dict.fromkeys(
                ("digital_signature", "content_commitment", "key_encipherment",
                 "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
                False,
            )  # fmt: skip
            builder = builder.add_extension(
                x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True
            )
        if name:
            try:
                said = x509.IPAddress(ipaddress.ip_address(name))
            except ValueError:
                said = x509.DNSName(name)
            builder = builder.add_extension(x509.SubjectAlternativeName([said]), False)
        return builder.sign(self._key, hashes.SHA256())


def chunked(*pieces):
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def bomb(size):
    """Zeros, compressed: a thousandth of ``size``."""
    return gzip.compress(bytes(size))
