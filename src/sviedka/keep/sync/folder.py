"""The sync folder of one archive: somebody else's disk, trusted for nothing but carriage.

Every path here consists of names that we made or checked, and is walked one name at a time
without following links, so nothing in the folder can send us elsewhere. What is read is a plain
file and bounded; what is not is refused with a FormatError. Trouble with the disk itself is a
StorageError.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager, suppress
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NotFoundError, StorageError, UsageError
from sviedka.keep import durable
from sviedka.keep.keys.home import short_name
from sviedka.keep.sync.report import Finding, SyncReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sviedka.errors import SviedkaError

QUARANTINE: Final = "quarantine"
MAX_NAMES: Final = 1 << 20
"""Names in one folder; the largest of ours is an outbox that nobody has emptied for long."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# NONBLOCK: to open a pipe that somebody put there must not wait for its other end.
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_STRANGE: Final = {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.ENODEV}
_NAME: Final = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]{0,254}")


class SyncFolder:
    """``<root>/<first 32 hex digits of the archive id>/``; findings go into ``report``."""

    def __init__(
        self, root: Path, archive: str, report: SyncReport, random: Callable[[int], bytes]
    ) -> None:
        if not root.is_dir():
            raise UsageError(
                "there is no such folder", where=str(root), do="plug in the disk, or make it"
            )
        self.root = root
        self.report = report
        self.base = short_name(archive)
        """The name of the archive's part."""
        self._random = random

    # Reading

    def open(self, path: str) -> BufferedReader:
        """A plain file, for reading; NotFoundError if nothing is there."""
        with self._parent(path) as (folder, name), _errors(path):
            file = os.open(name, _READ, dir_fd=folder)
            if not stat.S_ISREG(os.fstat(file).st_mode):
                os.close(file)
                raise _strange(path)
            return BufferedReader(FileIO(file))

    def read(self, path: str, most: int) -> bytes:
        """A whole file of at most ``most`` bytes; NotFoundError if nothing is there."""
        with self.open(path) as file, _errors(path):
            if os.fstat(file.fileno()).st_size > most:
                raise FormatError(f"this file is longer than {most} bytes", where=path)
            data = file.read(most + 1)
        if len(data) > most:
            raise FormatError(f"this file is longer than {most} bytes", where=path)
        return data

    def size(self, path: str) -> int | None:
        """Bytes of a plain file; None if there is none, or no way to it."""
        try:
            with self._parent(path) as (folder, name), _errors(path):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except (FormatError, NotFoundError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def names(self, path: str, device: str = "") -> list[str]:
        """What lies in a folder, in order, without unfinished writes; nothing if there is none.

        Names that no file of ours has are findings, and left out; what is no folder goes aside.
        """
        try:
            with self.opened(path) as folder, _errors(path):
                found = sorted(os.listdir(folder))  # noqa: PTH208 - of a descriptor
        except NotFoundError:
            return []
        except FormatError as error:
            self.put_aside(path, error, device)
            return []
        if len(found) > MAX_NAMES:
            many = FormatError(f"there are more than {MAX_NAMES} files", where=path)
            self.put_aside(path, many, device)
            return []
        return [
            name for name in found if not name.endswith(durable.TMP) and self._known(path, name)
        ]

    def _known(self, path: str, name: str) -> bool:
        if _NAME.fullmatch(name):
            return True
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        self.find(FormatError("no file of an archive has such a name"), f"{path}/{shown}")
        return False

    # Writing

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place, whole or not at all, durably."""
        with self._parent(path, make=True) as (folder, name), _errors(path):
            draft = f"{self._random(8).hex()}{durable.TMP}"
            file = os.open(draft, _NEW, 0o600, dir_fd=folder)
            try:
                try:
                    durable.write_all(file, data)
                    os.fsync(file)
                finally:
                    os.close(file)
                self.make_way(path)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:  # Ctrl-C too: no draft stays
                with suppress(OSError):
                    os.unlink(draft, dir_fd=folder)
                raise
            os.fsync(folder)

    def put(self, path: str, data: bytes) -> None:
        """Put a file in place unless just that is there."""
        try:
            if self.size(path) == len(data) and self.read(path, len(data)) == data:
                return
        except (FormatError, NotFoundError):
            pass  # it is replaced
        self.write(path, data)

    def make_way(self, path: str) -> None:
        """See that a file can be put there: whatever is no folder or file goes aside."""
        with self._parent(path, make=True) as (folder, name), _errors(path):
            try:
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return
        if not stat.S_ISREG(found.st_mode):
            self.put_aside(path, _strange(path))

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no error, and what is none goes aside."""
        try:
            with self._parent(path) as (folder, name), _errors(path):
                os.unlink(name, dir_fd=folder)
        except NotFoundError:
            pass
        except FormatError as error:
            self.put_aside(path, error)

    @contextmanager
    def opened(self, path: str, *, make: bool = False) -> Iterator[int]:
        """A descriptor of a folder; NotFoundError if there is none and none is to be made."""
        with _errors(path):
            folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            walked = ""
            for name in [self.base, *filter(None, path.split("/"))]:
                walked = f"{walked}/{name}" if walked else name
                with _errors(walked):
                    inner = self._step(folder, name, walked, make=make)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)

    def _step(self, folder: int, name: str, walked: str, *, make: bool) -> int:
        if make:
            try:
                os.mkdir(name, 0o700, dir_fd=folder)
                os.fsync(folder)
            except FileExistsError:
                pass
        try:
            return os.open(name, _FOLDER, dir_fd=folder)
        except OSError as error:
            inside = walked.partition("/")[2]
            if not make or error.errno not in _STRANGE or not inside or inside == QUARANTINE:
                raise
        self.put_aside(inside, _strange(inside))
        os.mkdir(name, 0o700, dir_fd=folder)
        return os.open(name, _FOLDER, dir_fd=folder)

    # Refusing

    def find(
        self, error: SviedkaError, path: str, device: str = "", *, aside: bool = False
    ) -> None:
        """Report something that was refused."""
        self.report.findings.append(Finding(error, path, device, aside))

    def put_aside(self, path: str, error: SviedkaError, device: str = "") -> None:
        """Report something that was refused, and move it to ``quarantine/``, where nobody reads it.

        So that the right thing can be put in its place, and people can look at this one. What
        cannot be moved is told about all the same, and refused again the next time.
        """
        aside, target = False, path
        while target and not aside:
            try:
                self._move(target)
                aside = True
            except FormatError:
                target = target.rpartition("/")[0]  # it is what should be a folder above it
            except (NotFoundError, StorageError):
                break
        self.find(error, path, device, aside=aside)

    def _move(self, path: str) -> None:
        name = f"{path.replace('/', '_')[-200:]}.{self._random(4).hex()}"
        with (
            self._parent(path) as (folder, old),
            self.opened(QUARANTINE, make=True) as quarantine,
            _errors(path),
        ):
            os.rename(old, name, src_dir_fd=folder, dst_dir_fd=quarantine)

    @contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        parent, _, name = path.rpartition("/")
        with self.opened(parent, make=make) as folder:
            yield folder, name


def _strange(path: str) -> FormatError:
    return FormatError(
        "a link or something else lies where a file or folder should be",
        where=path,
        do="look who put it there",
    )


@contextmanager
def _errors(path: str) -> Iterator[None]:
    try:
        with durable.storage_errors(path):
            try:
                yield
            except OSError as error:
                if error.errno in _STRANGE:
                    raise _strange(path) from error
                raise
    except NotFoundError as error:
        error.where = path
        raise
