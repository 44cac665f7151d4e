"""The backup of a device that does not give positions."""

import shutil
from dataclasses import replace

import pytest

from sviedka.errors import ForkError, RollbackError
from sviedka.keep.backup import backup
from tests.keep.backup.looking import files, findings
from tests.keep.sync import places


@pytest.fixture(scope="module")
def synced(tmp_path_factory):
    root = tmp_path_factory.mktemp("synced")
    folder = root / "stick"
    folder.mkdir()
    first = places.found(root / "first")
    first.save(text="from the first")
    second = places.join(root / "second", folder, first)
    return root, first, second


@pytest.fixture
def world(synced, tmp_path):
    root, first, second = synced
    for each in root.iterdir():
        shutil.copytree(each, tmp_path / each.name)
    return (
        replace(first, root=tmp_path / "first"),
        replace(second, root=tmp_path / "second"),
        tmp_path / "stick",
    )


def test_what_waits_is_in_the_copy_with_what_it_brings(world, tmp_path):
    _, second, _ = world
    second.save(text="waits")
    backup(second.path, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(second.path)
    assert any(name.startswith("outbox/") for name in files(tmp_path / "copy"))
    assert findings(tmp_path / "copy") == []


def test_what_has_its_position_waits_no_more_in_the_copy(world, tmp_path):
    first, second, stick = world
    second.save(text="waits")
    backup(second.path, tmp_path / "copy")
    second.sync(stick)
    first.sync(stick)
    second.sync(stick)
    backup(second.path, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(second.path)
    assert not any(name.startswith("outbox/") for name in files(tmp_path / "copy"))


def test_a_copy_that_somebody_worked_in_is_left_alone(world, tmp_path):
    _, second, _ = world
    other = second.copy(tmp_path / "other")
    other.save(text="only here")
    before = files(other.path)
    with pytest.raises(ForkError, match="not known"):
        backup(second.path, other.path)
    assert files(other.path) == before


def test_another_device_s_older_state_does_not_replace_a_newer_one(world, tmp_path):
    first, second, _ = world
    first.save(text="not synced yet")
    backup(first.path, tmp_path / "copy")
    with pytest.raises(RollbackError):
        backup(second.path, tmp_path / "copy")
