"""Sealing originals and batches into a stage, each original in one pass over its bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.errors import ChangedError, InputError
from sviedka.keep.age import Encryptor, seal
from sviedka.keep.vault.beside import Beside
from sviedka.keep.vault.disk import open_plain
from sviedka.keep.vault.parallel import WORKERS, each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO
    from pathlib import Path

    from sviedka.keep.age import HybridRecipient
    from sviedka.keep.age.stream import Bytes
    from sviedka.keep.vault.batch import Batch
    from sviedka.keep.vault.store import Stage, Stored
_BLOCK: Final = 1 << 20  # 16 chunks of age; a read of it costs next to nothing beside hashing it


@dataclass(frozen=True, slots=True)
class Source:
    """An original to be sealed: what messages call it, and how to open it, unbuffered."""

    name: str
    open: Callable[[], FileIO]

    @classmethod
    def of(cls, path: Path) -> Source:
        """The plain file at ``path``; a link there is not followed."""
        return cls(str(path), partial(open_plain, path))


@dataclass(frozen=True, slots=True)
class Sealed:
    """An original and its object, as an ``item`` record and an entry of the ledger state them.

    ``object`` is the SHA-256 of the age file and ``object_size`` its size; ``sha256`` and ``size``
    are those of the original. Hashes are in hex, sizes in bytes.
    """

    object: str
    object_size: int
    sha256: str
    size: int


def seal_item(stage: Stage, recipient: HybridRecipient, source: Source) -> Sealed:
    """Seal one original into ``stage``.

    Raises StorageError for the stage's side and InputError for the source's: it cannot be read, is
    no plain file, or changed meanwhile (ChangedError). The stage then holds nothing of it.
    """
    with _opened(source) as file, stage.writer() as writer:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise InputError("This is not a plain file", where=source.name)
        encryptor = Encryptor([recipient])
        writer.write(encryptor.header)
        size = 0
        with Beside(before.st_size) as original:
            for block in _blocks(file, before.st_size):
                original.start(block)
                if sealed := encryptor.update(block):
                    writer.write(sealed)
                original.wait()
                size += len(block)
        writer.write(encryptor.finish())
        after = os.fstat(file.fileno())
        if not before.st_size == size == after.st_size or before.st_mtime_ns != after.st_mtime_ns:
            raise ChangedError(
                "This file changed while it was read",
                where=source.name,
                do="wait until nothing writes to it, then add it again",
            )
        stored = writer.close()
    return Sealed(stored.name, stored.size, original.hexdigest(), size)


def seal_many(
    stage: Stage,
    recipient: HybridRecipient,
    sources: Iterable[Source],
    *,
    workers: int = WORKERS,
) -> Iterator[Sealed | InputError]:
    """Seal many originals on ``workers`` threads; yields, in their order, what became of each.

    For one that cannot be read that is its InputError, and the others go on; StorageError is
    raised. ``sources`` is read as the work goes on, so it may be longer than memory.
    """

    def seal_one(source: Source) -> Sealed | InputError:
        try:
            return seal_item(stage, recipient, source)
        except InputError as error:
            return error

    return each(seal_one, sources, workers)


def seal_stream(stage: Stage, recipient: HybridRecipient, blocks: Iterable[Bytes]) -> Sealed:
    """Seal an original that comes in blocks and may be longer than memory; raises StorageError."""
    original = hashlib.sha256()
    encryptor = Encryptor([recipient])
    size = 0
    with stage.writer() as writer:
        writer.write(encryptor.header)
        for block in blocks:
            original.update(block)
            size += len(block)
            writer.write(encryptor.update(block))
        writer.write(encryptor.finish())
        stored = writer.close()
    return Sealed(stored.name, stored.size, original.hexdigest(), size)


def seal_bytes(stage: Stage, recipient: HybridRecipient, data: Bytes) -> Sealed:
    """Seal an original that is in memory; raises StorageError."""
    stored = _stored(stage, recipient, data)
    return Sealed(stored.name, stored.size, hashlib.sha256(data).hexdigest(), len(data))


def seal_batch(stage: Stage, recipient: HybridRecipient, batch: Batch) -> Stored:
    """Seal a batch of records; raises StorageError."""
    return _stored(stage, recipient, batch.plaintext)


def _stored(stage: Stage, recipient: HybridRecipient, data: Bytes) -> Stored:
    with stage.writer() as writer:
        writer.write(seal([recipient], data))
        return writer.close()


def _blocks(file: FileIO, size: int) -> Iterator[memoryview]:
    """The bytes of ``file``, in one buffer that each step fills anew."""
    # One byte more than a small file claims, so that one read shows whether it grew.
    buffer = memoryview(bytearray(min(_BLOCK, size + 1)))
    while count := file.readinto(buffer):
        yield buffer[:count]


@contextmanager
def _opened(source: Source) -> Iterator[FileIO]:
    """Open a source; what the system says against reading it becomes an InputError."""
    try:
        with source.open() as file:
            yield file
    except OSError as error:
        raise InputError(
            "This file cannot be read",
            where=source.name,
            do=f"the system says: {os.strerror(error.errno or 0)}",
        ) from error
