"""The user's own folder, where keys lie: outside every archive, so copying one copies no identity.

``$SVIEDKA_HOME``, else ``$XDG_DATA_HOME/sviedka``, else ``~/.local/share/sviedka``, and in it one
folder per archive (format.md §1). All of it is for its owner alone: what is found wider than that
is tightened without asking (a backup tool may have loosened it, and the files are sealed besides);
what belongs to somebody else is refused.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_OTHERS: Final = 0o077


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where keys lie. A relative $XDG_DATA_HOME is ignored (XDG Base Directory Specification)."""
    if own := environ.get("SVIEDKA_HOME"):
        return Path(own).absolute()
    shared = Path(environ.get("XDG_DATA_HOME", ""))
    if not shared.is_absolute():
        shared = Path(environ.get("HOME") or _home()) / ".local" / "share"
    return shared / "sviedka"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise UsageError("this user has no home", do="set SVIEDKA_HOME to a folder") from error


def short_name(archive: str) -> str:
    """How files and sockets outside an archive name it: 32 of its 64 hex digits."""
    return archive[:32]


class DeviceFolder:
    """What this device keeps of one archive: ``device.age``, ``state.age``.

    StorageError for whatever the disk refuses.
    """

    def __init__(self, home: Path, archive: str) -> None:
        self.path = home / short_name(archive)

    def make(self) -> None:
        """Create the folder, for its owner alone; what is there stays."""
        home = self.path.parent
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            for folder in (home, self.path):
                if not folder.is_dir():
                    folder.mkdir(_FOLDER_MODE)
                    _sync(folder.parent)
        except OSError as error:
            raise _storage_error(error, self.path) from error
        self._guard()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep out other processes of this device, whichever copy of the archive they work on."""
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _storage_error(error, self.path) from error
        try:
            yield
        finally:
            os.close(handle)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.path / name).is_file()

    def read(self, name: str, limit: int) -> bytes:
        """A file of at most ``limit`` bytes; NotFoundError if there is none."""
        path = self.path / name
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NotFoundError(
                "this machine has no keys for the archive",
                where=str(path),
                do="set SVIEDKA_HOME to the folder that holds them, join as a new device, "
                "or recover with the recovery sheet",
            ) from error
        except OSError as error:
            raise _storage_error(error, path) from error
        try:
            self._guard()
            _tighten(handle, path, _FILE_MODE)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise StorageError("this is not a file", where=str(path))
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise _storage_error(error, path) from error
        finally:
            os.close(handle)
        if len(data) > limit:
            raise StorageError(f"this file has more than {limit} bytes", where=str(path))
        return data

    def write(self, name: str, data: bytes) -> None:
        """Put a file in place, whole or not at all; on return it survives a loss of power."""
        path = self.path / name
        temporary = path.with_name(name + ".tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, _FILE_MODE), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync(self.path)
        except OSError as error:
            raise _storage_error(error, path) from error

    def _guard(self) -> None:
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise _storage_error(error, self.path) from error
        try:
            _tighten(handle, self.path, _FOLDER_MODE)
        finally:
            os.close(handle)


def _tighten(handle: int, path: Path, mode: int) -> None:
    """Leave an open file or folder to its owner alone; StorageError if that is not us."""
    found = os.fstat(handle)
    if found.st_uid != os.geteuid():
        raise StorageError(
            "this belongs to another user",
            where=str(path),
            do="run as that user, or set SVIEDKA_HOME to a folder of your own",
        )
    if found.st_mode & _OTHERS:
        # FAT keeps no permissions and says so; what lies here is sealed in any case.
        with contextlib.suppress(PermissionError):
            os.fchmod(handle, mode)


def _sync(folder: Path) -> None:
    """Make a rename or a new name in the folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage_error(error: OSError, path: Path) -> StorageError:
    return StorageError(error.strerror or type(error).__name__, where=str(path))
