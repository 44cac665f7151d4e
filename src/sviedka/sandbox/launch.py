"""Starting the child: its descriptors, and how it is ended."""

from __future__ import annotations

import fcntl
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from sviedka.errors import SandboxError
from sviedka.sandbox import child, walls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.sandbox.limits import Limits

_PIPE = 1 << 20  # bytes that wait in the pipe, where the system allows (pipe(7): pipe-max-size)
ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


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


def launch(parser: str, source: int, arguments: bytes, limits: Limits, wrap: str | None) -> Child:
    """Start ``parser`` over the open descriptor ``source``, inside ``wrap`` if that is given."""
    with pipes() as (frames, output, complaints, stderr), sheet(arguments) as given:
        numbers = (source, output, limits.memory, limits.cpu, limits.files)
        process = subprocess.Popen(  # noqa: S603 (the interpreter, by its own path)
            walls.command(child.__file__, parser, numbers, wrap),
            stdin=given,
            stdout=stderr,
            stderr=stderr,
            pass_fds=(source, output),
            env=ENVIRONMENT,
            cwd="/",
        )
        return Child(process, frames, complaints)


@contextmanager
def pipes() -> Iterator[tuple[int, int, int, int]]:
    """Pipes of frames and of complaints: the ends to read and to write of each.

    The ends to write are closed afterwards, those to read only on an error; SandboxError if the
    system has none to give, or refuses what is done with them.
    """
    frames, output = os.pipe()
    complaints, stderr = os.pipe()
    try:
        os.set_blocking(stderr, False)  # nobody reads it before the end, and it may be flooded
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            _widen(frames)
        yield frames, output, complaints, stderr
    except OSError as error:
        os.close(frames)
        os.close(complaints)
        what = f"the reader of hostile files could not be started: {error.strerror}"
        raise SandboxError(what) from error
    finally:
        os.close(output)
        os.close(stderr)


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    except PermissionError:
        return  # a smaller pipe is slower, nothing else


def sheet(arguments: bytes) -> IO[bytes]:
    """``arguments`` as an open file: a command line could be read by everyone on the machine."""
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = open(os.memfd_create("arguments"), "w+b")  # noqa: PTH123, SIM115
    else:
        file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(arguments)
    file.seek(0)
    return file
