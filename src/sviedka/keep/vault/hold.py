"""Keeping a sweep of temporary files away from those that someone is still writing.

Every stage holds a shared lock on the store's folder, and a sweep needs the exclusive one. The
kernel drops a lock with its process, so a crash leaves none behind.
"""

from __future__ import annotations

import contextlib
import fcntl


def hold_for_writing(folder: int) -> None:
    """Share the lock of ``folder``, an open descriptor, until it is closed."""
    # Some network file systems lock no folders. There a sweep cannot have the lock either.
    with contextlib.suppress(OSError):
        fcntl.flock(folder, fcntl.LOCK_SH)


def hold_for_sweeping(folder: int) -> bool:
    """Take the lock alone until the descriptor is closed; False if it cannot be had now."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
