"""Looking for a secret in bytes, in whatever dress it may have got there."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_MOST = 1 << 20
"""Bytes that a compressed member is unpacked to."""


def dressed(secret: bytes) -> Iterator[bytes]:
    """A secret as it is, in UTF-16, hex, base64 at any offset, an address, a JSON string."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield from _in_base64(secret)
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return
    for encoding in ("utf-16-le", "utf-16-be"):
        yield text.encode(encoding)
        yield from _in_base64(text.encode(encoding))
    yield quote(text).encode()
    yield quote_plus(text).encode()
    yield re.sub(r"[^ -~]", lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def hashes(content: bytes) -> Iterator[bytes]:
    """The plain hashes by which an outsider could confirm that someone holds this."""
    for name in ("sha256", "sha1", "md5", "sha512", "blake2b"):
        yield hashlib.new(name, content).digest()
    yield hashlib.sha256(b"\x00" + content).digest()


def found_in(data: bytes, needles: Iterable[bytes]) -> list[bytes]:
    """Which of these, already dressed, stand in the data or in what is compressed in it."""
    texts = [data, *_unpacked(data)]
    return [needle for needle in needles if any(needle in text for text in texts)]


def search(folder: Path, secrets: Iterable[bytes]) -> list[str]:
    """Where under a folder a secret stands, in a file or in a name; nothing is expected."""
    dresses = {dress: secret for secret in secrets for dress in dressed(secret)}
    found = []
    for path in sorted(folder.rglob("*")):
        name = bytes(path.relative_to(folder))
        data = name + b"\0" + (path.read_bytes() if path.is_file() else b"")
        found += [f"{path}: {dresses[dress]!r}" for dress in found_in(data, dresses)]
    return found


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """What of it is sure to stand in base64, wherever it begins within three bytes."""
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + secret)
        sure = coded[(0, 2, 3)[offset] : len(coded) - (4 if (offset + len(secret)) % 3 else 0)]
        yield sure
        yield sure.replace(b"+", b"-").replace(b"/", b"_")


def _unpacked(data: bytes) -> Iterator[bytes]:
    for at in _ZLIB.finditer(data):
        try:
            text = zlib.decompressobj(wbits=47).decompress(data[at.start() :], _MOST)
        except zlib.error:
            continue
        if text:
            yield text
