"""Programs of others on strangers' files: by bubblewrap they see one file, and nothing else.

There is no second wall as for parsers, so without a bubblewrap that works nothing is run. What a
program writes to its standard output is a stranger's too: it goes to a parser in the sandbox.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotInstalledError, SandboxError
from sviedka.sandbox.confinement import describe
from sviedka.sandbox.launch import pipes
from sviedka.sandbox.stream import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.sandbox.limits import Limits

FILE: Final = "/in/file"
"""Where a program finds the one file that it may read."""
SPACE: Final = "/out"
"""Where it may write, in memory; it is empty at first, and lost with it."""

_PATH: Final = "/usr/bin:/bin:/usr/local/bin"
_SYSTEM: Final = ("/bin", "/lib", "/lib64")
_SETTINGS: Final = {"PATH": _PATH, "LC_ALL": "C.UTF-8", "HOME": SPACE, "TMPDIR": SPACE}
_LIMITED: Final = (
    "ulimit -v {memory} && ulimit -f {space} && ulimit -c 0 || exit\n"
    "ulimit -S -t {cpu} && ulimit -H -t {last} || exit\n"  # SIGXCPU first, which tells why
)
_LARGEST_COPY: Final = 1 << 30
"""Bytes of a file without a name that are copied into memory for a program."""
_PARTING: Final = 5.0  # seconds for a program that has closed its output to be gone


@dataclass(frozen=True, slots=True)
class Program:
    """A program that makes a stream of bytes of a file.

    ``names`` are what it may be called, the preferred one first; ``package`` what to install.
    ``script`` is for sh(1): the program is ``$1``; it reads ``FILE``, may use ``space`` bytes in
    ``SPACE``, and writes to its standard output.
    """

    names: tuple[str, ...]
    package: str
    script: str
    space: int


@dataclass(frozen=True, slots=True)
class Running:
    """A running program: the descriptor of its output, to be read by a parser."""

    output: int
    _process: subprocess.Popen[bytes]
    _complaints: int
    _limits: Limits

    def end(self) -> str:
        """Wait for its end; what it complained of, or "" if all went well.

        To be called when its output has been read, or when nobody wants more of it.
        """
        try:
            status = self._process.wait(_PARTING)
        except subprocess.TimeoutExpired:
            return "it did not end with its output"
        number = -status if status < 0 else status - 128  # bubblewrap answers 128 + signal
        if status == 0 or number == signal.SIGPIPE:
            return ""
        if number == signal.SIGXCPU:
            return f"it used more than {self._limits.cpu} s of processor time"
        os.set_blocking(self._complaints, False)
        try:
            said = os.read(self._complaints, 1 << 16)
        except BlockingIOError:
            said = b""
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return printable(lines[-1][:200]) if lines else f"it ended with status {status}"


def installed(program: Program) -> str | None:
    """The path of a program, if it is there; only the system's own folders count."""
    return next(filter(None, (which(name, path=_PATH) for name in program.names)), None)


@contextmanager
def running(program: Program, source: int, limits: Limits) -> Iterator[Running]:
    """Run ``program`` on the open file ``source``; it ends with the context.

    Of ``limits``, ``memory`` and ``cpu`` hold for each of its processes. Raises
    NotInstalledError if it is not here, or nothing that confines it.
    """
    path = installed(program)
    if path is None:
        raise NotInstalledError(
            f"{program.names[0]} is needed to read this and is not here",
            do=f"install {program.package}",
        )
    wrap = describe().wrap
    if wrap is None:
        raise NotInstalledError(
            f"{program.names[0]} is needed to read this, and nothing here can confine it",
            do="install bubblewrap, where the system lets it work",
        )
    named = _path_of(source)
    script = _LIMITED.format(
        memory=limits.memory >> 10,
        cpu=limits.cpu,
        last=limits.cpu + 1,
        space=(program.space >> 9) + 1,
    )
    command = [
        *(wrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *_world(program),
        *(("--ro-bind", str(named)) if named else ("--ro-bind-data", "0")),
        *(FILE, "--remount-ro", "/", "--chdir", SPACE, "--"),
        *("/bin/sh", "-c", script + program.script, "sh", path),
    ]
    with pipes() as (output, write, complaints, stderr):
        process = subprocess.Popen(  # noqa: S603 (bubblewrap, and a script of our own)
            command,
            stdin=subprocess.DEVNULL if named else source,
            stdout=write,
            stderr=stderr,
            env=_SETTINGS,
            cwd="/",
        )
    try:
        yield Running(output, process, complaints, limits)
    finally:
        process.kill()
        process.wait()
        os.close(output)
        os.close(complaints)


def _world(program: Program) -> list[str]:
    """What there is besides the file: the system's programs and libraries, read-only."""
    words = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    words += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    for path in map(Path, _SYSTEM):
        if path.is_symlink():  # into /usr, where these folders have moved
            words += ["--symlink", str(path.readlink()), str(path)]
        else:
            words += ["--ro-bind-try", str(path), str(path)]
    return [*words, "--dev", "/dev", "--size", str(program.space), "--tmpfs", SPACE]


def _path_of(source: int) -> Path | None:
    """The path of an open file, through which it is shown; None if it has none.

    A file without a name is somebody's temporary one; it is copied into memory.
    """
    status = os.fstat(source)
    if not stat.S_ISREG(status.st_mode):
        raise SandboxError("a program can be given a file only")
    path = Path(f"/proc/self/fd/{source}").readlink()
    if status.st_nlink and path.exists() and os.path.samestat(path.stat(), status):
        return path
    if status.st_size > _LARGEST_COPY:
        what = f"this file has no name, and is too large ({status.st_size} bytes) to be copied"
        raise SandboxError(what)
    os.lseek(source, 0, os.SEEK_SET)
    return None
