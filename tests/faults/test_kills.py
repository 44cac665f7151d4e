"""Imports that are killed at any moment, and imports that run beside each other."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.conftest import ACKNOWLEDGED, as_contents, bring
from tests.program import contents

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program import Program

KILLS = 60
FOLDERS = 6
LONGEST = 0.6
"""Seconds after the start: an undisturbed import of one folder takes about half of that."""


def files(number: int) -> dict[str, bytes]:
    """Files of one folder, one of them large enough to take a while."""
    small = {f"ліст {at}.txt": f"Folder {number}, letter {at}.\n".encode() for at in range(5)}
    return small | {"video.mp4": random.Random(number).randbytes(3 << 20)}


@pytest.mark.slow
def test_what_was_acknowledged_outlives_any_kill(begun: Program, tmp_path: Path) -> None:
    rng = random.Random()
    program = begun.copy(tmp_path / "killed")
    folders = [bring(tmp_path / f"f{number}", files(number)) for number in range(FOLDERS)]
    acknowledged = {"first": ACKNOWLEDGED}
    for _ in range(KILLS):
        at = rng.randrange(FOLDERS)
        with program.start("add", folders[at]) as process:
            time.sleep(rng.uniform(0.05, LONGEST))
            process.kill()
            process.communicate()
        if process.returncode == 0:
            acknowledged[f"f{at}"] = files(at)
        with program.open() as archive:
            archive.log.verify()
            there = contents(archive)
        for label, wanted in acknowledged.items():
            assert [each for each in there if each[0] == label] == as_contents(label, wanted)
    program.run("add", *folders[:1])
    for folder in folders:
        program.run("add", folder)
    expected = as_contents("first", ACKNOWLEDGED)
    for number in range(FOLDERS):
        expected += as_contents(f"f{number}", files(number))
    assert program.contents() == sorted(expected)


def test_two_that_add_at_once_both_succeed(begun: Program, tmp_path: Path) -> None:
    program = begun.copy(tmp_path / "both")
    expected = as_contents("first", ACKNOWLEDGED)
    for pair in range(3):
        names = [f"pair{pair}-{side}" for side in "ab"]
        both = []
        for name in names:
            new = {"here.txt": name.encode(), "there.txt": name.encode() * 2}
            both.append(program.start("add", bring(tmp_path / name, new)))
            expected += as_contents(name, new)
        for process in both:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, out + err
    with program.open() as archive:
        archive.log.verify()
        archive.check_signature()
        assert contents(archive) == sorted(expected)


def test_of_two_that_add_the_same_at_once_one_waits_and_finds_it_there(
    begun: Program, tmp_path: Path
) -> None:
    program = begun.copy(tmp_path / "same")
    new = {"одно.txt": b"One.\n", "two.txt": b"Two.\n"}
    folder = bring(tmp_path / "new", new)
    both = [program.start("add", folder) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
    there = as_contents("first", ACKNOWLEDGED) + as_contents("new", new)
    assert program.contents() == sorted(there)


def test_one_that_is_open_meanwhile_can_read_what_another_brings(
    begun: Program, tmp_path: Path
) -> None:
    program = begun.copy(tmp_path / "open")
    new = {"new.txt": b"New.\n"}
    with program.open() as archive:
        program.run("add", bring(tmp_path / "new", new))
        archive.catch_up()
        there = sorted(as_contents("first", ACKNOWLEDGED) + as_contents("new", new))
        assert contents(archive) == there
        archive.projector.rebuild()
        assert contents(archive) == there
