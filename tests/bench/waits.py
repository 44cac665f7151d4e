"""How long a person waits for the commands that are called most often."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from tests.bench.inside import inside
from tests.bench.installed import Installed
from tests.bench.report import Bar, Part, Table

if TYPE_CHECKING:
    from pathlib import Path

HELP, STATUS = 0.3, 0.5
"""Seconds that each may take."""
_TIMES: Final = 20
_CASES: Final = 1_250


def measure(folder: Path, *, quick: bool) -> Part:
    """Call each on a new archive, and on one with thousands of entries."""
    times = 3 if quick else _TIMES
    cases = 50 if quick else _CASES
    with Installed(folder / "waits") as sviedka:
        helping = _wait(sviedka, "--help", times=times)
        fresh = _wait(sviedka, "status", times=times)
        entries = int(inside(sviedka, "fill", cases)["entries"])
        full = _wait(sviedka, "status", times=times)
        listed = _wait(sviedka, "list", times=times)
        unlocked = _wait(sviedka, "unlock", times=3)
    rows = [
        ("`sviedka --help`", *helping),
        ("`sviedka status`, new archive", *fresh),
        (f"`sviedka status`, {entries:,} entries, {cases:,} cases", *full),
        ("`sviedka list`, the same", *listed),
        ("`sviedka unlock` (a costly guess is the point of it)", *unlocked),
    ]
    return Part(
        "Waiting for a command",
        [
            f"Wall time of the whole command, {times} times. The archive is unlocked.",
            Table(
                ("", "median", "longest"),
                [(name, *(f"{value:.2f} s" for value in values)) for name, *values in rows],
            ),
        ],
        [
            Bar("`--help`", helping[0], HELP, "s"),
            Bar("`status`, unlocked", max(fresh[0], full[0]), STATUS, "s"),
        ],
    )


def _wait(sviedka: Installed, *words: str, times: int) -> tuple[float, float]:
    walls = [sviedka.run(*words).wall for _ in range(times)]
    return statistics.median(walls), max(walls)
