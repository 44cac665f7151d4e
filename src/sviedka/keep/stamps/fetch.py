"""The network as it is: HTTP within a time and a size, straight or through a SOCKS proxy (Tor).

No redirect is followed, nothing is said of who asks, and no proxy is taken from the environment.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from sviedka.errors import NetworkError, UsageError
from sviedka.keep.stamps.network import PORTS, Answer, split, split_url

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from typing_extensions import Buffer

    from sviedka.keep.stamps.network import Network, Query

SECONDS: Final = 30.0
"""For a whole question and answer, however slowly bytes drip."""


def network(proxy: str = "", seconds: float = SECONDS) -> Network:
    """Ask servers directly, or through ``socks5h://HOST:PORT``; UsageError if it is no proxy."""
    if proxy:
        split(proxy, ("socks5h",), "a proxy is given as socks5h://HOST:PORT")
    return lambda query: _ask(query, proxy, time.monotonic() + seconds)


def _ask(query: Query, proxy: str, deadline: float) -> Answer:
    parts = split_url(query.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connection = (
        http.client.HTTPSConnection(host, port)
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port)
    )
    try:
        with closing(_connect(host, port, proxy, deadline)) as plain:
            secured = _secure(plain, host) if parts.scheme == "https" else plain
            with closing(secured):
                connection.sock = _Bounded(secured, deadline)
                return _talk(connection, query, parts)
    except TimeoutError as error:
        raise NetworkError("the server did not answer in time", where=query.url) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NetworkError(f"the server cannot be asked: {error}", where=query.url) from error


def _talk(connection: http.client.HTTPConnection, query: Query, parts: SplitResult) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    method = "GET" if query.body is None else "POST"
    connection.request(method, path, query.body, {**dict(query.headers), "Connection": "close"})
    with connection.getresponse() as response:
        body = response.read(query.most + 1)
        if len(body) > query.most:
            raise NetworkError(
                f"the server answers with more than {query.most} bytes", where=query.url
            )
        if response.length:
            raise NetworkError("the server's answer was cut off", where=query.url)
        return Answer(response.status, body)


def _connect(host: str, port: int, proxy: str, deadline: float) -> socket.socket:
    left = max(deadline - time.monotonic(), 0.001)
    if not proxy:
        return socket.create_connection((host, port), left)
    try:
        from python_socks import ProxyError  # noqa: PLC0415 - of the extra ``web``
        from python_socks.sync import Proxy  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "a proxy needs more than this installation has", do="pip install 'sviedka[web]'"
        ) from error
    # Names are resolved by the proxy: to ask for them here would tell what is asked.
    url = proxy.replace("socks5h://", "socks5://", 1)
    try:
        return Proxy.from_url(url, rdns=True).connect(host, port, timeout=left)
    except ProxyError as error:
        raise NetworkError(f"the proxy did not reach {host}: {error}", where=proxy) from error


def _secure(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


class _Bounded:
    """As much of a socket as ``http.client`` uses, with one deadline for all of it."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._deadline))

    def close(self) -> None:
        """The socket belongs to whoever opened it."""


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(memoryview(buffer))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
