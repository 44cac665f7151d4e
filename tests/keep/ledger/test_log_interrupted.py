"""A ledger whose writer is killed, or meets a failing disk, at any system call; and its readers."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sviedka.keep.ledger.log import Log
from tests.keep.ledger.ondisk import a_log, every_file, expected_partials, numbered, partials
from tests.keep.ledger.writing import commit

WRITER = [sys.executable, "-B", str(Path(__file__).with_name("writing.py"))]
CALLS = "openat,?mkdir,?mkdirat,ftruncate,write,fsync,?rename,?renameat,?renameat2,?unlink,?rmdir"
CALLS += ",?unlinkat,flock"

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def run(folder, *strace):
    """Append two entries and commit, under strace; what was said to stand, and the trace."""
    # Without --seccomp-bpf: strace 6.1 injects no signals with it.
    trace = folder.parent / "trace"
    command = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={CALLS}"]
    done = subprocess.run(
        [*command, *strace, *WRITER, str(folder), "new", "2", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done, trace.read_text()


def interesting(trace, folder):
    """Every call of a run that has to do with the ledger: its name and its number."""
    counts = {}
    for line in trace.splitlines():
        if call := re.match(r"\d+ +(\w+)\(", line):
            counts[call[1]] = counts.get(call[1], 0) + 1
            if str(folder) in line:
                yield call[1], counts[call[1]]


def prepared(folder):
    """A ledger whose next commit fills a tile, begins another and leaves a partial one behind."""
    return a_log(folder, 253, 2).folder


def calls(tmp_path):
    folder = prepared(tmp_path)
    done, trace = run(folder)
    assert done.returncode == 0, done.stderr
    return list(interesting(trace, folder))


def check(folder, said):
    """What was acknowledged stands; what else stands was appended; then all goes on."""
    acknowledged = [*numbered(0, 255), *(line.encode() for line in said if line != "committed")]
    entries = list(Log(folder).entries())
    assert entries[: len(acknowledged)] == acknowledged
    assert entries == [*numbered(0, 255), b"new 0", b"new 1"][: len(entries)]
    Log(folder).verify()
    log = Log(folder)
    with log.locked(0):
        log.append([b"after"])
        commit(log)
    entries.append(b"after")
    log = Log(folder)
    log.verify()
    assert list(log.entries()) == entries
    assert partials(folder) == expected_partials(len(entries))
    assert not [path for path in every_file(folder) if path.suffix == ".tmp"]


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_whatever_fails_what_was_acknowledged_stands_and_a_later_commit_clears_up(tmp_path, fault):
    found = calls(tmp_path / "plain")
    assert len(found) > 40
    folder = prepared(tmp_path / "prepared")
    for call, number in found:
        case = tmp_path / f"{call} {number}" / "ledger"
        shutil.copytree(folder, case)
        done, _ = run(case, "-e", f"inject={call}:{fault}:when={number}")
        if "KILL" in fault:
            assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        else:
            # An error is told in words, or it was of no account.
            assert "Traceback" not in done.stderr, (call, number, done.stderr)
        check(case, done.stdout.splitlines())
        shutil.rmtree(case.parent)


@needs_strace
@pytest.mark.parametrize("number", range(1, 8))
def test_a_commit_killed_at_a_rename_is_done_again(tmp_path, number):
    """The quick part of the test above: tiles, the checkpoint and the journal are renamed."""
    folder = prepared(tmp_path)
    done, _ = run(folder, "-e", f"inject=?rename,?renameat,?renameat2:signal=KILL:when={number}")
    assert done.stdout.splitlines() == ["new 0", "new 1"]
    check(folder, ["new 0", "new 1"])


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS", "EACCES", "EDQUOT"])
@pytest.mark.parametrize("call", ["openat", "ftruncate", "write", "fsync"])
def test_an_append_that_fails_says_why_and_leaves_no_trace(tmp_path, call, error):
    folder = prepared(tmp_path)
    journal = folder / "journal"
    before = journal.read_bytes()
    skipped = 2 if call == "openat" else 1  # the first opening is to read
    done, _ = run(folder, "-P", str(journal), "-e", f"inject={call}:error={error}:when={skipped}")
    assert done.stderr.startswith("StorageError: ")
    assert "(" in done.stderr
    assert done.stdout == ""
    assert journal.read_bytes() == before


@needs_strace
def test_a_read_only_ledger_is_read(tmp_path):
    """As on a disk that is mounted read-only: nothing may be opened for writing."""
    folder = prepared(tmp_path)
    program = (
        "import pathlib, sys; from sviedka.keep.ledger.log import Log; "
        "log = Log(pathlib.Path(sys.argv[1])); log.verify(); print(len(list(log.entries())))"
    )
    command = [
        "strace",
        "-f",
        "-o",
        str(tmp_path / "trace"),
        "-e",
        f"trace={CALLS}",
        sys.executable,
    ]
    done = subprocess.run(
        [*command, "-B", "-c", program, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "255\n"
    for line in (tmp_path / "trace").read_text().splitlines():
        assert str(folder) not in line or "O_RDONLY" in line


# Several processes at once


def writer(folder, *arguments):
    return subprocess.Popen([*WRITER, str(folder), *arguments], stdout=subprocess.PIPE, text=True)


def test_two_processes_append_and_nothing_forks_or_is_lost(tmp_path):
    folder = a_log(tmp_path).folder
    both = [writer(folder, name, "60", every) for name, every in (("one", "7"), ("two", "5"))]
    said = [process.communicate()[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    log = Log(folder)
    log.verify()
    entries = [entry.decode() for entry in log.entries()]
    for name, lines in zip(("one", "two"), said, strict=True):
        assert lines == [f"{name} {number}" for number in range(60)]
        assert [entry for entry in entries if entry.startswith(name)] == lines
    assert len(entries) == 120


def test_a_reader_sees_no_trouble_while_another_commits(tmp_path):
    folder = a_log(tmp_path, 200).folder
    process = writer(folder, "new", "150", "1")
    old, opened, seen = Log(folder), 0, []
    before = list(old.entries())
    while process.poll() is None:
        log = Log(folder)
        entries = list(log.entries())
        assert len(entries) == log.size >= (len(seen))
        assert entries[: len(seen)] == seen
        assert log.root_at(len(before)) == old.root_at(len(before))
        seen, opened = entries, opened + 1
        # One that does not look again goes on with what it saw.
        assert list(old.entries()) == before
    process.communicate()
    assert process.returncode == 0
    assert opened > 5
    assert Log(folder).size == 350


# Speed


def test_ten_thousand_entries_take_moments(tmp_path):
    log = Log.create(tmp_path / "ledger")
    entries = [b"%0700d" % number for number in range(10_000)]
    began = time.perf_counter()
    log.append(entries)
    appended = time.perf_counter()
    commit(log)
    committed = time.perf_counter()
    print(f"10,000 appended in {appended - began:.3f} s, tiled in {committed - appended:.3f} s")
    assert committed - began < 5
