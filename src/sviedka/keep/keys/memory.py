"""Keeping secrets in memory out of swap, core dumps and other processes' reach (Linux).

Every measure is a best effort: none holds against root, nor against a machine seized while it runs.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # prctl(2)


def deny_dumps() -> None:
    """No core dump of this process, and no ptrace or /proc/<pid>/mem by its own user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class SecretPage:
    """One page that holds a secret, locked into memory where the system allows."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._page.madvise(mmap.MADV_DONTDUMP)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        ctypes.CDLL(None).mlock(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE))
        self._size = 0

    def fill(self, handle: int) -> None:
        """Read to the end of an open file, at most a page, with no copy on the way."""
        view = memoryview(self._page)
        while count := os.readv(handle, [view[self._size :]]):
            self._size += count

    def view(self) -> memoryview:
        """The secret, where it lies; empty once it was wiped."""
        return memoryview(self._page)[: self._size]

    def wipe(self) -> None:
        """Overwrite it."""
        self._page[:] = bytes(mmap.PAGESIZE)
        self._size = 0
