"""Running a command and telling what it cost, with all the processes that it started."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import resource
    from collections.abc import Iterator, Mapping, Sequence

MIB: Final = 1 << 20
_PR_SET_CHILD_SUBREAPER: Final = 36
"""From <linux/prctl.h>."""
_DYING: Final = 0.1
"""Seconds that descendants have to end, once the command itself has."""
_TOLD: Final = 4_000
"""Bytes of a failed command's last words that are shown."""


class CommandFailedError(Exception):
    """A measured command did not end well, so its figures would mean nothing."""


@dataclass(frozen=True)
class Cost:
    """What a run took: CPU and wall time in seconds, and the peak memory in bytes.

    CPU is user and system time of the process and of all its descendants; the peak is that of the
    largest single one of them (wait4(2), ``ru_maxrss``).
    """

    cpu: float
    wall: float
    peak: int = 0

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.peak, other.peak))

    @property
    def cores(self) -> float:
        """How many cores were busy, on average."""
        return self.cpu / self.wall


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends first, so that they count too.

    Those of a sandbox that is killed when it has done its work would be missed otherwise.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: Path = Path(os.devnull),
) -> Cost:
    """Run a command to its end; CommandFailedError if its exit status is not 0.

    What others left to be written goes to the disk first, so that it burdens nobody else. A peak
    is never below our own memory: until a child runs its program, it counts as its parent.
    """
    os.sync()
    with tempfile.TemporaryFile() as errors, output.open("wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=errors
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()  # we are being ended, and what it works on is about to be removed
            raise
        wall = time.perf_counter() - begin
        all_used = [used, *_orphans()]
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - _TOLD))
            told = errors.read().decode(errors="replace")
            words = " ".join(map(str, command))
            raise CommandFailedError(f"{words}\nends with {process.returncode}: {told}")
    return Cost(
        sum(each.ru_utime + each.ru_stime for each in all_used),
        wall,
        max(each.ru_maxrss for each in all_used) * 1024,
    )


def _orphans() -> Iterator[resource.struct_rusage]:
    """What descendants used that ended without having been waited for."""
    end = time.perf_counter() + _DYING
    while time.perf_counter() < end:
        try:
            process, _, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process:
            yield used
        else:
            time.sleep(_DYING / 20)  # an unlock agent lives on, and there may be more to come


def process_cpu(pid: int) -> float:
    """Seconds of CPU that a running process has used so far (proc(5), ``stat``)."""
    # Its name may hold anything, so count from behind it: utime and stime are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure by itself; of the peaks, the largest."""
    return Cost(
        statistics.median(each.cpu for each in costs),
        statistics.median(each.wall for each in costs),
        max(each.peak for each in costs),
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least ``percent`` of a hundred do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]
