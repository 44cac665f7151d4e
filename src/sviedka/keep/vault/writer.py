"""One object being written into a folder: a temporary file, hashed as it grows."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Final

from sviedka.keep.vault.disk import disk_error, disk_errors
from sviedka.keep.vault.store import Stored

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from sviedka.keep.age.stream import Bytes

SUFFIX: Final = ".tmp"
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class DirectoryWriter:
    """The ``Writer`` into the folder ``root``, of which ``folder`` is an open descriptor."""

    def __init__(self, root: Path, folder: int) -> None:
        self.path = secrets.token_hex(16) + SUFFIX
        self.stored: Stored | None = None
        self.dropped = False
        self._root = root
        self._folder = folder
        self._hash = hashlib.sha256()
        self._size = 0
        with disk_errors(root):
            self._file = os.open(self.path, _NEW, 0o600, dir_fd=folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.stored is None:
            self.drop()

    def write(self, data: Bytes) -> None:
        """Append ``data``; raises StorageError."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self._size += len(view)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            raise disk_error(error, self._root) from error

    def close(self) -> Stored:
        """End the file; its bytes become durable with the stage. Raises StorageError."""
        with disk_errors(self._root):
            self._release()
        self.stored = Stored(self._hash.hexdigest(), self._size)
        return self.stored

    def drop(self) -> None:
        """Close and remove the file."""
        self.dropped = True
        with contextlib.suppress(OSError):
            self._release()
        # One that cannot be removed means nothing, by its suffix alone; a sweep will remove it.
        with contextlib.suppress(OSError):
            os.unlink(self.path, dir_fd=self._folder)

    def _release(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
