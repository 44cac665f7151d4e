"""URLs as they are fetched: absolute, in ASCII, without a fragment and without credentials."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from sviedka.capture.live.exchange import FetchError

_PORTS: Final = {"http": 80, "https": 443}
_KEPT: Final = "!#$%&'()*+,/:;=?@[]~"
"""What RFC 3986 lets stand in a path or query; ``%`` too, for what is encoded already."""
_REMOVED: Final = dict.fromkeys(map(ord, "\t\r\n"))
"""https://url.spec.whatwg.org/#concept-basic-url-parser, step 3."""
_LONGEST: Final = 8000
"""Octets of a request line that RFC 9112, §3, has everyone support."""


class Address(NamedTuple):
    """Where a URL leads, in parts.

    ``host`` is in lower case, in A-labels or an IP address; ``target`` as in a request line.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """``Host`` as RFC 9110, §7.2 has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL, spelt alike however it was written."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse(url: str) -> Address:
    """Where ``url`` leads; FetchError if it is nothing to be fetched."""
    try:
        parts = urlsplit(url.strip().translate(_REMOVED))
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError as error:  # and UnicodeError, which is one
        raise _refused("this is no address of a page", url) from error
    if parts.scheme not in _PORTS:
        raise _refused("only http and https addresses can be captured", url)
    if not host or port == 0:
        raise _refused("this address names no server", url)
    if parts.username is not None:
        raise _refused("an address with a user name or password; nothing is logged into", url)
    query = f"?{parts.query}" if parts.query or "?" in url.partition("#")[0] else ""
    target = quote((parts.path or "/") + query, safe=_KEPT)
    if len(target) > _LONGEST:
        raise _refused("this address is too long", url)
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], target)


def joined(base: str, reference: str) -> str | None:
    """The URL that a page at ``base`` refers to; None if it is nothing to be fetched."""
    try:
        return parse(urljoin(base, reference.strip())).url
    except (FetchError, ValueError):
        return None


def same_site(url: str, other: str) -> bool:
    """Whether two URLs are of one server, ``www.`` aside."""
    first, second = (parse(each).host.removeprefix("www.") for each in (url, other))
    return first == second


def _refused(what: str, url: str) -> FetchError:
    return FetchError(what, "address", where=url[:200])
