"""Carrying objects, grant files and kept heads between an archive and a sync folder.

What comes is hashed as it is written aside, and gets its name in the archive only if it is the
right one; so nothing half-copied or swapped is ever found under a name.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, IntegrityError, NotFoundError
from sviedka.keep import durable, layout
from sviedka.keep.vault.disk import disk_errors
from sviedka.keep.vault.stage import DirectoryStage, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from io import BufferedReader
    from pathlib import Path

    from sviedka.keep.sync.folder import SyncFolder
    from sviedka.keep.sync.inventory import Brought
    from sviedka.keep.vault.directory import DirectoryStore
    from sviedka.keep.vault.store import Stage, Writer

KEPT: Final = f"{layout.LEDGER}/{layout.KEPT}"
MAX_KEPT: Final = 1 << 24
"""Bytes of a kept head, cosignature or stamp: a time stamp with its chain and CRLs takes most."""

_BLOCK: Final = 1 << 20
_MANY: Final = 256
_MUCH: Final = 1 << 30
"""After so many files or bytes what was carried is made durable, so that it need not come again."""


def missing(store: DirectoryStore, wanted: Mapping[str, Brought]) -> dict[str, Brought]:
    """What the store lacks."""
    return {name: each for name, each in wanted.items() if not store.has(name)}


def fetch_objects(folder: SyncFolder, store: DirectoryStore, wanted: Mapping[str, Brought]) -> None:
    """Bring the objects that the store lacks."""
    _fetch(folder, layout.OBJECTS, store, wanted)


def fetch_grants(folder: SyncFolder, store: DirectoryStore, wanted: Mapping[str, Brought]) -> None:
    """Bring the grant files that the store lacks."""
    _fetch(folder, layout.GRANTS, store, wanted)


def fetch_kept(folder: SyncFolder, ledger: Path, wanted: Mapping[str, str]) -> None:
    """Bring kept heads, by file name with their SHA-256, that the ledger's folder lacks."""
    for name, digest in wanted.items():
        here = ledger / layout.KEPT / name
        if here.exists():
            continue
        path = f"{KEPT}/{name}"
        try:
            data = folder.read(path, MAX_KEPT)
        except NotFoundError:
            folder.report.waiting.append(path)
            continue
        except FormatError as error:
            folder.put_aside(path, error)
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            folder.put_aside(path, IntegrityError("not the head that was kept", where=path))
            folder.report.waiting.append(path)
            continue
        durable.write_file(here, data)


def push(folder: SyncFolder, kind: str, store: DirectoryStore, names: Iterable[str]) -> None:
    """Put objects or grant files into the folder, unless they are there.

    One that is damaged here is a finding, and stays here.
    """
    with folder.opened(kind, make=True) as target:
        stage, count, size = DirectoryStage(folder.root, target), 0, 0
        try:
            for name in names:
                if not store.has(name) or folder.size(f"{kind}/{path_of(name)}") == store.size(
                    name
                ):
                    continue
                folder.make_way(f"{kind}/{path_of(name)}")
                with store.open(name) as file, stage.writer() as writer:
                    size += _copy(file, writer, store.size(name), name)
                    stored = writer.close()
                if stored.name != name:
                    writer.drop()
                    error = IntegrityError("this object is damaged here", where=name)
                    folder.find(error, f"{kind}/{path_of(name)}")
                    continue
                count += 1
                folder.report.pushed += 1
                if count % _MANY == 0 or size > _MUCH:
                    stage.commit()
                    stage, size = DirectoryStage(folder.root, target), 0
            stage.commit()
        finally:
            stage.abort()


def push_kept(folder: SyncFolder, ledger: Path, wanted: Mapping[str, str]) -> None:
    """Put kept heads into the folder, unless they are there."""
    for name, digest in wanted.items():
        try:
            data = durable.read_file(ledger / layout.KEPT / name, MAX_KEPT)
        except NotFoundError:
            continue
        if hashlib.sha256(data).hexdigest() == digest:
            folder.put(f"{KEPT}/{name}", data)


def drop(folder: SyncFolder, kind: str, names: Iterable[str]) -> None:
    """Remove from the folder what was destroyed."""
    for name in names:
        folder.remove(f"{kind}/{path_of(name)}")


def _fetch(
    folder: SyncFolder, kind: str, store: DirectoryStore, wanted: Mapping[str, Brought]
) -> None:
    waiting = list(missing(store, wanted).items())
    while waiting:
        count = size = 0
        with store.staging() as stage:
            while waiting and count < _MANY and size < _MUCH:
                name, brought = waiting.pop()
                if _fetch_one(folder, kind, stage, name, brought):
                    count += 1
                    size += brought.size
            stage.commit()
        folder.report.fetched += count


def _fetch_one(folder: SyncFolder, kind: str, stage: Stage, name: str, wanted: Brought) -> bool:
    path = f"{kind}/{path_of(name)}"
    try:
        with folder.open(path) as file, stage.writer() as writer:
            _copy(file, writer, wanted.size, path)
            stored = writer.close()
            if stored.name == name and (stored.size == wanted.size or not wanted.exact):
                return True
            writer.drop()
        folder.put_aside(path, IntegrityError("this is not what its name says", where=path))
    except NotFoundError:
        pass
    except (FormatError, IntegrityError) as error:
        folder.put_aside(path, error)
    folder.report.waiting.append(path)
    return False


def _copy(file: BufferedReader, writer: Writer, most: int, path: str) -> int:
    """Copy a whole file of at most so many bytes; IntegrityError if it is longer."""
    copied = 0
    while True:
        with disk_errors(path):
            block = file.read(min(_BLOCK, most - copied + 1))
        if not block:
            return copied
        copied += len(block)
        if copied > most:
            raise IntegrityError(f"this is longer than its {most} bytes", where=path)
        writer.write(block)
