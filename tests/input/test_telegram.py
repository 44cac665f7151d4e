"""Hostile Telegram exports through the command: all of the cases of ``tests.material.hostile``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.input.checking import FORMAT, SANDBOX, USAGE, clear, everything, intact
from tests.material.hostile import CASES, write_hostile
from tests.material.hostile_json import SOUND, truncated
from tests.material.hostile_media import MEDIA, SECRET
from tests.program import tree

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from tests.program import Program

Contents = list[tuple[str, bytes, bytes]]
MIB = 1 << 20
MOST_MEMORY = 200 * MIB
OUTSIDE = (SECRET, Path("/etc/passwd").read_bytes())


def bring(program: Program, export: Path) -> tuple[int, Contents]:
    """Add an export as such; its exit status and what is there, when all holds that must."""
    before = tree(program.archive)
    done = program.attempt("add", export, "--as", "telegram", "--all-chats")
    assert done.status in {0, USAGE, FORMAT, SANDBOX}, done.told
    if done.status:
        clear(done)
        if "before that place are safe" not in done.err:
            assert tree(program.archive) == before
    return done.status, intact(program)


def mostly_slow(every: Iterable[Any], quick: Container[Any]) -> list[Any]:
    """Parameters of which only the quick ones run each time; the scanner's own tests have all."""
    return [each if each in quick else pytest.param(each, marks=pytest.mark.slow) for each in every]


SMALL = [case for case in CASES if not case.startswith("giant-")]
QUICK = {
    *MEDIA, "empty", "cut-in-half", "windows-1251", "lone-high-surrogate", "id-beyond-2-53",
    "messages-of-all-types", "key-of-1-mib", "deep-open-lists", "a-page",
}  # fmt: skip


@pytest.mark.parametrize("case", mostly_slow(SMALL, QUICK))
def test_it_is_read_or_refused_and_nothing_is_lost(
    program: Program, tmp_path: Path, case: str
) -> None:
    export = write_hostile(tmp_path / "hostile", case)
    status, there = bring(program, export)
    if case in MEDIA:
        said = everything(program)
        assert not [secret for secret in OUTSIDE if secret in said]
    if status == 0:
        assert bring(program, export) == (0, there)


@pytest.mark.parametrize("at", mostly_slow(range(0, len(SOUND), 30), {0, 60, 480, 900}))
def test_what_came_before_the_cut_is_kept(program: Program, tmp_path: Path, at: int) -> None:
    export = write_hostile(tmp_path / "hostile", "truncated", at=at)
    status, _ = bring(program, export)
    assert status
    assert len(messages(program)) == truncated(at).count(b"\n  },") + (b"\n  }\n" in truncated(at))
    (export / "result.json").write_bytes(SOUND)
    program.run("add", export)
    assert len(messages(program)) == 3


def messages(program: Program) -> list[str]:
    """The ids of all messages of the export."""
    return [
        each["id"]
        for case in program.json("list")["cases"]
        if case["label"] == "Прыклад"
        for each in program.json("list", case["case"], "--kind", "message")["records"]
    ]


def peak(program: Program, export: Path) -> tuple[int, int]:
    """Exit status and the most memory, in bytes, of the command and of each of its children."""
    with program.start("add", export, "--as", "telegram") as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_maxrss * 1024


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "size"),
    [
        ("giant-one-string", 5_000 * MIB),
        ("giant-one-number", 5_000 * MIB),
        ("giant-blanks", 5_000 * MIB),
        ("giant-deep", 5_000 * MIB),
        ("giant-one-line", 40 * MIB),
    ],
)
def test_giants_need_little_memory(program: Program, tmp_path: Path, case: str, size: int) -> None:
    export = write_hostile(tmp_path / "hostile", case, size=size)
    status, memory = peak(program, export)
    assert status in {0, FORMAT, SANDBOX}
    assert memory < MOST_MEMORY
    intact(program)
    (export / "result.json").unlink()
