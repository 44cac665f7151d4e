"""Bytes on their way into the archive: in memory while few, else sealed in a file without a name.

What a page holds must not stay on the disk of the machine that captured it, not even in blocks
that a file system calls free. So the part that memory does not hold is encrypted to a key that
only this process has and never writes down.
"""

from __future__ import annotations

import io
import os
import weakref
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final, Self

from sviedka.errors import UsageError
from sviedka.keep.age import Encryptor, X25519Identity, open_file
from sviedka.keep.vault.disk import disk_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

IN_MEMORY: Final = 4 << 20
"""Bytes of one spool that memory holds."""
BLOCK: Final = 1 << 18


class Spool:
    """Bytes that are written once, in order, then read as often as needed."""

    def __init__(self, data: bytes = b"", *, in_memory: int = IN_MEMORY) -> None:
        self.size = 0
        self._in_memory = in_memory
        self._held = bytearray()
        self._file: int | None = None
        self._identity: X25519Identity | None = None
        self._encryptor: Encryptor | None = None
        self._let_go: Callable[[], object] = lambda: None
        if data:
            self.write(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, data: bytes) -> int:
        """Append; StorageError if the disk fails, UsageError once it was read."""
        if self._file is not None and self._encryptor is None:
            raise UsageError("this spool was read already; nothing can be added to it")
        self._held += data
        self.size += len(data)
        if self._encryptor is None and len(self._held) > self._in_memory:
            self._begin_file()
        if self._encryptor is not None:
            self._spill(self._encryptor.update(self._held))
            self._held.clear()
        return len(data)

    def open(self) -> io.BufferedIOBase:
        """The bytes as a seekable stream; one at a time, nothing is written from then on."""
        if self._file is None or self._identity is None:
            return io.BytesIO(bytes(self._held))
        if self._encryptor is not None:
            self._spill(self._encryptor.finish())
            self._encryptor = None
        own = os.fdopen(os.dup(self._file), "rb")
        return io.BufferedReader(open_file(own, [self._identity]), BLOCK)

    def blocks(self) -> Iterator[bytes]:
        """The bytes in order, in blocks of at most ``BLOCK``."""
        with self.open() as stream:
            while block := stream.read(BLOCK):
                yield block

    def read(self) -> bytes:
        """All of them, as one piece."""
        with self.open() as stream:
            return stream.read()

    def close(self) -> None:
        """Let go of them."""
        self._held.clear()
        self._let_go()

    def _begin_file(self) -> None:
        with disk_errors("a temporary file"), TemporaryFile(buffering=0) as file:
            self._file = os.dup(file.fileno())
        # Exchanges are handed about; the last who lets go of one need not know of its file.
        self._let_go = weakref.finalize(self, os.close, self._file)
        self._identity = X25519Identity.generate()
        self._encryptor = Encryptor([self._identity.recipient])
        self._spill(self._encryptor.header)

    def _spill(self, sealed: bytes) -> None:
        view = memoryview(sealed)
        with disk_errors("a temporary file"):
            while view and self._file is not None:
                view = view[os.write(self._file, view) :]
