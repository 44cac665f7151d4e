"""Connections: straight or through a SOCKS5 proxy, plain or secured."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from python_socks import ProxyError, ProxyType
from python_socks.sync import Proxy as SocksProxy

from sviedka.capture.live.exchange import FetchError, Tls
from sviedka.errors import InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.live.address import Address
    from sviedka.capture.live.exchange import Trouble
    from sviedka.capture.live.resolving import Resolver


class Connected(NamedTuple):
    """An open connection: its socket, the server's address if it is known, how it is secured."""

    socket: socket.socket
    address: str | None
    tls: Tls | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A SOCKS5 proxy that resolves names itself, as Tor does; nothing is resolved here."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Proxy:
        """Read ``socks5h://[USER:PASSWORD@]HOST:PORT``; UsageError if it is anything else."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme != "socks5h" or not parts.hostname or not port:
            raise UsageError(
                "a proxy is given as socks5h://HOST:PORT",
                where=url[:80],
                do="with Tor running: socks5h://127.0.0.1:9050",
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password)

    @property
    def url(self) -> str:
        """The proxy as other programs are told of it, without the password."""
        return f"socks5h://{self.host}:{self.port}"


def trust(authorities: Path | None = None) -> ssl.SSLContext:
    """Certificates that are believed: the system's, and those in the PEM file ``authorities``.

    InputError if that cannot be read.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ssl.SSLError) as error:
            raise InputError("no certificates in PEM are here", where=str(authorities)) from error
    return context


class Connector(Protocol):
    """How a server is reached."""

    def connect(self, address: Address, seconds: float) -> Connected:
        """An open connection to the server of a URL; FetchError if there is none."""


class Straight:
    """Connections from here, to addresses that the resolver lets pass."""

    def __init__(self, resolver: Resolver, context: ssl.SSLContext) -> None:
        self._resolver = resolver
        self._context = context

    def connect(self, address: Address, seconds: float) -> Connected:
        """Try each address of the server in turn."""
        refusal: OSError | None = None
        for endpoint in self._resolver.resolve(address.host, address.port):
            found = socket.socket(endpoint.family, socket.SOCK_STREAM)
            found.settimeout(seconds)
            try:
                found.connect(endpoint.socket)
            except OSError as error:
                found.close()
                refusal = error
                continue
            return _secured(found, endpoint.address, address, self._context)
        trouble: Trouble = "time" if isinstance(refusal, TimeoutError) else "unreachable"
        raise FetchError(
            "the server cannot be reached", trouble, where=address.authority
        ) from refusal


class Through:
    """Connections through a proxy, which is told names and never addresses made of them here."""

    def __init__(self, proxy: Proxy, resolver: Resolver, context: ssl.SSLContext) -> None:
        self._proxy = proxy
        self._resolver = resolver
        self._context = context

    def connect(self, address: Address, seconds: float) -> Connected:
        """Ask the proxy for the server."""
        self._resolver.check(address.host)
        proxy = self._proxy
        socks = SocksProxy(
            ProxyType.SOCKS5, proxy.host, proxy.port, proxy.user or None, proxy.password or None,
            rdns=True,
        )  # fmt: skip
        try:
            found = socks.connect(address.host, address.port, timeout=seconds)
        except TimeoutError as error:
            raise FetchError("the proxy did not answer", "proxy", where=proxy.url) from error
        except (OSError, ProxyError) as error:
            what = f"the proxy did not reach {address.authority}: {error}"
            raise FetchError(what, "proxy", where=proxy.url) from error
        return _secured(found, None, address, self._context)


def _secured(
    found: socket.socket, known: str | None, address: Address, context: ssl.SSLContext
) -> Connected:
    """The connection as its URL wants it; it is closed if that fails."""
    if address.scheme == "http":
        return Connected(found, known, None)
    try:
        secured = context.wrap_socket(found, server_hostname=address.host)
    except TimeoutError as error:
        found.close()
        raise FetchError("the server did not answer", "time", where=address.authority) from error
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        found.close()
        why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
        raise FetchError(
            f"no secure connection: {why}",
            "tls",
            where=address.authority,
            do="the certificate is not believed, or the server speaks no modern TLS",
        ) from error
    certificate = secured.getpeercert(binary_form=True) or b""
    cipher = secured.cipher()
    return Connected(
        secured, known, Tls(secured.version() or "", cipher[0] if cipher else "", certificate)
    )
