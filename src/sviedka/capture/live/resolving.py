"""From names to addresses, and which of them a page may lead to.

A public page can send its reader to addresses that only the reader reaches: a router, a printer, a
service of this machine (server-side request forgery). Such addresses are fetched only on hosts that
the person named. What a name resolves to is asked once in a capture, so that a second answer cannot
move it (DNS rebinding).
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sviedka.capture.live.exchange import FetchError

if TYPE_CHECKING:
    from collections.abc import Collection

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits."""
_LOCAL: Final = ("localhost", "local", "internal", "home.arpa")
"""Names that mean something near: RFC 6761, RFC 6762, ICANN's ``internal``, RFC 8375."""


class Endpoint(NamedTuple):
    """Where to connect: address family, socket address, and the IP address for people."""

    family: int
    socket: Any
    address: str


def look_up(host: str, port: int) -> list[Endpoint]:
    """Ask the system; FetchError if it does not know the name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError("there is no server of this name", "name", where=host) from error
    return [Endpoint(family, where, str(where[0])) for family, _, _, _, where in found]


class Resolver:
    """Names to endpoints that may be connected to. ``named``: hosts that the person named."""

    def __init__(self, named: Collection[str] = ()) -> None:
        self._named = frozenset(named)
        self._known: dict[tuple[str, int], list[Endpoint]] = {}

    def resolve(self, host: str, port: int) -> list[Endpoint]:
        """Where to connect for ``host``; FetchError if nowhere, or if it may not be."""
        if host.endswith(".onion"):
            raise FetchError(
                "an onion service is reached through Tor only",
                "name",
                where=host,
                do="give --proxy socks5h://127.0.0.1:9050, with Tor running",
            )
        if (host, port) not in self._known:
            self._known[host, port] = look_up(host, port)
        found = self._known[host, port]
        if host in self._named:
            return found
        public = [each for each in found if is_public(each.address)]
        if not public:
            raise _private(host)
        return public

    def check(self, host: str) -> None:
        """Of a name that a proxy will resolve: FetchError if it plainly means something near."""
        near = host.rpartition(".")[2] in _LOCAL or host in _LOCAL or host.endswith(".home.arpa")
        if host not in self._named and (near or not is_public(host)):
            raise _private(host)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large; what is no IP address is taken so."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    return found.is_global and not found.is_multicast


def _private(host: str) -> FetchError:
    return FetchError(
        "a page led to an address inside this machine or network; it was not asked",
        "private",
        where=host,
        do="name that host yourself if you mean it",
    )
