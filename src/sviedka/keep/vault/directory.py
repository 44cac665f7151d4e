"""A store in a folder: ``ab/ab12…``, as ``objects/`` and ``grants/`` of an archive are."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError
from sviedka.keep.vault.disk import disk_error, disk_errors, open_plain
from sviedka.keep.vault.durable import make_durable
from sviedka.keep.vault.hold import hold_for_sweeping, hold_for_writing
from sviedka.keep.vault.stage import DirectoryStage, path_of
from sviedka.keep.vault.store import check_name, is_name
from sviedka.keep.vault.writer import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_SHARD: Final = re.compile(r"[0-9a-f]{2}")


class DirectoryStore:
    """The ``Store`` in the folder ``root``; the first stage makes it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def staging(self) -> Iterator[DirectoryStage]:
        """Begin a stage. A process that is killed leaves ``*.tmp`` files for ``sweep``."""
        with disk_errors(self.root):
            self._make_root()
        with _opened(self.root) as folder:
            hold_for_writing(folder)
            stage = DirectoryStage(self.root, folder)
            try:
                yield stage
            finally:
                stage.abort()

    def open(self, name: str) -> BufferedReader:
        """Open an object for reading, unchecked; a link or anything but a plain file is refused."""
        path = self.root / path_of(check_name(name))
        with _finding(path):
            return BufferedReader(open_plain(path))

    def size(self, name: str) -> int:
        """Bytes of an object; NotFoundError if it is not there."""
        path = self.root / path_of(check_name(name))
        with _finding(path):
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return found.st_size

    def has(self, name: str) -> bool:
        """Whether an object is there, whole or not."""
        try:
            self.size(name)
        except NotFoundError:
            return False
        return True

    def delete(self, names: Iterable[str]) -> int:
        """Remove objects for good; tells how many were there."""
        paths = [path_of(check_name(name)) for name in names]
        removed = 0
        if not self.root.is_dir():
            return removed
        with disk_errors(self.root), _opened(self.root) as folder:
            for path in paths:
                try:
                    os.unlink(path, dir_fd=folder)
                except FileNotFoundError:
                    continue
                removed += 1
            # Of all that were named: an earlier removal may have been cut short of its sync.
            shards = {path[:2] for path in paths}
            make_durable(folder, [one.name for one in _listed(self.root) if one.name in shards])
        return removed

    def names(self) -> Iterator[str]:
        """The names of all objects, in no order."""
        return (entry.name for entry, ours in self._walk() if ours)

    def foreign(self) -> Iterator[str]:
        """Paths, relative to the root, of what is neither an object nor an interrupted write."""
        for entry, ours in self._walk():
            if not ours and not _is_leftover(entry):
                path = os.path.relpath(entry.path, self.root)
                # A name on Linux need not be text; what is told about it has to be.
                yield os.fsencode(path).decode("utf-8", "backslashreplace")

    def sweep(self) -> int:
        """Remove what interrupted writes left; nothing while a stage is open anywhere."""
        removed = 0
        if not self.root.is_dir():
            return removed
        with disk_errors(self.root), _opened(self.root) as folder:
            if hold_for_sweeping(folder):
                for entry, ours in self._walk():
                    if not ours and _is_leftover(entry):
                        Path(entry.path).unlink()
                        removed += 1
        return removed

    def _walk(self) -> Iterator[tuple[os.DirEntry[str], bool]]:
        """Whatever lies in the root and in its folders of objects, and whether it is an object."""
        for entry in _listed(self.root):
            if _SHARD.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                for inner in _listed(entry.path):
                    named = is_name(inner.name) and inner.name.startswith(entry.name)
                    yield inner, named and inner.is_file(follow_symlinks=False)
            else:
                yield entry, False

    def _make_root(self) -> None:
        try:
            self.root.mkdir()
        except FileExistsError:
            return
        with _opened(self.root.parent) as parent:
            make_durable(parent, ["."])


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A descriptor of a folder; raises StorageError."""
    with disk_errors(path):
        folder = os.open(path, _FOLDER)
    try:
        yield folder
    finally:
        os.close(folder)


def _listed(path: Path | str) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing if there is none. Raises StorageError."""
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise disk_error(error, path) from error


def _is_leftover(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(SUFFIX) and entry.is_file(follow_symlinks=False)


@contextmanager
def _finding(path: Path) -> Iterator[None]:
    """Raise NotFoundError when there is nothing at ``path``, or no plain file."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError("This object is not there", where=str(path)) from error
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise disk_error(error, path) from error
        raise NotFoundError(
            "There is something else where an object should be",
            where=str(path),
            do="look who put it there, and move it away",
        ) from error
