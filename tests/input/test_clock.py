"""A clock that is set back, or far ahead."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sviedka.capture import files
from sviedka.errors import ClockError
from tests.input.checking import CLOCK, intact, refused
from tests.program import tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program import Program

SHIFTS = {"set back": -3, "far ahead": 40}
"""Days."""


def something(tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "new.txt").write_text("new")
    return folder


@pytest.mark.parametrize("how", SHIFTS)
def test_nothing_is_written_under_a_wrong_date(program: Program, tmp_path: Path, how: str) -> None:
    folder = something(tmp_path)
    before = tree(program.archive)
    now = datetime.now(UTC) + timedelta(days=SHIFTS[how])
    with program.open(now=lambda: now) as archive, pytest.raises(ClockError) as raised:
        files.add(archive, [folder])
    assert raised.value.do
    assert tree(program.archive) == before
    program.run("add", folder)
    assert len(intact(program)) == 3


def test_a_jump_ahead_is_taken_when_it_is_confirmed(program: Program, tmp_path: Path) -> None:
    now = datetime.now(UTC) + timedelta(days=40)
    with program.open(now=lambda: now, date_confirmed=True) as archive:
        files.add(archive, [something(tmp_path)])
    assert len(intact(program)) == 3
    refused(program, program.attempt("add", tmp_path), CLOCK, "clock shows")


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
@pytest.mark.parametrize("how", SHIFTS)
def test_the_command_tells_a_wrong_date(program: Program, tmp_path: Path, how: str) -> None:
    folder = something(tmp_path)
    before = tree(program.archive)
    done = program.attempt("add", folder, under=("faketime", "-f", f"{SHIFTS[how]:+}d"))
    refused(program, done, CLOCK, "clock shows", "To do: ")
    assert tree(program.archive) == before
    if SHIFTS[how] > 0:
        assert "--confirm-date" in done.err


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
@pytest.mark.parametrize("how", SHIFTS)
def test_reading_goes_on_under_a_wrong_date(program: Program, how: str) -> None:
    done = program.attempt("list", under=("faketime", "-f", f"{SHIFTS[how]:+}d"))
    assert done.status == 0, done.told
