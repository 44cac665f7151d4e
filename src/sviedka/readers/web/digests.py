"""Digests as web archives state them: ``sha1:BASE32``, and what else is met."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.readers.web.findings import Digest

if TYPE_CHECKING:
    from hashlib import _Hash

    from sviedka.readers.web.findings import Verdict

ALGORITHMS: Final = {
    "md5": "md5", "sha-1": "sha1", "sha1": "sha1", "sha-224": "sha224", "sha224": "sha224",
    "sha-256": "sha256", "sha256": "sha256", "sha-384": "sha384", "sha384": "sha384",
    "sha-512": "sha512", "sha512": "sha512",
}  # fmt: skip
_DIGITS: Final = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz2345670189",
    b"0123456789abcdefghijklmnop0123456789abcdefghijklmnopqrstuvzzzz",
)
"""From the alphabet of RFC 4648 (§ 6) to that of ``int``; 0, 1, 8 and 9 are in neither."""
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_USUAL: Final = "sha256"
"""What is computed where nothing is stated."""


class Summing:
    """A digest in the making, of what is stated; ``elsewhere`` if it is not of these bytes."""

    def __init__(self, stated: bytes, *, elsewhere: bool = False, always: bool = False) -> None:
        self._stated = stated.strip()
        self._elsewhere = elsewhere
        algorithm, _, self._value = self._stated.partition(b":")
        name = ALGORITHMS.get(algorithm.decode("latin-1").lower(), "")
        wanted = name or (_USUAL if always else "")
        self.name = wanted
        self._known = bool(name)
        self._sum = new(wanted) if wanted and (always or not elsewhere) else None
        self.update = self._sum.update if self._sum else _leave

    def result(self, *, whole: bool, also: _Hash | None = None) -> Digest:
        """What came of it; ``also`` is a digest of the same bytes in another coding."""
        if not whole:
            return Digest(self._stated, "", "unread" if self._stated else "absent")
        computed = f"{self.name}:{self._sum.hexdigest()}" if self._sum else ""
        return Digest(self._stated, computed, self._verdict(also))

    def _verdict(self, also: _Hash | None) -> Verdict:
        if not self._stated:
            return "absent"
        if self._elsewhere:
            return "elsewhere"
        if not self._known or self._sum is None:
            return "unknown"
        if _is_spelt(self._value, self._sum.digest()):
            return "matches"
        if also is not None and _is_spelt(self._value, also.digest()):
            return "matches"
        return "differs"


def new(name: str) -> _Hash:
    """A hash of that name, for recognising bytes and not for security where it is an old one."""
    return hashlib.new(name, usedforsecurity=False)


def _leave(_: object, /) -> None:
    """Of nothing that is stated, nothing is computed."""


def _is_spelt(value: bytes, digest: bytes) -> bool:
    """Whether a text spells a digest: in base32, hexadecimal or base64, padded or not."""
    bare = value.strip().rstrip(b"=")
    if len(bare) == 2 * len(digest):
        return bare.lower() == digest.hex().encode()
    if len(bare) == -(-len(digest) * 8 // 5) and bare.isalnum():
        return _base32(bare, len(digest)) == digest
    return bare.translate(_URL_SAFE) == base64.b64encode(digest).rstrip(b"=")


def _base32(value: bytes, size: int) -> bytes:
    """Bytes out of base32, of either case, ten times as fast as ``base64``; b"" if it is none."""
    try:
        number = int(value.translate(_DIGITS), 32)
    except ValueError:
        return b""
    return (number >> -8 * size % 5).to_bytes(size, "big")
