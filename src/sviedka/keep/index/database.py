"""The encrypted file: opened so that nothing of it ever lies on disk in the clear.

SQLite3 Multiple Ciphers' ``chacha20``: each page of database, WAL and journal is encrypted with
ChaCha20 and authenticated with Poly1305, under a key of 32 random bytes without derivation.
https://utelle.github.io/SQLite3MultipleCiphers/docs/ciphers/cipher_sqleet/
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final, Literal

import apsw

from sviedka.errors import BusyError, StorageError, UnusableIndexError, UsageError
from sviedka.keep.durable import TMP, remove, storage_errors, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY_SIZE: Final = 32
REBUILD: Final = "make the index again: sviedka rebuild"

_BUSY_MS: Final = 5000
_CACHE_KIB: Final = 48 * 1024
_WAL_BYTES: Final = 32 * 2**20
"""Beyond this the WAL is written back. Some ten thousand records."""


def connect(path: Path, key: bytes) -> apsw.Connection:
    """Open or make the file; UnusableIndexError if this key does not open what lies there."""
    if len(key) != KEY_SIZE:
        raise UsageError(f"an index key has {KEY_SIZE} bytes, not {len(key)}")
    # Only a new file is opened here: closing a second descriptor would drop the process's POSIX
    # locks on it (https://sqlite.org/howtocorrupt.html §2.2).
    with storage_errors(path), suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    with ExitStack() as undo:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        undo.callback(db.close)
        db.set_busy_timeout(_BUSY_MS)
        db.pragma("cipher", "chacha20")
        db.pragma("hexkey", (b"raw:" + key).hex())
        db.pragma("temp_store", "memory")
        db.pragma("secure_delete", "on")
        db.pragma("cache_size", -_CACHE_KIB)
        db.execute("SELECT count(*) FROM sqlite_schema")  # the first page, and so the key
        undo.pop_all()
        return db


def share(db: apsw.Connection) -> None:
    """One writer and any number of readers at once.

    SQLite takes a damaged WAL for one that ends there. ``checkpoint`` alone writes it back, and
    empties it at once, so that what is lost with its end is an earlier state with its earlier
    position. Only a crash while a reader keeps it from being emptied could leave a mixture, and
    only if the WAL is damaged too.
    """
    db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "normal")
    db.pragma("wal_autocheckpoint", 0)


def keep_to_itself(db: apsw.Connection) -> None:
    """For a file that means nothing before it is whole: fast, and without files beside it."""
    db.pragma("locking_mode", "exclusive")
    db.pragma("journal_mode", "memory")
    db.pragma("synchronous", "off")


def checkpoint(db: apsw.Connection, path: Path, *, at_once: bool) -> None:
    """Write the WAL back and empty it, if it has grown or must go; a reader may put that off."""
    if not at_once and _size(path.with_name(path.name + "-wal")) < _WAL_BYTES:
        return
    db.set_busy_timeout(0)
    with suppress(apsw.BusyError):
        db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    db.set_busy_timeout(_BUSY_MS)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def transaction(db: apsw.Connection, mode: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[None]:
    """All of the block or nothing."""
    db.execute(f"BEGIN {mode}")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:  # Ctrl-C too: a transaction stands whole or not at all
        if db.in_transaction:  # after some errors SQLite has already rolled back
            db.execute("ROLLBACK")
        raise


@contextmanager
def typed_errors(path: Path) -> Iterator[None]:
    """Tell what the disk, other processes or damage do to SQLite in Sviedka's own errors."""
    where = str(path)
    try:
        yield
    except (apsw.BusyError, apsw.LockedError, apsw.ProtocolError) as error:
        raise BusyError(
            "another process holds the index", where=where, do="try again when it is done"
        ) from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise UnusableIndexError(
            "the index is damaged or was made under another key", where=where, do=REBUILD
        ) from error
    except (
        apsw.CantOpenError,
        apsw.FullError,
        apsw.IOError,
        apsw.PermissionsError,
        apsw.ReadOnlyError,
    ) as error:
        raise StorageError(
            f"the index cannot be read or written: {error}",
            where=where,
            do="make room, or give yourself the right to write there",
        ) from error


@contextmanager
def replacing(path: Path, key: bytes) -> Iterator[Path]:
    """Give a path for a new file, and put it in the place of ``path`` when the block is done.

    BusyError while any connection has the old one open. What this key does not open cannot be
    kept from others, and is simply replaced.
    """
    draft = path.with_name(path.name + TMP)
    old = _alone(path, key)
    try:
        remove(draft)
        yield draft
        # SQLite knows a WAL by its name alone, and would play an old one into the new file.
        for suffix in ("-wal", "-shm", "-journal"):
            remove(path.with_name(path.name + suffix))
        with storage_errors(path):
            _sync(draft)
            draft.replace(path)
        sync_folder(path.parent)
    finally:
        remove(draft)
        if old is not None:
            old.close()


def _alone(path: Path, key: bytes) -> apsw.Connection | None:
    """A lock that keeps everyone out of the file; None if there is nothing that this key opens."""
    if not path.exists():
        return None
    with suppress(apsw.NotADBError, apsw.CorruptError), ExitStack() as undo:
        db = connect(path, key)
        undo.callback(db.close)
        db.pragma("journal_mode", "delete")  # needs to be alone, and writes the WAL back
        db.execute("BEGIN EXCLUSIVE")
        undo.pop_all()
        return db
    return None


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
