"""What becomes of a store when the disk refuses: on real disks, with real limits."""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sviedka.errors import StorageError
from sviedka.keep.vault import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KIB = 1 << 10


def put(store: DirectoryStore, content: bytes) -> str:
    with store.staging() as stage, stage.writer() as writer:
        writer.write(content)
        name = writer.close().name
        stage.commit()
    return name


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_is_too_large_names_fat32(store: DirectoryStore) -> None:
    kept = put(store, b"kept")
    with file_limit(64 * KIB), pytest.raises(StorageError, match="FAT32"):
        put(store, bytes(65 * KIB))
    assert list(store.names()) == [kept]
    assert not list(store.root.glob("*.tmp"))
    put(store, bytes(65 * KIB))


def test_a_full_disk(disk: Callable[[str], Path]) -> None:
    store = DirectoryStore(disk("size=256k") / "objects")
    kept = put(store, b"kept")
    with pytest.raises(StorageError, match=r"full.*make room") as caught:
        put(store, os.urandom(512 * KIB))
    assert caught.value.where == str(store.root)
    assert list(store.names()) == [kept]
    assert not list(store.root.glob("*.tmp"))
    disk("size=4m,remount")
    put(store, os.urandom(512 * KIB))


def test_a_disk_without_room_for_another_file(disk: Callable[[str], Path]) -> None:
    store = DirectoryStore(disk("size=1m,nr_inodes=5") / "objects")
    kept = put(store, b"kept")
    with pytest.raises(StorageError, match="full"):
        put(store, b"one too many")
    assert list(store.names()) == [kept]


def test_a_read_only_disk(disk: Callable[[str], Path]) -> None:
    store = DirectoryStore(disk("size=1m") / "objects")
    kept = put(store, b"kept")
    disk("size=1m,remount,ro")
    with pytest.raises(StorageError, match="read-only"):
        put(store, b"more")
    with pytest.raises(StorageError, match="read-only"):
        store.delete([kept])
    with store.open(kept) as file:
        assert file.read() == b"kept"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_forbids_writing(store: DirectoryStore) -> None:
    kept = put(store, b"kept")
    store.root.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="may not"):
            put(store, b"more")
    finally:
        store.root.chmod(0o700)
    assert list(store.names()) == [kept]


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="too long"):
        put(DirectoryStore(tmp_path / ("x" * 300)), b"x")


def test_a_file_where_the_store_should_be(tmp_path: Path) -> None:
    (tmp_path / "objects").write_bytes(b"")
    store = DirectoryStore(tmp_path / "objects")
    with pytest.raises(StorageError):
        put(store, b"x")
    with pytest.raises(StorageError):
        list(store.names())


def test_a_store_in_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        put(DirectoryStore(tmp_path / "no" / "objects"), b"x")
