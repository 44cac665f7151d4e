"""One writer at a time: the lock on a ledger's folder."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from sviedka.errors import BusyError
from sviedka.keep import durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_POLL: Final = 0.02
"""Seconds between two looks whether another process has let go."""


@contextmanager
def hold(folder: Path, wait: float, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder; the system lets go of it when this process ends, however it ends.

    ``waiting`` is called once if another has it; BusyError after ``wait`` seconds.
    """
    with durable.storage_errors(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + wait
        if not _taken(handle, folder):
            waiting()
            while not _taken(handle, folder):
                if time.monotonic() > deadline:
                    raise BusyError(
                        "another process is writing to this archive",
                        where=str(folder),
                        do="wait until it is done, or end it, and run the same command again",
                    )
                time.sleep(_POLL)
        yield
    finally:
        with suppress(OSError):  # nothing was written through it, and the lock is gone either way
            os.close(handle)


def _taken(handle: int, folder: Path) -> bool:
    with durable.storage_errors(folder):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
