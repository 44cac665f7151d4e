"""Reading a child's frames within bounds, and saying how a child died."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Protocol

from sviedka.errors import InputError, SandboxError
from sviedka.sandbox.child import DATA, END, HEADER, INPUT_ERROR, READY, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.sandbox.limits import Limits


class Child(Protocol):
    """A running child: its process, the pipe of frames, and what it says on stderr."""

    @property
    def frames(self) -> int:
        """The pipe's end to read from."""

    @property
    def complaints(self) -> int:
        """The same."""

    @property
    def process(self) -> Waited:
        """What ends."""


class Waited(Protocol):
    """Something that ends."""

    def wait(self, timeout: float) -> int:
        """Its exit status as ``subprocess`` has it; subprocess.TimeoutExpired."""


_BLOCK = 1 << 20
_PARTING = 5.0  # seconds for a child that has closed its pipe to be gone


def frames(child: Child, limits: Limits) -> Iterator[bytes]:
    """First the content of the READY frame, then that of each DATA frame.

    Raises InputError if the parser did, SandboxError for anything but a proper end.
    """
    expected = READY
    for kind, content in _split(_blocks(child, limits), limits):
        if kind == END and expected == DATA:
            return
        if kind == INPUT_ERROR and expected == DATA:
            raise _input_error(content)
        if kind != expected:
            raise SandboxError("the reader of hostile files sent what no reader sends")
        yield content
        expected = DATA
    raise SandboxError(_obituary(child, limits))


def _blocks(child: Child, limits: Limits) -> Iterator[bytes]:
    """What comes through the pipe until it is closed; waits ``limits.wall`` seconds in all."""
    poll = select.poll()
    poll.register(child.frames, select.POLLIN)
    left = limits.wall
    while True:
        asked = time.monotonic()
        ready = poll.poll(max(0.0, left) * 1000)
        left -= time.monotonic() - asked
        if not ready:
            raise SandboxError(
                f"the reader of hostile files kept us waiting for {limits.wall:g} seconds"
            )
        block = os.read(child.frames, _BLOCK)
        if not block:
            return
        yield block


def _split(blocks: Iterator[bytes], limits: Limits) -> Iterator[tuple[int, bytes]]:
    held = bytearray()
    total = 0
    for block in blocks:
        total += len(block)
        if total > limits.output:
            raise SandboxError(
                f"the reader of hostile files gave out more than {limits.output} bytes"
            )
        held += block
        at = 0
        while len(held) - at >= HEADER.size:
            kind, size = HEADER.unpack_from(held, at)
            if size > limits.frame:
                raise SandboxError(
                    f"the reader of hostile files announced {size} bytes in one piece;"
                    f" {limits.frame} are allowed"
                )
            start, at = at + HEADER.size, at + HEADER.size + size
            if at > len(held):
                at = start - HEADER.size
                break
            yield kind, bytes(held[start:at])
        del held[:at]


def _input_error(content: bytes) -> InputError:
    parts = [*printable(content).split("\0"), "", "", ""]
    what, where, do = (part[:TEXT] for part in parts[:3])
    return InputError(what, where=where, do=do)


def printable(content: bytes) -> str:
    """Text for a person's screen: no control, escape or direction-changing characters."""
    text = content.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == "\0" else "\ufffd" for c in text)


def _obituary(child: Child, limits: Limits) -> str:
    """Why the pipe closed before its time."""
    try:
        status = child.process.wait(_PARTING)
    except subprocess.TimeoutExpired:
        return "the reader of hostile files closed its pipe but did not end"
    os.set_blocking(child.complaints, False)
    try:
        said = os.read(child.complaints, _BLOCK)
    except BlockingIOError:
        said = b""
    last = printable((said.strip().splitlines() or [b""])[-1][:200])
    number = -status if status < 0 else status - 128  # bubblewrap answers 128 + signal
    if number == signal.SIGXCPU:
        return f"the reader of hostile files used more than {limits.cpu} s of processor time"
    if last.startswith("MemoryError"):
        return f"the reader of hostile files needed more than {limits.memory >> 20} MiB of memory"
    if number in set(signal.Signals):
        last = last or signal.Signals(number).name
    return f"the reader of hostile files died: {last or f'exit status {status}'}"
