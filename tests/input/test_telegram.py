"""Hostile Telegram exports through the command: all of the cases of ``tests.material.hostile``."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.input.checking import FORMAT, SANDBOX, USAGE, clear, everything, intact
from tests.material.hostile import CASES, write_hostile
from tests.material.hostile_json import SOUND, truncated
from tests.material.hostile_media import MEDIA, SECRET
from tests.program import Done, tree

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

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


def family(process: int) -> Iterator[int]:
    """A process and those that it started."""
    yield process
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in path.read_text().split():
            yield from family(int(child))


def resident(process: int) -> int:
    """The most memory, in bytes, that a process has had; 0 if it is gone."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def peak(program: Program, export: Path) -> tuple[Done, int]:
    """What became of an import, and the most memory of any one process in it."""
    most = 0
    with program.start("add", export, "--as", "telegram") as process:
        while process.poll() is None:
            with suppress(OSError):
                most = max(most, *map(resident, family(process.pid)))
            time.sleep(0.05)
        out, err = process.communicate()
    return Done(process.returncode, out, err), most


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
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
    done, memory = peak(program, export)
    (export / "result.json").unlink()
    assert done.status in {0, FORMAT, SANDBOX}, done.told
    assert done.status == 0 or done.is_clear
    assert 0 < memory < MOST_MEMORY
    assert program.json("scrub")["clean"]
    shutil.rmtree(program.archive)
