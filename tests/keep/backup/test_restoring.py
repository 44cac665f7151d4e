import shutil

import pytest

from sviedka.errors import RollbackError, UsageError
from sviedka.keep.archive import Archive
from sviedka.keep.backup import backup, restore
from tests.keep.backup.looking import files, note


def silent(done, total):
    """Tell nobody."""


def test_an_archive_comes_back_from_its_copy(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    report = restore(tmp_path / "copy", tmp_path / "again", silent)
    assert report.clean
    assert report.counts.read
    assert files(tmp_path / "again") == files(world.path)
    with Archive(tmp_path / "again", world.device, world.home) as archive:
        assert archive.head == report.head


def test_damage_of_the_copy_is_told(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    damaged = next((tmp_path / "copy" / "objects").glob("*/*"))
    damaged.write_bytes(b"something else")
    report = restore(tmp_path / "copy", tmp_path / "again", silent)
    (found,) = report.findings
    assert found.where == str(damaged.relative_to(tmp_path / "copy"))
    assert not report.intact


def test_an_older_copy_is_known_as_one(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    note(world, "one more")
    restore(tmp_path / "copy", tmp_path / "again", silent)
    with pytest.raises(RollbackError):
        Archive(tmp_path / "again", world.device, world.home)


def test_nothing_is_restored_over_an_archive(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    with pytest.raises(UsageError, match="archive already"):
        restore(tmp_path / "copy", world.path, silent)


def test_nor_into_a_folder_with_something_else(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "letter").write_text("dear")
    with pytest.raises(UsageError, match="something else"):
        restore(tmp_path / "copy", tmp_path / "again", silent)


def test_an_interrupted_restoring_goes_on(world, tmp_path):
    backup(world.path, tmp_path / "copy")
    shutil.copytree(tmp_path / "copy", tmp_path / "again")
    shutil.rmtree(tmp_path / "again" / "ledger")
    shutil.rmtree(tmp_path / "again" / "grants")
    assert restore(tmp_path / "copy", tmp_path / "again", silent).clean
