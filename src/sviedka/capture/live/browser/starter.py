"""What becomes the browser: takes its limits, puts its two descriptors in their places, execs.

Started by path, with nothing but the standard library. Chromium wants its debugging pipe at the
descriptors 3 and 4; limits and the tie to our own life are inherited by all that it starts.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

READING: Final = 3
WRITING: Final = 4
_ABOVE: Final = 10  # descriptors out of the way of those two
_FILE: Final = 1 << 30  # bytes of a file; shared memory counts as one
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


def main(words: Sequence[str]) -> None:
    """``words``: descriptors to read and write, the parent's pid, bytes of memory, the command."""
    reading, writing, parent, memory = map(int, words[:4])
    command = list(words[4:])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before it could take us along
            return
    for what, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(what)[1]
        bound = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(what, (bound, bound))
    reading, writing = _lifted(reading), _lifted(writing)
    os.dup2(reading, READING)
    os.dup2(writing, WRITING)
    os.execv(command[0], command)  # noqa: S606 - the browser, by its own path, without a shell


def _lifted(descriptor: int) -> int:
    import fcntl  # noqa: PLC0415 - for this alone

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE)


if __name__ == "__main__":
    main(sys.argv[1:])
