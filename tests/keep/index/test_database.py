"""The file: encrypted in all its parts, authenticated, shared, and exchanged as a whole."""

import shutil
import stat
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.errors import BusyError, NotFoundError, StorageError, UnusableIndexError, UsageError
from sviedka.keep.index import Index, database, labels
from tests.keep.index.world import CASES, KEY, Notes, batch, event, label, note, nothing

PLANTED = "Zasviedčana"
OTHER_KEY = b"o" * 32


def opened(path, key=KEY):
    return Index.open(path, key, [Notes()], nothing)


def planted(position):
    return batch(position, [event(tool=PLANTED), note(f"{PLANTED} {position}"), label(PLANTED)])


def files_beside(path):
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.is_file()}


def assert_nothing_readable(path):
    traces = [PLANTED.encode(), PLANTED.encode("utf-16-le"), b"CREATE", b"SQLite format", b"notes"]
    for name, data in files_beside(path).items():
        for trace in traces:
            assert trace not in data, name


def test_no_file_of_an_open_index_holds_anything_readable(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        for position in range(30):
            index.apply(planted(position), position + 1)
        with index.reading() as db:
            assert db.execute("SELECT count(*) FROM notes_text(?)", (PLANTED,)).get == 30
        assert {"index.db", "index.db-wal", "index.db-shm"} == set(files_beside(path))
        assert len(files_beside(path)["index.db-wal"]) > 30 * 4096
        assert_nothing_readable(path)
        index.forget(CASES[1])
        assert files_beside(path)["index.db-wal"] == b""
        assert_nothing_readable(path)
    assert set(files_beside(path)) == {"index.db"}
    assert_nothing_readable(path)


def test_nothing_readable_lies_beside_a_rebuild_or_a_rollback_journal(tmp_path):
    path = tmp_path / "index.db"
    seen = []

    def rows():
        for position in range(3000):
            yield from planted(position)
            if position % 1000 == 999:
                seen.append(set(files_beside(path)))
                assert_nothing_readable(path)

    Index.rebuild(path, KEY, [Notes()], rows(), 3000).close()
    assert seen == [{"index.db.tmp"}] * 3
    db = database.connect(path, KEY)
    db.pragma("journal_mode", "delete")
    with db:
        db.execute("UPDATE notes SET thread = thread + 1")
        assert len(files_beside(path)["index.db-journal"]) > 4096
        assert_nothing_readable(path)
    db.close()


def test_big_sorts_spill_into_memory_and_not_into_files(tmp_path):
    db = database.connect(tmp_path / "index.db", KEY)
    db.pragma("cache_size", 10)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) "
    cursor = db.execute(numbers + "SELECT hex(randomblob(200)) AS x FROM n ORDER BY x")
    assert next(cursor)
    held = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    assert not [name for name in held if "etilqs" in name]
    cursor.close()
    db.close()


def test_only_its_owner_can_read_it(tmp_path):
    with opened(tmp_path / "index.db") as index:
        index.apply(planted(0), 1)
        for name in files_beside(tmp_path / "index.db"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_another_key_is_told_and_changes_nothing(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        index.apply(planted(0), 1)
    before = files_beside(path)
    with pytest.raises(UnusableIndexError, match="another key") as caught:
        opened(path, OTHER_KEY)
    assert "rebuild" in caught.value.do
    assert files_beside(path) == before
    with pytest.raises(UsageError, match="32 bytes"):
        opened(path, b"short")


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\0" + b"\0" * 4080])
def test_what_is_no_index_is_told(tmp_path, content):
    path = tmp_path / "index.db"
    path.write_bytes(content)
    with pytest.raises(UnusableIndexError):
        opened(path)
    with Index.rebuild(path, KEY, [Notes()], planted(0), 1) as index:
        assert index.position == 1


def test_an_empty_file_is_an_empty_index(tmp_path):
    path = tmp_path / "index.db"
    path.touch()
    with opened(path) as index:
        assert index.position == 0


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotFoundError):
        opened(tmp_path / "none" / "index.db")


SOUND = [each for position in range(40) for each in planted(position)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "index.db"
    with Index.rebuild(path, KEY, [Notes()], SOUND, 40) as index:
        kept = list(index.dump())
    return path.read_bytes(), kept


def flipped(data, bit):
    data = bytearray(data)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def assert_told_or_without_effect(path, kept):
    try:
        with opened(path) as index:
            assert list(index.dump()) == kept
            index.check()
    except UnusableIndexError:
        return True
    return False


def test_a_flipped_bit_anywhere_is_told(sound, tmp_path):
    data, kept = sound
    path = tmp_path / "index.db"
    bits = [*range(0, 100 * 8, 3), *range(0, len(data) * 8, len(data) // 40)]
    told = 0
    for bit in bits:
        path.write_bytes(flipped(data, bit))
        told += assert_told_or_without_effect(path, kept)
        for suffix in ("-wal", "-shm"):
            (tmp_path / f"index.db{suffix}").unlink(missing_ok=True)
    assert told == len(bits)


@settings(max_examples=60)
@given(st.data())
def test_cut_or_exchanged_pages_are_told(sound, tmp_path_factory, data):
    content, kept = sound
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    one, other = data.draw(st.lists(st.integers(0, len(pages) - 1), min_size=2, max_size=2))
    if data.draw(st.booleans()):
        pages = pages[:one]
    else:
        pages[one], pages[other] = pages[other], pages[one]
    path = tmp_path_factory.mktemp("spoilt") / "index.db"
    path.write_bytes(b"".join(pages))
    if pages:
        assert assert_told_or_without_effect(path, kept) or b"".join(pages) == content


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_wal_gives_an_earlier_state_whole_or_is_told(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("wal")
    path, copy = folder / "index.db", folder / "copy.db"
    states = []
    with opened(path) as index:
        for position in range(4):
            states.append(list(index.dump()))
            index.apply(planted(position), position + 1)
        states.append(list(index.dump()))
        shutil.copy(path, copy)
        wal = path.with_name("index.db-wal").read_bytes()
    wal = flipped(wal, data.draw(st.integers(0, len(wal) * 8 - 1)))
    copy.with_name("copy.db-wal").write_bytes(wal)
    try:
        damaged = opened(copy)
    except UnusableIndexError:
        return
    with damaged as index:
        # Nothing of the schema may be left either, and then it is an empty index again.
        assert list(index.dump()) == states[index.position]
        index.check()


def test_readers_see_one_state_while_one_process_writes(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as writer, opened(path) as one, opened(path) as other:
        with one.reading() as db, other.reading():
            assert labels.labels(db) == {}
            writer.apply(planted(0), 1)
            writer.forget(CASES[1])
            writer.apply(planted(1), 2)
            assert labels.labels(db) == {}
        assert one.position == other.position == 2
        with one.reading() as db:
            assert labels.labels(db)[CASES[1]].name == PLANTED


def test_a_second_writer_is_told_that_it_must_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    path = tmp_path / "index.db"
    with opened(path) as one, opened(path) as other:
        with one.writing(), pytest.raises(BusyError):
            other.apply(planted(0), 1)
        other.apply(planted(0), 1)
        assert one.position == 1


def test_a_rebuild_waits_until_everyone_else_has_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    path = tmp_path / "index.db"
    with opened(path) as index:
        index.apply(planted(0), 1)
        with pytest.raises(BusyError):
            Index.rebuild(path, KEY, [Notes()], [], 1)
        assert index.position == 1
        index.apply(planted(1), 2)
    with Index.rebuild(path, KEY, [Notes()], [], 1) as index:
        assert index.position == 1


def test_nobody_gets_in_during_a_rebuild(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    path = tmp_path / "index.db"
    opened(path).close()

    def rows():
        with pytest.raises(BusyError):
            opened(path)
        yield from planted(0)

    Index.rebuild(path, KEY, [Notes()], rows(), 1).close()


def test_under_a_new_key_the_old_one_opens_nothing(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        index.apply(planted(0), 1)
    with Index.rebuild(path, KEY, [Notes()], planted(0), 1, new_key=OTHER_KEY) as index:
        assert index.position == 1
    with pytest.raises(UnusableIndexError):
        opened(path)
    with opened(path, OTHER_KEY) as index:
        assert index.position == 1


def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        index.apply(planted(0), 1)
        before = list(index.dump())

    def rows():
        yield from planted(0)
        raise StorageError("an object is gone")

    with pytest.raises(StorageError, match="object is gone"):
        Index.rebuild(path, KEY, [Notes()], rows(), 1)
    assert set(files_beside(path)) == {"index.db"}
    with opened(path) as index:
        assert list(index.dump()) == before


def test_a_stale_wal_is_never_played_into_a_rebuilt_index(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        index.apply(planted(0), 1)
        wal = files_beside(path)["index.db-wal"]
    path.write_bytes(b"damaged" * 1000)
    path.with_name("index.db-wal").write_bytes(wal)
    with Index.rebuild(path, KEY, [Notes()], [], 0) as index:
        assert list(index.dump()) == list(
            Index.rebuild(tmp_path / "b", KEY, [Notes()], [], 0).dump()
        )


def test_a_full_disk_is_told_and_leaves_what_was(tmp_path):
    path = tmp_path / "index.db"
    many = batch(0, [event(), *(note(f"{n} " + "x" * 500) for n in range(900))])
    with opened(path) as index:
        before = list(index.dump())
        with index.reading() as db:
            pages = db.pragma("page_count")
        index._db.pragma("max_page_count", pages + 20)
        with pytest.raises(StorageError, match="full"):
            index.apply(many, 1)
        assert list(index.dump()) == before
        index._db.pragma("max_page_count", pages + 10_000)
        index.apply(many, 1)
        assert index.position == 1


def test_an_error_of_the_caller_passes_as_it_is_and_undoes_all(tmp_path):
    def fail(index):
        with index.writing():
            index.apply(planted(0), 1)
            raise OSError("mine")

    with opened(tmp_path / "index.db") as index:
        with pytest.raises(OSError, match="mine"):
            fail(index)
        assert index.position == 0
        with index.reading() as db, pytest.raises(apsw.SQLError):
            db.execute("SELECT nothing")
