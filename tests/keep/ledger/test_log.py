"""The ledger on disk: what was acknowledged stays, in one order, and anyone can check it."""

import resource
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sviedka.errors import (
    FormatError,
    IntegrityError,
    NotFoundError,
    ProofError,
    StorageError,
    SviedkaError,
    UsageError,
)
from sviedka.keep.ledger import checkpoint, journal
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.merkle import (
    EMPTY_ROOT,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.keep.ledger.ondisk import a_log, every_file, expected_partials, numbered, partials
from tests.keep.ledger.writing import KEY, commit


class AgainstAList(RuleBasedStateMachine):
    """A ledger and its mirror, against what a list and RFC 6962 say."""

    entries = st.lists(st.binary(min_size=1, max_size=40), max_size=5) | st.integers(0, 600).map(
        lambda count: numbered(0, count)
    )

    @initialize()
    def create(self):
        self.folder = Path(tempfile.mkdtemp())
        self.log = Log.create(self.folder / "ledger")
        self.mirror = Log(self.folder / "mirror")
        self.other = Log(self.folder / "ledger")
        self.model = []
        self.heads = []

    def teardown(self):
        shutil.rmtree(self.folder)

    @rule(entries=entries)
    def append(self, entries):
        with self.log.locked(0):
            self.log.append(entries)
        self.model += entries

    @rule()
    def commit(self):
        with self.log.locked(0):
            commit(self.log)
        self.heads.append((self.log.size, self.log.root_at(self.log.size)))
        assert partials(self.folder / "ledger") == expected_partials(len(self.model))

    @rule()
    def reopen(self):
        self.log = Log(self.folder / "ledger")

    @rule()
    def adopt(self):
        with_note = Log(self.folder / "ledger")
        if with_note.note:
            new = list(with_note.entries(self.mirror.size, with_note.tiled))
            self.mirror.adopt(new, with_note.note)
            assert list(self.mirror.entries()) == self.model[: with_note.tiled]
            assert self.mirror.note == with_note.note
            assert not self.mirror.has_journal
            assert partials(self.folder / "mirror") == expected_partials(with_note.tiled)

    @rule(data=st.data())
    def entries_of_a_range(self, data):
        start = data.draw(st.integers(0, len(self.model) + 3))
        stop = data.draw(st.none() | st.integers(0, len(self.model) + 3))
        assert list(self.log.entries(start, stop)) == self.model[start:stop]

    @rule(data=st.data())
    def roots(self, data):
        size = data.draw(st.integers(0, len(self.model)))
        assert self.log.root_at(size) == root_of(map(leaf_hash, self.model[:size]))
        with pytest.raises(UsageError):
            self.log.root_at(len(self.model) + 1)

    @rule(data=st.data())
    def proofs(self, data):
        tiles = self.log.tiles
        if not tiles.size:
            return
        index = data.draw(st.integers(0, tiles.size - 1))
        proof = tiles.inclusion_proof(index)
        verify_inclusion(leaf_hash(self.model[index]), index, tiles.size, proof, tiles.root())
        for size, root in self.heads:
            if 0 < size <= tiles.size:
                proof = tiles.consistency_proof(size)
                verify_consistency(size, tiles.size, proof, root, tiles.root())

    @rule()
    def verify(self):
        self.log.verify()
        self.mirror.verify()

    @rule()
    def another_process_looks(self):
        # What it saw before stays readable although tiles have been replaced since.
        assert list(self.other.entries()) == self.model[: self.other.size]
        self.other.refresh()
        assert self.other.size == len(self.model)

    @invariant()
    def it_holds_what_was_appended(self):
        assert self.log.size == len(self.model)


TestAgainstAList = AgainstAList.TestCase
TestAgainstAList.settings = settings(max_examples=25, stateful_step_count=20)


def test_a_new_ledger_is_empty(tmp_path):
    log = Log.create(tmp_path / "ledger")
    assert (log.size, log.tiled, log.note, list(log.entries())) == (0, 0, None, [])
    assert log.root_at(0) == EMPTY_ROOT
    log.verify()


@pytest.mark.parametrize("tiled", [0, 3])
def test_a_ledger_is_created_once(tmp_path, tiled):
    a_log(tmp_path, tiled)
    with pytest.raises(UsageError, match="already"):
        Log.create(tmp_path / "ledger")


def test_the_files_are_those_that_the_format_names(tmp_path):
    a_log(tmp_path, 257, 1)
    files = {
        str(path.relative_to(tmp_path / "ledger")) for path in tmp_path.rglob("*") if path.is_file()
    }
    assert files == {
        *("checkpoint", "journal", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/1"),
    }
    assert (tmp_path / "ledger/journal").read_bytes() == journal.header(257) + journal.frame(
        numbered(257, 258)
    )


def test_a_head_is_for_the_entries_that_are_there(tmp_path):
    log = a_log(tmp_path, 5, 5)
    for size, root in ((9, log.root_at(9)), (10, log.root_at(9)), (11, log.root_at(10))):
        note = checkpoint.sign(Checkpoint(KEY.name, size, root), KEY)
        with pytest.raises(IntegrityError, match="does not fit"):
            log.commit(note)
        assert Log(log.folder).tiled == 5


def test_a_mirror_gives_no_positions(tmp_path):
    log, mirror = a_log(tmp_path, 5), Log(tmp_path / "mirror")
    mirror.adopt(numbered(0, 5), log.note)
    with pytest.raises(NotFoundError):
        mirror.append([b"mine"])
    with pytest.raises(UsageError):
        mirror.commit(log.note)
    assert list(mirror.entries()) == numbered(0, 5)


def test_a_mirror_takes_only_what_the_head_is_over(tmp_path):
    log, mirror = a_log(tmp_path, 5), Log(tmp_path / "mirror")
    for entries in (numbered(0, 4), numbered(0, 6), numbered(1, 6), []):
        with pytest.raises(IntegrityError):
            mirror.adopt(entries, log.note)
        assert mirror.size == Log(mirror.folder).size == 0


def test_the_role_passes_on_and_back(tmp_path):
    old, new = a_log(tmp_path, 300), Log(tmp_path / "mirror")
    new.adopt(numbered(0, 300), old.note)
    new.start_journal()
    new.append(numbered(300, 302))
    commit(new)
    old.adopt(numbered(300, 302), new.note)
    assert not Log(old.folder).has_journal
    old.start_journal()
    old.append(numbered(302, 303))
    assert list(Log(old.folder).entries()) == numbered(0, 303)


def test_entries_of_a_journal_are_not_given_up_for_anothers(tmp_path):
    log = a_log(tmp_path, 5, 1)
    with pytest.raises(UsageError, match="lost"):
        log.adopt([], log.note)
    with pytest.raises(UsageError, match="already"):
        log.start_journal()


def test_what_could_not_be_read_is_not_appended(tmp_path):
    log = a_log(tmp_path, 0, 1)
    for entries in ([b""], [b"good", bytes(65_536)]):
        with pytest.raises(UsageError):
            log.append(entries)
    assert list(Log(log.folder).entries()) == numbered(0, 1)


def test_an_interrupted_append_is_dropped_and_written_over(tmp_path):
    log = a_log(tmp_path, 3, 2)
    path = log.folder / "journal"
    whole = path.read_bytes()
    for cut in range(1, len(journal.frame([b"never acknowledged"]))):
        path.write_bytes(whole + journal.frame([b"never acknowledged"])[:cut])
        again = Log(log.folder)
        assert again.size == 5
        again.append([b"new"])
        assert list(Log(log.folder).entries()) == [*numbered(0, 5), b"new"]


# The disk


@contextmanager
def files_of_at_most(size):
    """The system refuses to let files grow beyond that, as a disk that is full does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 1, 40, 100, 5000])
def test_a_full_disk_leaves_what_was_there_and_says_so(tmp_path, room):
    log = a_log(tmp_path, 3, 2)
    path = log.folder / "journal"
    before = path.read_bytes()
    with files_of_at_most(len(before) + room), pytest.raises(StorageError) as caught:
        log.append([b"x" * 60, *[bytes(5000)] * 3])
    assert caught.value.do
    assert path.read_bytes() == before
    for each in (log, Log(log.folder)):
        assert list(each.entries()) == numbered(0, 5)
    log.append([b"after"])
    assert list(Log(log.folder).entries()) == [*numbered(0, 5), b"after"]


def test_a_commit_without_room_can_be_done_again(tmp_path):
    log = a_log(tmp_path, 3, 400)
    with files_of_at_most(2000), pytest.raises(StorageError):
        commit(log)
    assert list(Log(log.folder).entries()) == numbered(0, 403)
    commit(log)
    assert partials(log.folder) == expected_partials(403)


# Damage


def check(folder):
    log = Log(folder)
    log.verify()
    checkpoint.verify(log.note, KEY.verifier)


@pytest.mark.parametrize("tiled", [3, 260])
def test_every_flipped_bit_is_found(tmp_path, tiled):
    folder = a_log(tmp_path, tiled, 2).folder
    check(folder)
    for path in every_file(folder):
        whole = path.read_bytes()
        # All bits of the small files; of the others enough to meet every part of them.
        for bit in range(0, 8 * len(whole), 1 if len(whole) < 200 else 1009):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(bytes(flipped))
            with pytest.raises((IntegrityError, FormatError, ProofError)):
                check(folder)
        path.write_bytes(whole)
    check(folder)


def test_every_missing_or_cut_file_is_found(tmp_path):
    folder = a_log(tmp_path, 260, 2).folder
    for path in every_file(folder):
        whole = path.read_bytes()
        if path.name != "journal":  # its end may be missing: nobody but the device's state knows
            for cut in (0, 1, len(whole) // 2, len(whole) - 1):
                path.write_bytes(whole[:cut])
                with pytest.raises((IntegrityError, FormatError, ProofError)):
                    check(folder)
            path.unlink()
            with pytest.raises(SviedkaError):
                check(folder)
        path.write_bytes(whole)
    check(folder)


def test_altered_entries_are_not_given_out_nor_carried_on(tmp_path):
    log = a_log(tmp_path, 3, 1)
    path = log.folder / "tile/entries/000.p/3"
    path.write_bytes(path.read_bytes().replace(b"entry 1", b"entry X"))
    with pytest.raises(IntegrityError, match="entry 1"):
        list(log.entries())
    with pytest.raises(IntegrityError, match="entry 1"):
        commit(log)
    assert path.exists()


def test_huge_files_in_the_place_of_small_ones_are_not_read(tmp_path):
    folder = a_log(tmp_path, 3).folder
    for path in every_file(folder):
        if path.name == "journal":
            continue
        whole = path.read_bytes()
        with path.open("r+b") as file:
            file.truncate(2**40)
        with pytest.raises(FormatError, match="longer"):
            check(folder)
        path.write_bytes(whole)


@pytest.mark.parametrize("start", [0, 2, 4, 2**63, 2**64 - 1])
def test_a_journal_of_another_start_is_found(tmp_path, start):
    folder = a_log(tmp_path, 3, 2).folder
    (folder / "journal").write_bytes(journal.header(start) + journal.frame(numbered(3, 5)))
    with pytest.raises(IntegrityError):
        Log(folder)


def test_a_journal_that_differs_from_the_tiles_is_found(tmp_path):
    folder = a_log(tmp_path, 3).folder
    (folder / "journal").write_bytes(journal.header(0) + journal.frame(numbered(1, 4)))
    with pytest.raises(IntegrityError, match="differ"):
        Log(folder)
