"""A process that is killed leaves the index at the end of a group, with all of that group."""

import subprocess
import sys
from pathlib import Path

import pytest

from sviedka.keep.index import Index
from tests.keep.index.world import KEY, Notes, batch, event, item, label, note, nothing

ROOT = Path(__file__).parents[3]
WRITE = """
import itertools, sys
from pathlib import Path
from tests.keep.index.test_crash import opened, rows_at

index = opened(Path(sys.argv[1]))
for at in itertools.count(index.position):
    print(at, flush=True)
    index.apply(rows_at(at), at + 1)
"""
REPLAY = """
import sys
from pathlib import Path
from tests.keep.index.test_crash import opened, rows_at
from tests.keep.index.world import CASES

index = opened(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    index.replay(CASES[1], (row for at in range(2) for row in rows_at(at)))
"""


def opened(path):
    return Index.open(path, KEY, [Notes()], nothing)


def rows_at(at):
    notes = [note(f"{at} {n}", n % 7) for n in range(1500)]
    return batch(at, [event(b"i" * 16), label(f"name {at}"), *notes, item(f"{at}")])


def kill_after(seconds, program, path):
    """Run until some time after the first line, and give all complete lines."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        first = child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(seconds)
        child.kill()
        return [first, *child.stdout.readlines()]


def assert_equals_a_rebuild(path):
    with opened(path) as index:
        index.check()
        rows = (row for at in range(index.position) for row in rows_at(at))
        fresh = path.with_name("fresh.db")
        with Index.rebuild(fresh, KEY, [Notes()], rows, index.position) as rebuilt:
            assert list(index.dump()) == list(rebuilt.dump())


def test_killed_while_it_applies(tmp_path):
    path = tmp_path / "index.db"
    for seconds in (0.001, 0.01, 0.02, 0.03, 0.05, 0.08, 0.2):
        begun = int(kill_after(seconds, WRITE, path)[-1])
        with opened(path) as index:
            assert index.position in (begun, begun + 1)
    assert_equals_a_rebuild(path)


def test_killed_while_it_replays(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as index:
        for at in range(2):
            index.apply(rows_at(at), at + 1)
    for seconds in (0.001, 0.01, 0.03, 0.08, 0.15):
        kill_after(seconds, REPLAY, path)
        assert_equals_a_rebuild(path)
