"""The small text encodings that every C2SP format shares, each with exactly one valid spelling.

One spelling for one value is what lets a parsed note be written again byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import re

from sviedka.errors import FormatError
from sviedka.keep.ledger.merkle import HASH_SIZE

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")  # 19 digits hold 2^63 - 1


def decimal(text: str, most: int) -> int:
    """An ASCII decimal without leading zeros, at most ``most``; FormatError if it is not one."""
    if not _DECIMAL.fullmatch(text) or (value := int(text)) > most:
        raise FormatError(f"not a decimal number of at most {most}: {text[:40]!r}")
    return value


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The inverse of ``to_base64``; FormatError for anything that it would not have written."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        data = b""
    if to_base64(data) != text:
        raise FormatError(f"not base64: {text[:40]!r}")
    return data


def hash_from_base64(text: str) -> bytes:
    """A base64 line that holds one hash of 32 bytes; FormatError if it does not."""
    data = from_base64(text)
    if len(data) != HASH_SIZE:
        raise FormatError(f"not a hash of {HASH_SIZE} bytes: {text[:60]!r}")
    return data
