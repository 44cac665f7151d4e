"""A commit interrupted at each of its system calls, by an error or by being killed."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sviedka.keep.vault import DirectoryStore
from tests.keep.vault.committing import STAGES, commit

CHILD = [sys.executable, "-B", str(Path(__file__).with_name("committing.py"))]
CALLS = ("mkdir", "mkdirat", "rename", "renameat", "renameat2", "fsync", "syncfs")
ALL = {sha256(content).hexdigest() for contents in STAGES for content in contents}

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def run(root: Path, *strace: str) -> subprocess.CompletedProcess[str]:
    command = ["strace", "-f", "--seccomp-bpf", "-o", str(root.with_suffix(".trace"))]
    command += [*strace, *CHILD, str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def trace(root: Path) -> str:
    return root.with_suffix(".trace").read_text()


def instances(tmp_path: Path) -> list[tuple[str, int]]:
    """Every write-side call of an undisturbed run: its name and number."""
    root = tmp_path / "plain"
    done = run(root, "-e", f"trace={','.join('?' + call for call in CALLS)},openat,write")
    assert done.returncode == 0, done.stderr
    found: list[tuple[str, int]] = []
    counts: dict[str, int] = {}
    for line in trace(root).splitlines():
        if call := re.match(r"\d+ +(\w+)\(", line):
            counts[call[1]] = counts.get(call[1], 0) + 1
            if call[1] in CALLS or ".tmp" in line or call[1] == "write":
                found.append((call[1], counts[call[1]]))
    return found


def check(root: Path, output: str) -> None:
    """What was acknowledged is there, whole; what else has a name is whole; a re-run completes."""
    store = DirectoryStore(root)
    names = set(store.names()) if root.exists() else set()
    assert set(output.split()) <= names
    for name in names:
        with store.open(name) as file:
            assert sha256(file.read()).hexdigest() == name
    assert {name for names in commit(root) for name in names} == ALL == set(store.names())
    assert not list(root.rglob("*.tmp"))


def interrupt(tmp_path: Path, calls: list[tuple[str, int]]) -> None:
    for number, (call, instance) in enumerate(calls):
        root = tmp_path / f"error{number}"
        failed = run(root, "-e", f"inject={call}:error=EIO:when={instance}")
        assert "INJECTED" in trace(root)
        if failed.returncode != 0 and call != "write":  # else it may be the one to stdout
            assert "StorageError: " in failed.stderr, (call, instance, failed.stderr)
        check(root, failed.stdout)

        root = tmp_path / f"kill{number}"
        killed = run(root, "-e", f"inject={call}:signal=KILL:when={instance}")
        assert killed.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}
        check(root, killed.stdout)


def test_an_error_or_a_kill_at_the_last_call_of_each_sort_loses_nothing(tmp_path: Path) -> None:
    calls = dict(instances(tmp_path))
    assert {"write", "openat", "mkdir", "mkdirat", "fsync"} <= set(calls)
    interrupt(tmp_path, list(calls.items()))


@pytest.mark.slow
def test_an_error_or_a_kill_at_every_call_loses_nothing(tmp_path: Path) -> None:
    interrupt(tmp_path, instances(tmp_path))
