"""Bytes in letters: what base64 means, sound or not (RFC 2045, 6.8)."""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import Final

MOST_RUNS: Final = 10_000
"""Pieces, each padded by itself, that one body may be put together from."""

_LETTERS: Final = re.compile(rb"[^=]+")
_NO_BASE64: Final = bytes(range(256)).translate(
    None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


def base64(raw: bytes) -> tuple[bytes, bool]:
    """What ``raw`` means, and whether it is broken: with garbage in it, or cut off."""
    letters = raw.translate(None, _NO_BASE64)
    broken = len(letters) != len(raw.translate(None, b" \t\r\n"))
    made = bytearray()
    for run in islice(_LETTERS.finditer(letters), MOST_RUNS):
        alone = (run.end() - run.start()) % 4 == 1  # six bits, of which no byte can be made
        broken |= alone
        made += binascii.a2b_base64(letters[run.start() : run.end() - alone] + b"==")
    return bytes(made), broken
