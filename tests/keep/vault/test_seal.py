from __future__ import annotations

import io
import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import InputError, StorageError
from sviedka.keep.age import open_sealed, read_header
from sviedka.keep.vault import Sealed, Source, build, seal_batch, seal_bytes, seal_item, seal_many

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.age import HybridIdentity
    from sviedka.keep.vault import DirectoryStore

CHUNK = 1 << 16
BLOCK = 1 << 20
LONG = 17 << 20  # hashed on a second thread


def sealed_of(
    store: DirectoryStore, identity: HybridIdentity, *sources: Source, workers: int = 2
) -> list[Sealed | InputError]:
    with store.staging() as stage:
        done = list(seal_many(stage, identity.recipient, sources, workers=workers))
        stage.commit()
    return done


def check(store: DirectoryStore, identity: HybridIdentity, sealed: object, data: bytes) -> None:
    assert isinstance(sealed, Sealed)
    assert (sealed.sha256, sealed.size) == (sha256(data).hexdigest(), len(data))
    with store.open(sealed.object) as file:
        stored = file.read()
    assert (sealed.object, sealed.object_size) == (sha256(stored).hexdigest(), len(stored))
    assert open_sealed([identity], stored) == data


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7, LONG, LONG + 1]
)
def test_an_original_of_any_size(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path, size: int
) -> None:
    data = os.urandom(size)
    path = tmp_path / "original"
    path.write_bytes(data)
    (sealed,) = sealed_of(store, identity, Source.of(path))
    check(store, identity, sealed, data)
    assert path.read_bytes() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(data=st.binary(max_size=300))
def test_an_original_in_memory(
    store: DirectoryStore, identity: HybridIdentity, data: bytes
) -> None:
    with store.staging() as stage:
        sealed = seal_bytes(stage, identity.recipient, data)
        stage.commit()
    check(store, identity, sealed, data)


def test_a_batch(store: DirectoryStore, identity: HybridIdentity) -> None:
    batch = build([b"{}", b"[]"], os.urandom)
    with store.staging() as stage:
        stored = seal_batch(stage, identity.recipient, batch)
        stage.commit()
    with store.open(stored.name) as file:
        assert open_sealed([identity], file.read()) == batch.plaintext
    assert store.size(stored.name) == stored.size


def test_batches_of_one_padded_length_are_of_one_size(
    store: DirectoryStore, identity: HybridIdentity
) -> None:
    with store.staging() as stage:
        sizes = {
            seal_batch(stage, identity.recipient, build([b"x" * n], os.urandom)).size
            for n in (1, 100, 4000)
        }
    assert len(sizes) == 1


def test_an_object_is_sealed_to_exactly_one_recipient(
    store: DirectoryStore, identity: HybridIdentity
) -> None:
    with store.staging() as stage:
        sealed = seal_bytes(stage, identity.recipient, b"x")
        stage.commit()
    with store.open(sealed.object) as file:
        assert [one.kind for one in read_header(file).stanzas] == ["mlkem768x25519"]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_many_keep_their_order(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path, workers: int
) -> None:
    contents = [os.urandom(n * 37 % 5000) for n in range(400)]
    paths = [tmp_path / str(n) for n in range(400)]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    done = sealed_of(store, identity, *map(Source.of, paths), workers=workers)
    for sealed, data in zip(done, contents, strict=True):
        check(store, identity, sealed, data)


def test_the_same_original_twice_is_two_objects(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    first, second = sealed_of(store, identity, *[Source.of(tmp_path / "x")] * 2)
    assert isinstance(first, Sealed)
    assert isinstance(second, Sealed)
    assert first.object != second.object
    assert first.sha256 == second.sha256


def test_sources_are_taken_as_the_work_goes_on(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield Source.of(tmp_path / "x")

    with store.staging() as stage:
        done = seal_many(stage, identity.recipient, endless())
        for _ in range(10):
            next(done)
        done.close()
    assert taken < 1000


def test_what_cannot_be_read_is_told_and_the_others_go_on(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path
) -> None:
    (tmp_path / "good").write_bytes(b"good")
    (tmp_path / "link").symlink_to("good")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    names = ["gone", "link", "folder", "pipe", "good"]
    done = sealed_of(store, identity, *(Source.of(tmp_path / name) for name in names))
    for name, error in zip(names[:-1], done[:-1], strict=True):
        assert isinstance(error, InputError)
        assert error.where == str(tmp_path / name)
        assert error.do
    check(store, identity, done[-1], b"good")
    assert len(list(store.names())) == 1


class Restless(io.FileIO):
    """A file to which something happens after the first read."""

    def __init__(self, path: Path, change: object) -> None:
        super().__init__(path)
        self._change = change

    def readinto(self, buffer: object) -> int:
        count = super().readinto(buffer)
        if self._change:
            self._change(self.name)
            self._change = None
        return count


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, 5)


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("size", [0, 1000, 3 * BLOCK, LONG])
@pytest.mark.parametrize("change", [grow, shrink, touch])
def test_an_original_that_changes_meanwhile_is_refused(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path, size: int, change: object
) -> None:
    path = tmp_path / "live"
    path.write_bytes(bytes(size))
    source = Source("live", lambda: Restless(path, change))
    with store.staging() as stage:
        with pytest.raises(InputError, match="changed"):
            seal_item(stage, identity.recipient, source)
        stage.commit()
    assert not list(store.names())


def test_trouble_of_the_store_is_raised(
    store: DirectoryStore, identity: HybridIdentity, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"x")
    sources = [Source.of(tmp_path / "x")] * 20
    with store.staging() as stage:
        store.root.rename(tmp_path / "moved")
        (tmp_path / "moved").rmdir()
        with pytest.raises(StorageError):
            list(seal_many(stage, identity.recipient, sources))
