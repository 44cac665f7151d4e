"""The network as it is: servers of our own on this machine, and none of them well behaved."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from sviedka.errors import NetworkError, SviedkaError, UsageError
from sviedka.keep.stamps.fetch import network
from sviedka.keep.stamps.network import Query

SECONDS = 1.0


@contextmanager
def server(talk):
    """A server that talks once to each who comes, in its own way, until it is closed."""
    closed = threading.Event()

    def serve():
        while not closed.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    talk(connection, closed)
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            closed.set()
            listening.shutdown(socket.SHUT_RDWR)


def received(connection):
    """A whole request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(dict(_fields(head)).get(b"content-length", 0))
    while len(body) < length:
        body += connection.recv(4096)
    return head, body


def _fields(head):
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        yield name.lower(), value.strip()


def answering(data):
    def talk(connection, _closed):
        received(connection)
        connection.sendall(data)

    return talk


def dripping(before):
    """One byte at a time, and never an end."""

    def talk(connection, closed):
        received(connection)
        connection.sendall(before)
        while not closed.wait(0.05):
            connection.sendall(b"x")

    return talk


def test_a_question_and_its_answer():
    heard = []

    def talk(connection, _closed):
        heard.append(received(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

    with server(talk) as url:
        headers = (("Content-Type", "application/timestamp-query"),)
        answer = network()(Query(f"{url}/tsr?x=1", b"question", headers))
    assert (answer.status, answer.body) == (200, b"hello")
    ((head, body),) = heard
    assert head.startswith(b"POST /tsr?x=1 HTTP/1.1\r\n")
    assert body == b"question"
    # Nothing tells who asks, or with what.
    names = {name for name, _ in _fields(head)}
    assert names == {b"host", b"accept-encoding", b"content-length", b"content-type", b"connection"}


def test_a_get():
    with server(answering(b"HTTP/1.0 404 Not Found\r\n\r\ngone")) as url:
        answer = network()(Query(url))
    assert (answer.status, answer.body) == (404, b"gone")
    with pytest.raises(NetworkError, match="404"):
        answer.require(url)


def test_a_redirect_is_not_followed():
    data = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with server(answering(data)) as url:
        assert network()(Query(url)).status == 302


SLOW = {
    "status line": b"",
    "headers": b"HTTP/1.1 200 OK\r\nX-",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "body without end": b"HTTP/1.0 200 OK\r\n\r\n",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
}


@pytest.mark.parametrize("before", SLOW.values(), ids=SLOW.keys())
def test_a_server_that_sends_a_byte_at_a_time(before):
    with server(dripping(before)) as url:
        began = time.monotonic()
        with pytest.raises(NetworkError):
            network(seconds=SECONDS)(Query(url, b"q"))
        assert time.monotonic() - began < 3 * SECONDS


def test_a_server_that_says_nothing():
    silent = server(lambda _connection, closed: closed.wait(20))
    with silent as url, pytest.raises(NetworkError, match="in time"):
        network(seconds=SECONDS)(Query(url, b"q"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http(data):
    with server(answering(data)) as url, pytest.raises(NetworkError):
        network(seconds=SECONDS)(Query(url, b"q"))


@pytest.mark.parametrize(
    "head", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"]
)
def test_a_huge_answer_is_not_read(head):
    sent = []

    def talk(connection, closed):
        received(connection)
        connection.sendall(head)
        while not closed.is_set():
            connection.sendall(bytes(1 << 16))
            sent.append(1 << 16)

    with server(talk) as url, pytest.raises(NetworkError, match="more than 1000 bytes"):
        network()(Query(url, b"q", most=1000))
    assert sum(sent) < 64 << 20


def test_nobody_is_there():
    with pytest.raises(NetworkError, match="cannot be asked"):
        network()(Query("http://127.0.0.1:9/", b"q"))
    with pytest.raises(NetworkError):
        network()(Query("http://nobody.invalid/", b"q"))


def test_a_server_without_tls_where_it_should_have_it():
    with server(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as url, pytest.raises(NetworkError):
        network(seconds=SECONDS)(Query(url.replace("http:", "https:"), b"q"))


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://x/", "http://", "http://x:0x/"])
def test_what_is_no_server_s_address(url):
    with pytest.raises(UsageError):
        network()(Query(url))


# Through a proxy


def socks(asked, answer):
    """A SOCKS5 proxy (RFC 1928) that plays the server, too."""

    def talk(connection, _closed):
        connection.recv(2)
        connection.recv(255)
        connection.sendall(b"\x05\x00")
        request = connection.recv(262)
        asked.append(request[3:])
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        received(connection)
        connection.sendall(answer)

    return talk


def test_a_proxy_resolves_names_itself():
    asked = []
    with server(socks(asked, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")) as url:
        proxy = url.replace("http://", "socks5h://")
        assert network(proxy)(Query("http://tsa.invalid/", b"q")).body == b"hi"
    assert asked == [b"\x03\x0btsa.invalid\x00\x50"]


def test_a_proxy_that_is_not_there():
    with pytest.raises(NetworkError):
        network("socks5h://127.0.0.1:9")(Query("http://tsa.invalid/", b"q"))


def test_a_proxy_that_talks_nonsense():
    def talk(connection, _closed):
        connection.recv(2)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with server(talk) as url, pytest.raises(SviedkaError):
        network(url.replace("http://", "socks5h://"))(Query("http://tsa.invalid/", b"q"))


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9050", "127.0.0.1:9050", "socks5h://"])
def test_what_is_no_proxy(proxy):
    with pytest.raises(UsageError, match="socks5h"):
        network(proxy)
