from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import (
    AccessError,
    FormatError,
    IntegrityError,
    NotFoundError,
    SviedkaError,
)
from sviedka.keep.age import seal
from sviedka.keep.vault import (
    Sealed,
    build,
    open_item,
    read_batch,
    read_item,
    seal_batch,
    seal_bytes,
    verify_item,
    verify_many,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.age import HybridIdentity
    from sviedka.keep.vault import DirectoryStore

DATA = os.urandom(200_000)
LONG = bytes(17 << 20)


@pytest.fixture
def sealed(store: DirectoryStore, identity: HybridIdentity) -> Sealed:
    return put(store, identity, DATA)


def put(store: DirectoryStore, identity: HybridIdentity, data: bytes) -> Sealed:
    with store.staging() as stage:
        done = seal_bytes(stage, identity.recipient, data)
        stage.commit()
    return done


def path_of(store: DirectoryStore, name: str) -> Path:
    return store.root / name[:2] / name


def verify(store: DirectoryStore, identity: HybridIdentity, sealed: Sealed) -> None:
    with store.open(sealed.object) as file:
        verify_item(file, identity, sealed)


@pytest.mark.parametrize("data", [b"", b"x", DATA, LONG])
def test_an_original_comes_back_whole(
    store: DirectoryStore, identity: HybridIdentity, data: bytes
) -> None:
    sealed = put(store, identity, data)
    with store.open(sealed.object) as file:
        assert b"".join(read_item(file, identity, sealed)) == data
    verify(store, identity, sealed)


def test_a_long_original_comes_in_blocks(store: DirectoryStore, identity: HybridIdentity) -> None:
    sealed = put(store, identity, LONG)
    with store.open(sealed.object) as file:
        assert max(map(len, read_item(file, identity, sealed))) <= (1 << 20) + (1 << 16)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(start=st.integers(0, len(DATA) + 10), size=st.integers(0, 150_000))
def test_an_original_can_be_read_from_anywhere(
    store: DirectoryStore, identity: HybridIdentity, sealed: Sealed, start: int, size: int
) -> None:
    with open_item(store.open(sealed.object), identity) as file:
        assert file.size == len(DATA)
        file.seek(start)
        assert file.read(size) == DATA[start : start + size]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_every_altered_byte_is_found(
    store: DirectoryStore, identity: HybridIdentity, sealed: Sealed, data: st.DataObject
) -> None:
    path = path_of(store, sealed.object)
    stored = path.read_bytes()
    changed = bytearray(stored)
    at = data.draw(st.integers(0, 2000) | st.integers(0, len(stored) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    with pytest.raises((IntegrityError, FormatError, AccessError)):
        verify(store, identity, sealed)
    path.write_bytes(stored)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(length=st.integers(0, 220_000))
def test_every_other_length_is_found(
    store: DirectoryStore, identity: HybridIdentity, sealed: Sealed, length: int
) -> None:
    path = path_of(store, sealed.object)
    stored = path.read_bytes()
    if length != len(stored):
        path.write_bytes(stored[:length].ljust(length, b"\0"))
        with pytest.raises((IntegrityError, FormatError)):
            verify(store, identity, sealed)
        path.write_bytes(stored)


def test_another_good_object_is_not_the_one(
    store: DirectoryStore, identity: HybridIdentity, sealed: Sealed
) -> None:
    same = put(store, identity, DATA)
    path_of(store, same.object).replace(path_of(store, sealed.object))
    with pytest.raises(IntegrityError, match="not the object"):
        verify(store, identity, sealed)


def test_another_original_than_the_record_says(
    store: DirectoryStore, identity: HybridIdentity, sealed: Sealed
) -> None:
    for wrong in (replace(sealed, sha256="0" * 64), replace(sealed, size=sealed.size + 1)):
        with pytest.raises(IntegrityError, match="not the original"):
            verify(store, identity, wrong)


def test_the_wrong_key(store: DirectoryStore, stranger: HybridIdentity, sealed: Sealed) -> None:
    with pytest.raises(AccessError):
        verify(store, stranger, sealed)
    with store.open(sealed.object) as file, pytest.raises(AccessError):
        open_item(file, stranger)


def test_an_object_that_someone_else_can_open_too_is_refused(
    store: DirectoryStore, identity: HybridIdentity, stranger: HybridIdentity
) -> None:
    with store.staging() as stage, stage.writer() as writer:
        writer.write(seal([identity.recipient, stranger.recipient], b"x"))
        stored = writer.close()
        stage.commit()
    with pytest.raises(FormatError, match="more than one"):
        verify(store, identity, Sealed(stored.name, stored.size, sha256(b"x").hexdigest(), 1))
    with store.open(stored.name) as file, pytest.raises(FormatError, match="more than one"):
        open_item(file, identity)


def test_many_are_verified_in_order(
    store: DirectoryStore, identity: HybridIdentity, stranger: HybridIdentity
) -> None:
    items = [put(store, identity, os.urandom(n * 10_000)) for n in range(20)]
    store.delete([items[3].object])
    damaged = path_of(store, items[5].object)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    keys = [stranger if n == 7 else identity for n in range(20)]
    found = list(verify_many(store, zip(keys, items, strict=True)))
    wrong: dict[int, type[SviedkaError]] = {3: NotFoundError, 5: IntegrityError, 7: AccessError}
    for n, error in enumerate(found):
        assert type(error) is wrong.get(n, type(None))


def test_a_batch_comes_back(store: DirectoryStore, identity: HybridIdentity) -> None:
    batch = build([b"one", b"two"], os.urandom)
    with store.staging() as stage:
        stored = seal_batch(stage, identity.recipient, batch)
        stage.commit()
    with store.open(stored.name) as file:
        assert read_batch(file, identity, name=stored.name, root=batch.root) == batch
    with store.open(stored.name) as file, pytest.raises(IntegrityError, match="records"):
        read_batch(file, identity, name=stored.name, root=bytes(32))
    with store.open(stored.name) as file, pytest.raises(IntegrityError, match="object"):
        read_batch(file, identity, name="0" * 64, root=batch.root)


def test_an_item_is_no_batch_and_is_not_read_whole_for_it(
    store: DirectoryStore, identity: HybridIdentity
) -> None:
    small, large = put(store, identity, DATA), put(store, identity, LONG)
    for sealed, why in ((small, "not a batch"), (large, "too long")):
        with store.open(sealed.object) as file, pytest.raises(FormatError, match=why):
            read_batch(file, identity, name=sealed.object, root=bytes(32))
