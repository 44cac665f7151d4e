from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import NotFoundError, StorageError, UsageError
from sviedka.keep.vault import DirectoryStore, Stored

if TYPE_CHECKING:
    from pathlib import Path


def put(store: DirectoryStore, *contents: bytes) -> list[Stored]:
    with store.staging() as stage:
        stored = []
        for content in contents:
            with stage.writer() as writer:
                writer.write(content)
                stored.append(writer.close())
        stage.commit()
    return stored


def files(store: DirectoryStore) -> list[str]:
    return sorted(str(p.relative_to(store.root)) for p in store.root.rglob("*") if p.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(contents=st.lists(st.binary(max_size=200), max_size=12))
def test_what_is_committed_is_there_under_its_hash(
    store: DirectoryStore, contents: list[bytes]
) -> None:
    stored = put(store, *contents)
    for content, one in zip(contents, stored, strict=True):
        assert one == Stored(hashlib.sha256(content).hexdigest(), len(content))
        assert store.has(one.name)
        assert store.size(one.name) == one.size
        with store.open(one.name) as file:
            assert file.read() == content
    assert {one.name for one in stored} <= set(store.names())
    assert not list(store.foreign())


def test_an_object_lies_where_the_format_says(store: DirectoryStore) -> None:
    put(store, b"testimony")
    name = hashlib.sha256(b"testimony").hexdigest()
    path = store.root / name[:2] / name
    assert path.read_bytes() == b"testimony"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_at_once(store: DirectoryStore) -> None:
    stored = put(store, *(str(n).encode() for n in range(600)))
    assert set(store.names()) == {one.name for one in stored}
    assert len(set(store.names())) == 600


def test_before_the_commit_nothing_has_a_name(store: DirectoryStore) -> None:
    with store.staging() as stage:
        with stage.writer() as writer:
            writer.write(b"x")
            writer.close()
        assert not list(store.names())
        assert [path.endswith(".tmp") for path in files(store)] == [True]
        stage.commit()
    assert [path.endswith(".tmp") for path in files(store)] == [False]


def test_leaving_without_a_commit_leaves_nothing(store: DirectoryStore) -> None:
    with store.staging() as stage, stage.writer() as writer:
        writer.write(b"x")
        writer.close()
    assert files(store) == []


def test_an_error_inside_leaves_nothing(store: DirectoryStore) -> None:
    def interrupted() -> None:
        with store.staging() as stage, stage.writer() as writer:
            writer.write(b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert files(store) == []


def test_what_is_dropped_is_not_committed(store: DirectoryStore) -> None:
    with store.staging() as stage:
        kept = stage.writer()
        kept.write(b"kept")
        kept.close()
        by_writer = stage.writer()
        by_writer.close()
        by_writer.drop()
        by_name = stage.writer()
        by_name.write(b"by name")
        stage.drop(by_name.close().name)
        with stage.writer() as never_closed:
            never_closed.write(b"z")
        with pytest.raises(NotFoundError):
            stage.drop("0" * 64)
        stage.commit()
    assert list(store.names()) == [hashlib.sha256(b"kept").hexdigest()]
    assert len(files(store)) == 1


def test_an_object_still_being_written_forbids_the_commit(store: DirectoryStore) -> None:
    with store.staging() as stage:
        writer = stage.writer()
        with pytest.raises(UsageError):
            stage.commit()
        writer.close()
        stage.commit()
        with pytest.raises(UsageError):
            stage.commit()
        with pytest.raises(UsageError):
            stage.writer()


def test_an_object_that_is_there_already_is_fine_and_a_damaged_one_is_mended(
    store: DirectoryStore,
) -> None:
    (first,) = put(store, b"x")
    path = store.root / first.name[:2] / first.name
    path.write_bytes(b"y")
    assert put(store, b"x", b"x") == [first, first]
    assert path.read_bytes() == b"x"
    assert len(files(store)) == 1


def test_what_is_not_there(store: DirectoryStore) -> None:
    for _ in range(2):
        assert not store.has("ab" * 32)
        with pytest.raises(NotFoundError):
            store.open("ab" * 32)
        with pytest.raises(NotFoundError):
            store.size("ab" * 32)
        assert store.delete(["ab" * 32]) == 0
        assert store.sweep() == 0
        assert not list(store.names())
        assert not list(store.foreign())
        put(store, b"the folder is there now")
        store.delete(list(store.names()))


@pytest.mark.parametrize("name", ["", "ab", "../" + "a" * 61, "A" * 64, "a" * 64 + "\n", "é" * 64])
def test_what_is_no_name(store: DirectoryStore, name: str) -> None:
    for call in (store.open, store.size, store.has, lambda name: store.delete([name])):
        with pytest.raises(UsageError):
            call(name)


def test_deleting(store: DirectoryStore) -> None:
    stored = put(store, *(str(n).encode() for n in range(30)))
    names = [one.name for one in stored]
    assert store.delete([*names[:20], "ab" * 32]) == 20
    assert set(store.names()) == set(names[20:])
    assert store.delete(names) == 10
    assert not list(store.names())


def test_links_pipes_and_folders_are_no_objects(store: DirectoryStore, tmp_path: Path) -> None:
    names = [one.name for one in put(store, b"1", b"2", b"3")]
    paths = [store.root / name[:2] / name for name in names]
    for path in paths:
        path.unlink()
    (tmp_path / "elsewhere").write_bytes(b"1")
    paths[0].symlink_to(tmp_path / "elsewhere")
    os.mkfifo(paths[1])
    paths[2].mkdir()
    for name in names:
        assert not store.has(name)
        with pytest.raises(NotFoundError):
            store.open(name)
    assert not list(store.names())
    assert set(store.foreign()) == {f"{name[:2]}/{name}" for name in names}


def test_foreign_files_are_told_apart(store: DirectoryStore) -> None:
    (stored,) = put(store, b"x")
    shard = store.root / stored.name[:2]
    (store.root / "Thumbs.db").write_bytes(b"")
    (store.root / "notes").mkdir()
    (shard / "ab").write_bytes(b"")
    (shard / ("0" * 64)).write_bytes(b"")  # a name, but of another folder
    (store.root / "left.tmp").write_bytes(b"")
    (shard / "left.tmp").write_bytes(b"")
    (store.root / os.fsdecode(b"\xff")).write_bytes(b"")
    wrong = ["Thumbs.db", "notes", f"{shard.name}/ab", f"{shard.name}/{'0' * 64}", "\\xff"]
    if stored.name.startswith("00"):
        wrong.pop(3)
    assert sorted(store.foreign()) == sorted(wrong)
    assert list(store.names()) == [stored.name]


def test_sweeping_removes_what_interrupted_writes_left(store: DirectoryStore) -> None:
    (stored,) = put(store, b"x")
    (store.root / "left.tmp").write_bytes(b"half")
    (store.root / stored.name[:2] / "left.tmp").write_bytes(b"half")
    (store.root / "folder.tmp").mkdir()
    assert store.sweep() == 2
    assert files(store) == [f"{stored.name[:2]}/{stored.name}"]
    assert store.sweep() == 0


def test_sweeping_spares_writes_under_way(store: DirectoryStore) -> None:
    other = DirectoryStore(store.root)
    with store.staging() as stage, other.staging() as beside:
        for one in (stage, beside):
            writer = one.writer()
            writer.write(b"x")
            writer.close()
        assert DirectoryStore(store.root).sweep() == 0
        stage.commit()
        assert store.sweep() == 0
        beside.commit()
    assert len(list(store.names())) == 1


def test_a_folder_of_objects_that_is_a_link_is_not_written_through(
    store: DirectoryStore, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    store.root.mkdir()
    name = hashlib.sha256(b"x").hexdigest()
    (store.root / name[:2]).symlink_to(elsewhere)
    with pytest.raises(StorageError):
        put(store, b"x")
    assert not list(elsewhere.iterdir())
    assert list(store.foreign()) == [name[:2]]
