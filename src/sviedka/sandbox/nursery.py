"""Reading many files, each as confined as if alone, without starting an interpreter for each."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from sviedka.errors import SandboxError
from sviedka.sandbox import nurse, walls
from sviedka.sandbox.launch import ENVIRONMENT, pipes, sheet

if TYPE_CHECKING:
    from sviedka.sandbox.confinement import Confinement
    from sviedka.sandbox.limits import Limits

_PARTING: Final = 0.5
"""Seconds in which a fork that nobody listens to any more has to end by itself."""


class Nursery:
    """Keeps nurses ready for each parser: a context manager, to be handed to ``sandbox.run``.

    They end with it, or with this process. One nurse has one fork at a time.
    """

    def __init__(self, confinement: Confinement) -> None:
        self._wrap = confinement.wrap
        self._idle: dict[str, list[_Nurse]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for idle in self._idle.values():
            for each in idle:
                each.end()
        self._idle.clear()

    def take(self, parser: str, source: int, arguments: bytes, limits: Limits) -> Nursling:
        """Start ``parser`` over the open descriptor ``source``, in a fork; as ``launch``."""
        idle = self._idle.setdefault(parser, [])
        one = idle.pop() if idle else _Nurse.start(parser, self._wrap, idle)
        return one.take(source, arguments, limits)


@dataclass(frozen=True)
class _Nurse:
    """A process that forks, our end of its socket, and where it waits between two forks."""

    process: subprocess.Popen[bytes]
    desk: socket.socket
    idle: list[_Nurse]

    @classmethod
    def start(cls, parser: str, wrap: str | None, idle: list[_Nurse]) -> _Nurse:
        """Start one that has this parser imported."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            words = walls.command(nurse.__file__, parser, [theirs.fileno()], wrap)
            try:
                process = subprocess.Popen(  # noqa: S603 (the interpreter, by its own path)
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=ENVIRONMENT,
                    cwd="/",
                )
            except OSError as error:
                ours.close()
                what = f"the reader of hostile files could not be started: {error.strerror}"
                raise SandboxError(what) from error
        return cls(process, ours, idle)

    def take(self, source: int, arguments: bytes, limits: Limits) -> Nursling:
        """Have it fork."""
        request = nurse.REQUEST.pack(limits.memory, limits.cpu, limits.files)
        with pipes() as (frames, output, complaints, stderr), sheet(arguments) as given:
            files = [source, output, stderr, given.fileno()]
            socket.send_fds(self.desk, [request], files)
            return Nursling(self, frames, complaints)

    def end(self) -> None:
        """End it and its fork."""
        self.desk.close()
        self.process.kill()
        self.process.wait()


@dataclass
class Nursling:
    """A fork at work, to its reader like a child that was started for one file."""

    nurse: _Nurse
    frames: int
    complaints: int
    status: int | None = None

    @property
    def process(self) -> Nursling:
        """What can be waited for."""
        return self

    def wait(self, timeout: float) -> int:
        """The exit status, once it is gone; subprocess.TimeoutExpired if that takes too long."""
        if self.status is None:
            self.nurse.desk.settimeout(timeout)
            try:
                answer = self.nurse.desk.recv(nurse.ANSWER.size)
            except TimeoutError as error:
                raise subprocess.TimeoutExpired("nurse", timeout) from error
            except ConnectionError:
                answer = b""
            # A nurse that has gone took its fork along, and says of it what became of itself.
            self.status = (
                nurse.ANSWER.unpack(answer)[0] if answer else self.nurse.process.wait(timeout)
            )
        return self.status

    def stop(self) -> None:
        """End it, whatever it is doing; its nurse as well, if it does not end when unheard."""
        os.close(self.frames)
        os.close(self.complaints)
        try:
            self.wait(_PARTING)
        except subprocess.TimeoutExpired:
            self.nurse.end()
            return
        if self.nurse.process.poll() is None:
            self.nurse.idle.append(self.nurse)
        else:
            self.nurse.end()
