"""How much one original may make of itself, at all depths together (CWE-409)."""

from __future__ import annotations

from typing import Final

ALLOWANCE: Final = 1 << 30
RATIO: Final = 100
"""All that comes out of one original is at most ``ALLOWANCE`` and ``RATIO`` times its bytes, twice
what one reader may give: mails hold archives that hold documents."""


class Budget:
    """Bytes that may still come."""

    def __init__(self, size: int) -> None:
        self._left = ALLOWANCE + RATIO * size

    def allows(self, size: int) -> bool:
        """Take so many bytes from it; False, now and ever after, if they are too many."""
        self._left -= size
        return self._left >= 0
