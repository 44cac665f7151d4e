"""How much one original may make of itself, at all depths together (CWE-409)."""

from __future__ import annotations

from typing import Final

from sviedka.sandbox import Limits

ALLOWANCE: Final = 1 << 30
RATIO: Final = 100
"""All that comes out of one original is at most ``ALLOWANCE`` and ``RATIO`` times its bytes.
Deflate makes at most 1,032 bytes of one; text and tables come near 20."""
_SLOWEST: Final = 1 << 20
"""Bytes a second that a reader has to manage beyond its first minute."""
_MEMORY: Final = 1 << 30


class Budget:
    """Bytes that may still come."""

    def __init__(self, size: int) -> None:
        self.left = ALLOWANCE + RATIO * size

    def allows(self, size: int) -> bool:
        """Take so many bytes from it; False, now and ever after, if they are too many."""
        self.left -= size
        return self.left >= 0

    def limits(self, size: int) -> Limits:
        """For the reader of a file of this many bytes."""
        seconds = 60 + size // _SLOWEST
        return Limits(
            memory=_MEMORY,
            cpu=seconds,
            wall=2.0 * seconds,
            output=max(self.left, 0) * 2 + (64 << 20),
        )
