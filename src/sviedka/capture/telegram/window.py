"""A view of a few megabytes that moves forward over a file of any size."""

from __future__ import annotations

from typing import Final, Protocol

from sviedka.errors import InputError

WINDOW: Final = 1 << 20
"""Bytes read at a time."""


class Source(Protocol):
    """What is read: a file open for reading, in bytes, that can be read from any place."""

    def seek(self, offset: int, /) -> int:
        """Go to ``offset``."""

    def read(self, size: int, /) -> bytes | None:
        """Read up to ``size`` bytes; none at the end."""


class Window:
    """``data`` holds the file's bytes from ``base`` on; ``at`` is the place in it that is read.

    What lies before ``at`` is let go, unless it is held.
    """

    __slots__ = ("_mark", "_most", "at", "base", "data", "size", "source")

    def __init__(self, source: Source, start: int = 0, size: int = WINDOW) -> None:
        self.source = source
        self.size = size
        self.data = b""
        self.base = start
        self.at = 0
        self._mark: int | None = None
        self._most = 0

    @property
    def offset(self) -> int:
        """The place in the file that is read."""
        return self.base + self.at

    def more(self) -> bool:
        """Read on; False at the end of the file. Places in ``data`` change."""
        if self._mark is not None and self.at - self._mark > self._most:
            self._mark = None
        keep = self.at if self._mark is None else self._mark
        self.source.seek(self.base + len(self.data))
        # At least as much again as is kept, so that growing costs no more than reading.
        block = self.source.read(max(self.size, len(self.data) - keep))
        if not block:
            return False
        self.data = self.data[keep:] + block
        self.base += keep
        self.at -= keep
        if self._mark is not None:
            self._mark = 0
        return True

    def hold(self, most: int) -> None:
        """Keep what is read from here on, up to ``most`` bytes, until it is taken."""
        self._mark, self._most = self.at, most

    def taken(self) -> bytes | None:
        """What was read since ``hold``; None if it is more than was to be kept."""
        mark, self._mark = self._mark, None
        if mark is None or self.at - mark > self._most:
            return None
        return self.data[mark : self.at]

    def error(self, what: str, do: str = "") -> InputError:
        """An InputError at the place that is read, with its line (counted from the beginning)."""
        line, left = 1, self.offset
        self.source.seek(0)
        while left > 0:
            block = self.source.read(min(WINDOW, left))
            if not block:
                break
            line += block.count(b"\n")
            left -= len(block)
        return InputError(what, where=f"byte {self.offset}, line {line}", do=do)
