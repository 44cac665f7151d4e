"""Opening the files that an export names, and nothing else, whatever it names.

Each part of a path is opened in the folder before it and never through a link, so there is no
moment at which a path that was judged could become another.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Reason = Literal["outside", "link", "not_a_file", "not_a_path", "unreadable"]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file: its descriptor, which the caller closes, and its path as it is on disk."""

    descriptor: int
    path: str


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such file in the export."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file is not opened.

    ``outside``: an absolute path or one with ``..``; ``link``: a symbolic link on the way;
    ``not_a_file``: a folder, pipe, device; ``not_a_path``: no name that a file can have;
    ``unreadable``: the system says no.
    """

    reason: Reason


def open_media(root: Path, relative: str) -> Opened | Absent | Refused:
    """Open what ``relative`` names under the folder ``root`` (whose own path may have links).

    A name is looked for as written, then in Unicode's composed and decomposed forms, since file
    systems and archivers change between them. InputError if ``root`` cannot be opened.
    """
    parts = [part for part in relative.split("/") if part not in ("", ".")]
    if relative.startswith("/") or ".." in parts:
        return Refused("outside")
    if not parts or "\0" in relative:
        return Refused("not_a_path")
    try:
        here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError("this folder cannot be read", where=str(root)) from error
    walked = []
    try:
        for part in parts[:-1]:
            there, name = _open(here, part, _DIRECTORY)
            os.close(here)
            here = there
            walked.append(name)
        found, name = _open(here, parts[-1], _FILE)
    except OSError as error:
        return _why(error)
    except UnicodeEncodeError:  # half a surrogate pair names no file
        return Refused("not_a_path")
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        return Refused("not_a_file")
    return Opened(found, "/".join([*walked, name]))


def _open(folder: int, name: str, flags: int) -> tuple[int, str]:
    """Open an entry of a folder under the first of its spellings that is there."""
    *others, last = _spellings(name)
    for spelling in others:
        try:
            return os.open(spelling, flags, dir_fd=folder), spelling
        except FileNotFoundError:
            continue
        except NotADirectoryError as error:
            raise _told_apart(folder, spelling, error) from error
    try:
        return os.open(last, flags, dir_fd=folder), last
    except NotADirectoryError as error:
        raise _told_apart(folder, last, error) from error


def _spellings(name: str) -> Iterator[str]:
    yield from dict.fromkeys((name, normalize("NFC", name), normalize("NFD", name)))


def _told_apart(folder: int, name: str, error: OSError) -> OSError:
    """A link that is opened as a folder is "not a directory" to Linux; say that it is a link."""
    if stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode):
        return OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return error


def _why(error: OSError) -> Absent | Refused:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Absent()
    if error.errno == errno.ELOOP:
        return Refused("link")
    if error.errno in (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL):
        return Refused("not_a_path")
    if error.errno in (errno.ENXIO, errno.EISDIR, errno.ENODEV):  # a socket, a folder, a device
        return Refused("not_a_file")
    return Refused("unreadable")
