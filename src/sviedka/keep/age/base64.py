"""Base64 as an age header has it: without padding, canonical, nothing else let through.

RFC 4648 sections 4 and 3.5, as c2sp.org/age narrows them.
"""

from __future__ import annotations

import binascii

from sviedka.errors import FormatError


def encode(data: bytes) -> bytes:
    """Write without ``=`` and without line ends."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def decode(text: bytes) -> bytes:
    """Read what ``encode`` writes and nothing else; raises FormatError."""
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        raise FormatError("A value in an age header is not base64") from None
    # The one comparison refuses padding, foreign characters and stray bits at the end alike.
    if encode(data) != text:
        raise FormatError("A value in an age header is not canonical base64")
    return data
