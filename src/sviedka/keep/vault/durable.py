"""Making what was written survive a loss of power, for one file or for thousands at once."""

from __future__ import annotations

import ctypes
import fcntl
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FEW: Final = 4
"""Up to so many, an fsync of each costs less than a syncfs, which flushes others' data too."""

_THREADS: Final = 16
"""Concurrent fsyncs share one flush of the disk's cache; more threads than this gained nothing."""

# Only these file systems end a syncfs by flushing the disk's own cache. FAT does not, and a FUSE
# daemon (NTFS, exFAT, sshfs) is never told. Numbers from <linux/magic.h>.
_SYNCFS_FLUSHES: Final = {
    0xEF53,  # ext4
    0x58465342,  # XFS
    0x9123683E,  # Btrfs
    0xF2F52010,  # F2FS
}

_FULLFSYNC: Final[int | None] = getattr(fcntl, "F_FULLFSYNC", None)


def make_durable(folder: int, paths: Sequence[str]) -> None:
    """Return once the files and folders at ``paths``, relative to ``folder``, are on the disk.

    ``folder`` is a descriptor, opened before the first of them was written: syncfs reports the
    write errors that happened since then (Linux 5.8). Raises OSError.
    """
    if len(paths) > _FEW and (syncfs := _syncfs_for(folder)):
        syncfs(folder)
        return
    if len(paths) <= _FEW:
        for path in paths:
            _sync(folder, path)
        return
    with ThreadPoolExecutor(min(_THREADS, len(paths))) as pool:
        for done in [pool.submit(_sync, folder, path) for path in paths]:
            done.result()


def _sync(folder: int, path: str) -> None:
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        if _FULLFSYNC is not None:  # macOS: its fsync leaves data in the disk's cache
            fcntl.fcntl(file, _FULLFSYNC)
        else:
            os.fsync(file)
    finally:
        os.close(file)


def _syncfs_for(folder: int) -> Callable[[int], None] | None:
    """The syncfs to use for the file system of ``folder``, if it is one that can be relied on."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    found = ctypes.create_string_buffer(256)  # struct statfs is 120 bytes at most
    if libc.fstatfs(folder, found) != 0:
        return None
    # Its first member, f_type, is a long, on some machines a 32-bit one.
    kind = ctypes.c_long.from_buffer(found).value & 0xFFFFFFFF
    if kind not in _SYNCFS_FLUSHES:
        return None

    def syncfs(descriptor: int) -> None:
        if libc.syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    return syncfs
