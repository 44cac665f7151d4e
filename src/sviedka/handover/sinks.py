"""Where a package is written to: a folder, a tar or a zip file, or an age file of either.

Files come as blocks and are never held whole, so originals of any size pass through. Nothing lies
under the name of the package before all of it is there; of a sealed one, nothing lies anywhere.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import tarfile
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from sviedka.errors import IntegrityError, UsageError
from sviedka.keep import durable
from sviedka.keep.age import Encryptor
from sviedka.keep.bundle.writing import safe_name
from sviedka.keep.vault.durable import make_durable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sviedka.keep.age import Recipient

AGE: Final = ".age"
_ZIP: Final = ".zip"
_TAR: Final = ".tar"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can state; tar states 1970. When it was made is told inside."""
_TMPFILE: Final[int | None] = getattr(os, "O_TMPFILE", None)
_NO_TMPFILE: Final = {errno.EISDIR, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOENT}
"""What systems say that know no files without a name (open(2))."""


class Sink(Protocol):
    """A package being written. Names have ``/`` between their parts and are safe anywhere."""

    def add(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        """Write one file, of exactly ``size`` bytes."""


class _Out(Protocol):
    def write(self, data: bytes, /) -> int:
        """Take all of it."""


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root
        self.names: dict[str, None] = {}

    def add(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        path = self._root / name
        for parent in reversed(path.relative_to(self._root).parents):
            if str(parent) not in self.names:
                (self._root / parent).mkdir(0o700, exist_ok=True)
                self.names[str(parent)] = None
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            for block in _measured(name, size, blocks):
                durable.write_all(file, block)
        finally:
            os.close(file)
        self.names[name] = None


class _Tar:
    """POSIX.1-2001 (pax), which has no limits of length or size, and names in UTF-8."""

    def __init__(self, out: _Out, folder: str) -> None:
        self._out = out
        self._folder = folder

    def add(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        member = tarfile.TarInfo(f"{self._folder}/{name}")
        member.size = size
        member.mode = 0o600
        self._out.write(member.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict"))
        for block in _measured(name, size, blocks):
            self._out.write(block)
        self._out.write(bytes(-size % tarfile.BLOCKSIZE))

    def finish(self) -> None:
        self._out.write(bytes(2 * tarfile.BLOCKSIZE))


class _Zip:
    def __init__(self, zipped: zipfile.ZipFile, folder: str) -> None:
        self._zip = zipped
        self._folder = folder

    def add(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        member = zipfile.ZipInfo(f"{self._folder}/{name}", _EPOCH)
        member.external_attr = 0o100600 << 16
        with self._zip.open(member, "w", force_zip64=True) as file:
            for block in _measured(name, size, blocks):
                file.write(block)


class _File(io.RawIOBase):
    """A file that is written from its beginning to its end, sealed on the way if need be."""

    def __init__(self, file: int, recipients: Sequence[Recipient]) -> None:
        super().__init__()
        self._file = file
        self._encryptor = Encryptor(recipients) if recipients else None
        if self._encryptor:
            durable.write_all(file, self._encryptor.header)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        view = memoryview(data).cast("B")
        if self._encryptor:
            durable.write_all(self._file, self._encryptor.update(view))
        else:
            durable.write_all(self._file, bytes(view))
        return len(view)

    def finish(self) -> None:
        if self._encryptor:
            durable.write_all(self._file, self._encryptor.finish())
        os.fsync(self._file)


def require_new(out: Path) -> None:
    """UsageError if something lies where the package is to be, or where it is made."""
    for path in (out, _aside(out)):
        if os.path.lexists(path):
            cut_off = path != out
            raise UsageError(
                "there is something already",
                where=str(path),
                do="it may be what an interrupted run left: look, and remove it"
                if cut_off
                else "name a new place",
            )
    with durable.storage_errors(out.parent):
        out.absolute().parent.stat()


@contextmanager
def opened(out: Path, recipients: Sequence[Recipient]) -> Iterator[Sink]:
    """Write a package: one age file to these recipients; or, to none, in the clear.

    In the clear it is what ``out`` ends with, ``.zip`` or ``.tar``, otherwise a folder. Sealed it
    is a tar file within an age file, or a zip file if ``out`` ends with ``.zip.age``. It is there
    when the block is done without an error, else nothing is. StorageError, UsageError.
    """
    name = out.name.removesuffix(AGE) if recipients else out.name
    with durable.storage_errors(out):
        if not recipients and not name.endswith((_ZIP, _TAR)):
            with _folder(out) as sink:
                yield sink
        else:
            with _file(out) as file, _archive(_File(file, recipients), name) as sink:
                yield sink
    durable.sync_folder(out.absolute().parent)


@contextmanager
def _folder(out: Path) -> Iterator[Sink]:
    aside = _aside(out)
    aside.mkdir(0o700)
    try:
        # Opened before the first file is written: so it learns of every failed write.
        held = os.open(aside, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            sink = _Folder(aside)
            yield sink
            make_durable(held, list(sink.names))
        finally:
            os.close(held)
        aside.rename(out)
    except BaseException:  # Ctrl-C too: no half of a package stays
        shutil.rmtree(aside)
        raise


@contextmanager
def _archive(file: _File, name: str) -> Iterator[Sink]:
    folder = safe_name(name.removesuffix(_ZIP).removesuffix(_TAR))
    if name.endswith(_ZIP):
        with zipfile.ZipFile(file, "w") as zipped:
            yield _Zip(zipped, folder)
    else:
        tar = _Tar(file, folder)
        yield tar
        tar.finish()
    file.finish()


@contextmanager
def _file(out: Path) -> Iterator[int]:
    """A new file that gets its name when the block is done: killed before that, it is gone."""
    parent = out.absolute().parent
    if (unnamed := _unnamed(parent)) is not None:
        try:
            yield unnamed
            # With a src_dir_fd, which an absolute path leaves unused, Python calls linkat, and
            # only that follows the link in /proc (open(2), O_TMPFILE).
            os.link(f"/proc/self/fd/{unnamed}", out, src_dir_fd=unnamed, follow_symlinks=True)
        finally:
            os.close(unnamed)
        return
    aside = _aside(out)
    file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        yield file
        aside.rename(out)
    except BaseException:  # Ctrl-C too: no half of a package stays
        aside.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _unnamed(folder: Path) -> int | None:
    """A file without a name in a folder; None where the system has no such (FAT, macOS)."""
    if _TMPFILE is None:
        return None
    try:
        return os.open(folder, os.O_WRONLY | _TMPFILE | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno in _NO_TMPFILE:
            return None
        raise


def _aside(out: Path) -> Path:
    return out.with_name(out.name + durable.TMP)


def _measured(name: str, size: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same blocks; IntegrityError if they are not ``size`` bytes in all."""
    left = size
    for block in blocks:
        left -= len(block)
        if left < 0:
            break
        yield block
    if left:
        raise IntegrityError(f"this file is not of the {size} bytes that were said", where=name)
