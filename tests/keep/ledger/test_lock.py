"""One writer at a time."""

import subprocess
import sys

import pytest

from sviedka.errors import BusyError, NotFoundError
from sviedka.keep.ledger.lock import hold


def nobody_waits():
    raise AssertionError


def test_only_one_holds_a_folder_and_the_other_is_told_once(tmp_path):
    told = []
    with hold(tmp_path, 0, nobody_waits):
        with pytest.raises(BusyError), hold(tmp_path, 0.1, lambda: told.append(1)):
            pass
        assert told == [1]
    with hold(tmp_path, 0, nobody_waits):
        pass


def test_it_is_let_go_when_something_goes_wrong(tmp_path):
    with pytest.raises(ZeroDivisionError), hold(tmp_path, 0, nobody_waits):
        raise ZeroDivisionError
    with hold(tmp_path, 0, nobody_waits):
        pass


HOLDER = """
import pathlib, sys
from sviedka.keep.ledger.lock import hold
with hold(pathlib.Path(sys.argv[1]), 0, lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    return process


def test_who_waits_gets_it_when_the_other_lets_go(tmp_path):
    with holder(tmp_path) as process, hold(tmp_path, 60, process.stdin.close):
        assert process.wait() == 0


def test_a_killed_process_holds_nothing(tmp_path):
    with holder(tmp_path) as process:
        process.kill()
        with hold(tmp_path, 60, lambda: None):
            pass


def test_what_is_not_there_is_not_held(tmp_path):
    with pytest.raises(NotFoundError), hold(tmp_path / "nothing", 0, nobody_waits):
        pass
