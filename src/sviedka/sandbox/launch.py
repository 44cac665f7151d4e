"""Starting the child: the command line, what it may see, and the descriptors that it gets."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from sviedka.errors import SandboxError
from sviedka.sandbox import child, seccomp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.sandbox.limits import Limits

# linux/sched.h: CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWNET. Not NEWPID: it would forbid threads.
_NAMESPACES = 0x5C020000
_BUBBLEWRAP = (
    "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--chdir", "/",
)  # fmt: skip
# The dynamic linker's: where shared libraries lie, and its list of them.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_PIPE = 1 << 20  # bytes that wait in the pipe, where the system allows (pipe(7): pipe-max-size)


@dataclass(frozen=True, slots=True)
class Child:
    """A running child: its process, the pipe of frames, and what it says on stderr."""

    process: subprocess.Popen[bytes]
    frames: int
    complaints: int

    def stop(self) -> None:
        """End it, whatever it is doing, and close our ends."""
        self.process.kill()
        self.process.wait()
        os.close(self.frames)
        os.close(self.complaints)


def bubblewrap() -> str | None:
    """The path of ``bwrap``, if installed."""
    return which("bwrap") if sys.platform == "linux" else None


def launch(parser: str, source: int, arguments: bytes, limits: Limits, wrap: str | None) -> Child:
    """Start ``parser`` over the open descriptor ``source``, inside ``wrap`` if that is given."""
    packages = list(_packages(parser))
    frames, output = os.pipe()
    complaints, stderr = os.pipe()
    try:
        os.set_blocking(stderr, False)  # nobody reads it before the end, and it may be flooded
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            _widen(frames)
        command = [
            *(_outside(wrap, packages) if wrap else ()),
            *_program(parser, (source, output), limits, 0 if wrap else _NAMESPACES),
            *_path(packages),
        ]
        with _sheet(arguments) as given:
            process = subprocess.Popen(  # noqa: S603 (the interpreter, by its own path)
                command,
                stdin=given,
                stdout=stderr,
                stderr=stderr,
                pass_fds=(source, output),
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
            )
    except OSError as error:
        os.close(frames)
        os.close(complaints)
        what = f"the reader of hostile files could not be started: {error.strerror}"
        raise SandboxError(what) from error
    finally:
        os.close(output)
        os.close(stderr)
    return Child(process, frames, complaints)


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    except PermissionError:
        return  # a smaller pipe is slower, nothing else


def _sheet(arguments: bytes) -> IO[bytes]:
    """``arguments`` as an open file: a command line could be read by everyone on the machine."""
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = open(os.memfd_create("arguments"), "w+b")  # noqa: PTH123, SIM115
    else:
        file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(arguments)
    file.seek(0)
    return file


def _program(
    parser: str, descriptors: tuple[int, int], limits: Limits, namespaces: int
) -> list[str]:
    """The interpreter and the words that ``child.main`` expects, up to the path of imports."""
    machine = seccomp.machine()
    numbers = (*descriptors, limits.memory, limits.cpu, limits.files, namespaces)
    return [
        *(_interpreter(), "-I", "-S", "-B", child.__file__, parser),
        *map(str, numbers),
        str(machine.seccomp if machine else 0),
        seccomp.program(machine).hex() if machine else "",
    ]


def _path(packages: list[Path]) -> Iterable[str]:
    """Where the child imports from, beyond the standard library: what is ours comes first."""
    return dict.fromkeys([*(str(package.parent) for package in packages), *_libraries()])


def _outside(wrap: str, packages: list[Path]) -> list[str]:
    base = Path(sys.base_prefix)
    seen = [
        *_LIBRARIES,
        *(str(base / name) for name in ("lib", "lib64")),
        _interpreter(),
        *_libraries(),
        *map(str, packages),
    ]
    binds = [word for path in dict.fromkeys(seen) for word in ("--ro-bind-try", path, path)]
    return [wrap, *_BUBBLEWRAP, *binds, "--remount-ro", "/", "--"]


def _interpreter() -> str:
    """The interpreter behind a virtual environment's link to it."""
    return str(Path(getattr(sys, "_base_executable", "") or sys.executable).resolve())


def _libraries() -> list[str]:
    """Where installed packages lie: by the names that such folders have, never a working folder."""
    own = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    others = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([*own, *others]))


def _packages(parser: str) -> Iterator[Path]:
    """The folders of our own package and of the one that ``parser`` is in."""
    for name in dict.fromkeys(("sviedka", parser.partition(":")[0].partition(".")[0])):
        spec = find_spec(name)
        places = spec.submodule_search_locations if spec else None
        if not places:
            raise SandboxError(f"there is no package {name!r} for the parser {parser!r}")
        yield Path(places[0]).resolve()
