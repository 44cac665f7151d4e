"""The system's side of files: opening plain ones only, and its errors in words for people."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

# NONBLOCK: to open a pipe that somebody put there must not wait for its other end.
_PLAIN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_WORDS = {
    errno.ENOSPC: ("The disk is full", "make room, then do the same again"),
    errno.EDQUOT: ("The quota on this disk is used up", "make room, then do the same again"),
    errno.EFBIG: (
        "The file is larger than this disk or account allows",
        "a FAT32 disk holds no file over 4 GiB: move the archive to exFAT, NTFS or ext4",
    ),
    errno.EROFS: ("The disk is read-only", "remove its write protection or mount it for writing"),
    errno.EACCES: ("This account may not do that here", "check the permissions of the folder"),
    errno.EPERM: ("The system does not allow that here", "check the permissions of the folder"),
    errno.EIO: (
        "The disk failed to read or write",
        "copy the archive to another disk now, then check the old one",
    ),
    errno.ENAMETOOLONG: ("The name is too long for this disk", "move to a shorter path"),
    errno.ELOOP: ("There is a link or device where a file should be", "look who put it there"),
    errno.EMFILE: ("Too many files are open", "close other programs, then do the same again"),
}


def disk_error(error: OSError, where: str | Path) -> StorageError:
    """The StorageError that tells what ``error`` means; raise it ``from error``."""
    code = error.errno or 0
    what, do = _WORDS.get(code, (os.strerror(code) if code else str(error), ""))
    return StorageError(what, where=str(where), do=do)


@contextmanager
def disk_errors(where: str | Path) -> Iterator[None]:
    """Turn every OSError inside into a StorageError about ``where``."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, where) from error


def open_plain(path: Path) -> FileIO:
    """Open a file for reading, unbuffered.

    Raises OSError: ELOOP also for whatever is neither a file nor a link, as for a link.
    """
    return open(path, "rb", buffering=0, opener=_open_plain)


def _open_plain(path: str, _flags: int) -> int:
    file = os.open(path, _PLAIN)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return file
