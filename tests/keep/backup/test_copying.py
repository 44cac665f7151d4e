import resource
import shutil
import threading
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import ForkError, NotAnArchiveError, RollbackError, StorageError, UsageError
from sviedka.keep.archive import Archive
from sviedka.keep.backup import backup
from sviedka.keep.verify import Holder, verify
from tests.keep.backup.conftest import copied
from tests.keep.backup.looking import damage, files, findings, note, note_in
from tests.keep.verify.world import founded


@pytest.fixture
def copy(world, tmp_path):
    """A backup of the archive as it is."""
    backup(world.path, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_copy_is_the_archive_without_its_index(world, copy):
    assert files(copy) == files(world.path)
    assert not list(copy.glob("index.db*"))


def test_a_copy_verifies_clean_and_opens(world, copy):
    assert findings(copy) == []
    assert verify(copy).outside
    with Archive(copy, world.device, world.home) as archive:
        assert archive.head == verify(world.path).head
        report = verify(copy, holder=Holder(world.device, archive.state))
    assert (report.clean, report.counts.closed) == (True, 0)


def test_the_second_time_only_what_is_new_is_copied(world, copy):
    assert backup(world.path, copy).copied == 0
    note(world, "one more")
    outcome = backup(world.path, copy)
    assert (outcome.copied, outcome.removed, outcome.lacking) == (1, 0, ())
    assert files(copy) == files(world.path)


def test_progress_ends_with_the_total(world, tmp_path):
    told = []
    outcome = backup(world.path, tmp_path / "copy", lambda done, total: told.append((done, total)))
    assert max(told) == (outcome.bytes, outcome.bytes)


def test_what_waits_in_the_journal_is_copied(world, copy):
    with world.open() as archive:
        note_in(archive, world.case, "not in tiles yet")
        assert archive.log.size > archive.log.tiled
        backup(world.path, copy)
        assert files(copy) == files(world.path)
        note_in(archive, world.case, "nor this")
        backup(world.path, copy)
        assert files(copy) == files(world.path)
    backup(world.path, copy)
    assert files(copy) == files(world.path)


def test_what_was_destroyed_goes_from_the_copy(world, copy, destroy):
    kept = files(copy)
    with Archive(copy, world.device, world.home):
        assert (copy / "index.db").exists()
    destroy(world)
    outcome = backup(world.path, copy)
    assert files(copy) == files(world.path)
    assert not list(copy.glob("index.db*"))
    gone = [name for name in kept if name not in files(copy) and name.startswith(("ob", "gr"))]
    assert len(gone) == outcome.removed > 1
    assert findings(copy) == []


def test_what_interrupted_saves_left_is_not_copied(world, tmp_path):
    store = world.path / "objects"
    (store / "00").mkdir(exist_ok=True)
    (store / "00" / ("00" * 32)).write_bytes(b"no entry names this")
    (store / "draft.tmp").write_bytes(b"nor this")
    backup(world.path, tmp_path / "copy")
    assert findings(tmp_path / "copy") == []


# What the copy must not become


def test_a_folder_with_something_else_is_left_alone(world, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a").write_text("dear")
    with pytest.raises(UsageError, match="something else"):
        backup(world.path, tmp_path / "letters")
    assert files(tmp_path / "letters") == {"a": b"dear"}


def test_a_copy_of_another_archive_is_left_alone(world, tmp_path, copy):
    other = founded(tmp_path / "other")
    before = files(copy)
    with pytest.raises(UsageError, match="another archive"):
        backup(other.path, copy)
    assert files(copy) == before


def test_an_unfinished_copy_of_another_archive_is_left_alone(world, tmp_path, copy):
    other = founded(tmp_path / "other")
    shutil.rmtree(copy / "ledger")
    with pytest.raises(UsageError, match="something else"):
        backup(other.path, copy)


@pytest.mark.parametrize("place", ["", "objects", "../archive", ".."])
def test_a_copy_lies_apart_from_the_archive(world, place):
    with pytest.raises(UsageError, match="apart"):
        backup(world.path, world.path / place)


def test_a_copy_that_is_ahead_is_left_alone(world, copy, tmp_path):
    older = copied(world, tmp_path / "older")
    note(world, "what the older one does not know")
    backup(world.path, copy)
    before = files(copy)
    with pytest.raises(RollbackError, match="only"):
        backup(older.path, copy)
    assert files(copy) == before


def test_a_copy_with_another_history_is_left_alone(world, copy, tmp_path):
    other = copied(world, tmp_path / "other")
    note(world, "one")
    note(other, "another")
    backup(world.path, copy)
    before = files(copy)
    note(other, "and more")
    with pytest.raises(ForkError, match="different histories"):
        backup(other.path, copy)
    assert files(copy) == before


def test_no_archive_no_copy(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotAnArchiveError):
        backup(tmp_path / "empty", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


# Links


@pytest.mark.parametrize("name", ["objects", "grants", "ledger", "ledger/tile", "archive.toml"])
def test_a_link_in_the_copy_is_not_followed(world, copy, tmp_path, name):
    outside = tmp_path / "outside"
    shutil.move(copy / name, outside)
    (copy / name).symlink_to(outside)
    note(world, "one more")
    before = files(tmp_path / "outside") if outside.is_dir() else outside.read_bytes()
    with pytest.raises(StorageError, match="link"):
        backup(world.path, copy)
    assert before == (files(outside) if outside.is_dir() else outside.read_bytes())


def test_a_link_in_the_archive_is_not_followed(world, tmp_path):
    (world.path / "ledger" / "checkpoints" / "99").symlink_to("/etc/passwd")
    with pytest.raises(StorageError, match="link"):
        backup(world.path, tmp_path / "copy")


# Trouble


def an_object(path, largest=True):
    found = sorted((path / "objects").glob("*/*"), key=lambda each: each.stat().st_size)
    return found[-1 if largest else 0]


def test_what_is_damaged_here_is_told_and_does_not_replace_a_good_copy(world, copy, tmp_path):
    before = files(copy)
    damaged = an_object(world.path)
    data = bytearray(damaged.read_bytes())
    data[1000] ^= 1
    damaged.write_bytes(data)
    assert backup(world.path, copy).lacking == ()
    assert files(copy) == before
    outcome = backup(world.path, tmp_path / "second")
    assert outcome.lacking == (str(damaged.relative_to(world.path)),)
    (found,) = damage(tmp_path / "second")
    assert found.what == "this object is missing"
    shutil.copyfile(copy / damaged.relative_to(world.path), damaged)
    assert backup(world.path, tmp_path / "second").lacking == ()
    assert findings(tmp_path / "second") == []


def test_what_is_cut_off_in_the_copy_is_copied_again(world, copy):
    with an_object(copy).open("r+b") as file:
        file.truncate(100)
    assert backup(world.path, copy).copied == 1
    assert findings(copy) == []


def test_a_kept_head_that_is_missing_is_told(world, tmp_path):
    kept = next((world.path / "ledger" / "checkpoints").glob("*.cosig.*"))
    kept.unlink()
    outcome = backup(world.path, tmp_path / "copy")
    assert outcome.lacking == (str(kept.relative_to(world.path)),)


@contextmanager
def file_limit(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_file_so_large_is_named(world, tmp_path):
    with file_limit(64 << 10), pytest.raises(StorageError, match="FAT32"):
        backup(world.path, tmp_path / "copy")
    backup(world.path, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(world.path)


def test_others_write_meanwhile(world, copy):
    done = threading.Event()
    written = []

    def write():
        with world.open() as archive:
            while not done.is_set():
                note_in(archive, world.case, f"note {len(written)}")
                written.append(archive.log.size)
                if len(written) % 5 == 0:
                    with archive.locked():
                        archive.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = []
        for _ in range(5):
            acknowledged = written[-1] if written else 0
            sizes.append(backup(world.path, copy).entries)
            assert sizes[-1] >= acknowledged
            assert findings(copy) == []
    finally:
        done.set()
        writer.join()
    assert len(written) > 5
    backup(world.path, copy)
    assert files(copy) == files(world.path)


def test_what_is_destroyed_meanwhile_is_not_lacking(world, tmp_path, destroy):
    once = iter([destroy])

    def progress(done, total):
        for each in once:
            each(world)

    outcome = backup(world.path, tmp_path / "copy", progress)
    assert outcome.lacking == ()
    backup(world.path, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(world.path)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from(["note", "open", "destroy", "backup"]), max_size=8))
def test_whatever_happened_between_two_backups(template, tmp_path_factory, destroy, steps):
    base = tmp_path_factory.mktemp("steps")
    world, copy = copied(template, base / "first"), base / "copy"
    destroyed = False
    for step in [*steps, "backup"]:
        if step == "note":
            note(world, "one more")
        elif step == "open":
            world.open().close()
        elif step == "destroy" and not destroyed:
            destroy(world)
            destroyed = True
        elif step == "backup":
            backup(world.path, copy)
            assert files(copy) == files(world.path)
            assert findings(copy) == []
