"""A backup that is killed, or meets a failing disk, at any system call."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.keep import layout
from sviedka.keep.backup import backup
from tests.keep.backup.looking import damage, files, findings, note

RUN = [sys.executable, "-B", str(Path(__file__).with_name("running.py"))]
CALLS = "openat,?mkdir,?mkdirat,ftruncate,write,fsync,syncfs,?rename,?renameat,?renameat2,?unlink"
CALLS += ",?unlinkat,?rmdir"
ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


def run(source, copy, *strace):
    trace = copy.parent / "trace"
    command = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={CALLS}", *strace]
    done = subprocess.run(
        [*command, *RUN, str(source), str(copy)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return done, trace.read_text(errors="replace")


def calls(trace, copy):
    """The main thread's calls that have to do with the copy: name and number."""
    main, counts = trace.split(maxsplit=1)[0], {}
    for line in trace.splitlines():
        found = re.match(r"(\d+) +(\w+)\(", line)
        if found and found[1] == main:
            counts[found[2]] = counts.get(found[2], 0) + 1
            if str(copy) in line:
                yield found[2], counts[found[2]]


@pytest.fixture
def begun(world, tmp_path, destroy):
    """An archive that went on since its last backup, which is given too."""
    backup(world.path, tmp_path / "begun")
    note(world, "since then")
    destroy(world)
    note(world, "and then")
    return world, tmp_path / "begun"


def check(world, begun, tmp_path, each, fault):
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    if begun:
        shutil.copytree(begun, copy)
    call, number = each
    done, trace = run(world.path, copy, "-e", f"inject={call}:{fault}:when={number}")
    if "signal" in fault:
        assert done.returncode == -signal.SIGKILL, (each, done.stderr)
    else:
        assert "(INJECTED)" in trace
        assert done.returncode == 0 or "StorageError" in done.stderr, (each, done.stderr)
    if layout.is_archive(copy):
        gone = {f"objects/{name[:2]}/{name}" for name in world.destroyed}
        lost = [one for one in damage(copy) if one.where not in gone and "grant" not in one.where]
        assert not lost, (each, lost)
    backup(world.path, copy)
    assert files(copy) == files(world.path), each
    assert findings(copy) == [], each


def chosen(world, begun, tmp_path, step):
    copy = tmp_path / "copy"
    if begun:
        shutil.copytree(begun, copy)
    done, trace = run(world.path, copy)
    assert done.returncode == 0, done.stderr
    return list(calls(trace, copy))[::step]


@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=EIO"])
def test_some_places(begun, tmp_path, fault):
    world, copy = begun
    for each in chosen(world, copy, tmp_path, 17):
        check(world, copy, tmp_path, each, fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=EIO"])
def test_every_place(begun, tmp_path, fault):
    world, copy = begun
    for each in chosen(world, copy, tmp_path, 1):
        check(world, copy, tmp_path, each, fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=EIO"])
def test_every_place_of_the_first_one(world, tmp_path, fault):
    for each in chosen(world, None, tmp_path, 1):
        check(world, None, tmp_path, each, fault)
