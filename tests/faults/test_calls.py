"""A small import whose every write-side system call fails once, and is once its last.

Whatever happens: what was acknowledged is there, nothing is there by half, the ledger and every
object hold, the failure is told in words, and running the same again completes, with each thing
there exactly once.
"""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from sviedka.keep.index.dump import dump
from sviedka.keep.verify import Depth, Severity, verify
from tests.faults.conftest import ACKNOWLEDGED, NEW, as_contents, bring
from tests.faults.tracing import CALLS, inject, was_injected, watch
from tests.program import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.program import Done, Program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed"),
]
Contents = list[tuple[str, bytes, bytes]]
BEFORE = as_contents("first", ACKNOWLEDGED)
AFTER = sorted(BEFORE + as_contents("second", NEW))
UNREACHED = "nothing was injected"
TRIES = 5
RARE = 1
"""How the work falls to threads differs from run to run, and with it which of them has a call: one
that the watched run made may be found again late, and a single one never."""


def damage(program: Program) -> Iterator[str]:
    """What a scrub of every stored byte finds damaged or lost."""
    report = verify(program.archive, Depth.HASHES)
    yield from (str(each) for each in report.findings if each.severity is Severity.DAMAGE)


def troubles(
    program: Program, done: Done, *, killed: bool, after: Contents = AFTER
) -> Iterator[str]:
    """What is not as it must be after a fault."""
    if not was_injected(program):
        yield UNREACHED
    elif killed and done.status != -signal.SIGKILL:
        yield f"it was not killed: {done.status} {done.told}"
    if not killed and done.status and not done.is_clear:
        yield f"unclear: {done.told}"
    yield from damage(program)
    with program.open() as archive:
        archive.check_signature()
        there = contents(archive)
    if there not in (BEFORE, after):
        yield f"half a state: {[each[:2] for each in there]}"
    if done.status == 0 and there != after:
        yield "acknowledged and lost"
    again = program.attempt("add", program.base.parent / "second")
    if again.status:
        yield f"the second run failed: {again.told}"
    yield from damage(program)
    with program.open() as archive:
        if contents(archive) != after:
            yield f"twice or lost: {[each[:2] for each in contents(archive)]}"
        if len(archive.history.cases) != 3:
            yield "a case too many"
        with archive.projector.index.reading() as db:
            kept = list(dump(db))
        archive.projector.rebuild()
        with archive.projector.index.reading() as db:
            if list(dump(db)) != kept:
                yield "the index is not what a rebuild gives"


EVERY = [(call, fault) for call in CALLS for fault in ("error=EIO", "signal=SIGKILL")]
QUOTA = [(call, "error=EDQUOT") for call in ("openat", "write", "mkdirat")]


@pytest.mark.parametrize(("call", "fault"), EVERY + QUOTA)
def test_a_fault_at_each_call_loses_nothing(
    begun: Program, tmp_path: Path, call: str, fault: str
) -> None:
    second = shutil.copytree(begun.base.parent / "second", tmp_path / "second")
    found, unreached = [], []
    for each in watch(begun.copy(tmp_path / "watched"), "add", second):
        if each.call == call and each.thread == 0:
            for _ in range(TRIES):
                program = begun.copy(tmp_path / f"{call}{each.number}")
                done = inject(program, fault, call, each.number, "add", second)
                said = list(troubles(program, done, killed="SIGKILL" in fault))
                shutil.rmtree(program.base)
                if said != [UNREACHED]:
                    found += [f"{each}: {trouble}" for trouble in said]
                    break
            else:
                unreached.append(each)
    assert not found, "\n".join(found)
    assert len(unreached) <= RARE, unreached


LARGE = {"large.bin": bytes(12 << 20)}
BEYOND_THE_MAIN_THREAD = 10
"""Writes: after a failure the main thread makes fewer, so that it can still say what happened."""


@pytest.mark.parametrize("fault", ["error=EIO", "error=ENOSPC", "signal=SIGKILL"])
def test_a_fault_in_a_thread_that_seals_loses_nothing(
    begun: Program, tmp_path: Path, fault: str
) -> None:
    second = bring(tmp_path / "second", LARGE)
    watched = watch(begun.copy(tmp_path / "watched"), "add", second)
    numbers = [e.number for e in watched if e.call == "write" and e.thread and "objects" in e.place]
    after = sorted(BEFORE + as_contents("second", LARGE))
    found = []
    for number in numbers[BEYOND_THE_MAIN_THREAD - 1 :]:
        program = begun.copy(tmp_path / f"write{number}")
        done = inject(program, fault, "write", number, "add", second)
        said = troubles(program, done, killed="SIGKILL" in fault, after=after)
        found += [f"write {number}: {trouble}" for trouble in said]
        shutil.rmtree(program.base)
    assert len(numbers) > BEYOND_THE_MAIN_THREAD
    assert not found, "\n".join(found)
