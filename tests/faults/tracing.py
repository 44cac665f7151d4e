"""Which write-side system calls a run makes, and a run in which one of them fails or kills.

strace counts an injection's ``when`` in each thread apart. The main thread's calls are numbered by
a run that was only watched; a worker thread's are reached by their own, small numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.program import Done, Program

CALLS = (
    "openat", "write", "writev", "pwrite64", "fsync", "fdatasync", "syncfs", "close", "ftruncate",
    "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat",
    "rmdir", "fallocate", "fchmod",
)  # fmt: skip
_LINE = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<rest>.*)")
_FILE = re.compile(r"<(/[^>]*)>|\"([^\"]*)\"")
_WRITING = re.compile(r"O_(WRONLY|RDWR|CREAT)")
_RANDOM = re.compile(r"[0-9a-f]{32,64}")


@dataclass(frozen=True)
class Instance:
    """One call of an undisturbed run: its thread (0 is the main one), its number there, a file."""

    thread: int
    call: str
    number: int
    place: str

    def __str__(self) -> str:
        return f"{self.call} {self.number} of thread {self.thread}: {self.place}"


def watch(program: Program, *words: object) -> list[Instance]:
    """Run undisturbed; every call that writes, or prepares or ends a writing, in ``base``."""
    trace = program.base / "trace"
    done = program.attempt(*words, under=_strace(trace, CALLS))
    assert done.status == 0, done.told
    return list(_instances(trace.read_text(errors="replace"), program.base))


def inject(program: Program, fault: str, call: str, number: int, *words: object) -> Done:
    """Run with a fault (``error=EIO``, ``signal=SIGKILL``) at one call."""
    trace = program.base / "trace"
    under = _strace(trace, (call,), f"inject={call}:{fault}:when={number}")
    if "signal" in fault:
        # strace 6.1 stops calls by seccomp too late to send a signal instead of them.
        under = tuple(word for word in under if word != "--seccomp-bpf")
    return program.attempt(*words, under=under)


def was_injected(program: Program) -> bool:
    """Whether the last run met its fault."""
    trace = (program.base / "trace").read_text(errors="replace")
    return "(INJECTED)" in trace or "killed by SIGKILL" in trace


def _strace(trace: Path, calls: tuple[str, ...], *more: str) -> tuple[str, ...]:
    traced = "trace=" + ",".join(f"?{call}" for call in calls)
    options = [word for each in (traced, *more) for word in ("-e", each)]
    return ("strace", "-f", "-y", "--seccomp-bpf", "-o", str(trace), *options)


def _instances(trace: str, base: Path) -> Iterator[Instance]:
    threads: dict[str, int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    written: set[str] = set()
    for line in trace.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        thread, call, rest = found["thread"], found["call"], found["rest"]
        at = threads.setdefault(thread, len(threads))
        counts[thread, call] += 1
        paths = [a or b for a, b in _FILE.findall(rest)]
        place = "/".join(paths)
        if call == "openat":
            if not _WRITING.search(rest):
                continue
            written.add(paths[-1])
        if not any(path.startswith(f"{base}/") for path in paths):
            continue
        if call == "close" and not _was_written(paths[0], written):
            continue
        if call in {"write", "pwrite64"}:
            place = paths[0]
        yield Instance(at, call, counts[thread, call], _RANDOM.sub("*", place))


def _was_written(path: str, written: set[str]) -> bool:
    """Whether a file was opened for writing, under whatever name it was."""
    return any(path == each or path.endswith(f"/{each}") for each in written)
