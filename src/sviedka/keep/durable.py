"""Writing small files so that a crash leaves the old or the new, never half of one.

Every operating-system error becomes a StorageError that says what to do. Bulk data goes through
the vault's staging, which groups its syncs; this is for heads, tiles, states and grants.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NotFoundError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TMP: Final = ".tmp"
"""Suffix of a write that is not finished; such a file means nothing."""

_ADVICE: Final = {
    errno.ENOSPC: "free some space and run the same command again; nothing was lost",
    errno.EDQUOT: "free some space and run the same command again; nothing was lost",
    errno.EROFS: "the disk is read-only: make it writable, or work on a copy",
    errno.EACCES: "you have no right to write there: check the owner and mode of the folder",
    errno.EPERM: "you have no right to write there: check the owner and mode of the folder",
    errno.EFBIG: "this disk takes no file that large (FAT32 ends at 4 GiB): use another disk",
    errno.EIO: "the disk reported an error: copy the archive elsewhere and check the disk",
    errno.ENAMETOOLONG: "shorten the path of the folder",
    errno.ELOOP: "a link lies where a file should be: look who put it there",
}

# NONBLOCK: to open a pipe that somebody put there must not wait for its other end.
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def storage_errors(path: Path | str) -> Iterator[None]:
    """Turn an OSError on ``path`` into a StorageError (NotFoundError if nothing is there)."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError("there is no such file", where=str(path)) from error
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "check the disk and run the same command again")
        what = os.strerror(error.errno) if error.errno else str(error)
        raise StorageError(what.lower(), where=str(path), do=advice) from error


def read_file(path: Path, most: int) -> bytes:
    """A whole file; NotFoundError if there is none, FormatError for one of over ``most`` bytes."""
    with storage_errors(path):
        file = os.open(path, _READ)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise FormatError("this is not a file", where=str(path))
            with os.fdopen(file, "rb", closefd=False) as reader:
                data = reader.read(most + 1)
        finally:
            os.close(file)
    if len(data) > most:
        raise FormatError(f"this file is longer than {most} bytes", where=str(path))
    return data


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    with storage_errors(path):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can enter, and its parents, durably."""
    with storage_errors(path):
        if path.is_dir():
            return
    make_folder(path.parent)
    with storage_errors(path):
        path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)


def write_file(path: Path, data: bytes) -> None:
    """Put a file in place of whatever is there, durably and at once."""
    write_files(path.parent, {path.name: data})


def write_files(root: Path, files: Mapping[str, bytes]) -> None:
    """Put several files, by their paths under ``root``, in place; each is old or new, never half.

    All are durable when this returns; an error leaves some old and some new.
    """
    folders = {(root / name).parent for name in files}
    for folder in folders:
        make_folder(folder)
    for name, data in files.items():
        _write_aside(root / f"{name}{TMP}", data)
    for name in files:
        with storage_errors(root / name):
            (root / f"{name}{TMP}").replace(root / name)
    for folder in folders:
        sync_folder(folder)


def remove(path: Path) -> None:
    """Remove a file durably; one that is gone already is no error."""
    with storage_errors(path):
        path.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_aside(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with storage_errors(path):
        file = os.open(path, flags, 0o600)
        try:
            write_all(file, data)
            os.fsync(file)
        finally:
            os.close(file)


def write_all(file: int, data: bytes) -> None:
    """Write all of it: the system may take less at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
