"""What holds the child on this machine: found out by a trial, once, and said as it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from sviedka.errors import SandboxError
from sviedka.sandbox.launch import launch
from sviedka.sandbox.limits import Limits
from sviedka.sandbox.stream import frames
from sviedka.sandbox.walls import bubblewrap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

Kind = Literal["bubblewrap", "seccomp", "namespaces", "limits"]

_NETWORK = {
    "bubblewrap": "none: an empty network namespace",
    "seccomp": "none: the kernel refuses sockets",
    "namespaces": "none: an empty network namespace",
    "limits": "reachable",
}
_FILES = {
    "bubblewrap": "only the interpreter and its libraries, read-only",
    "seccomp": "none: the kernel refuses to open files",
    "namespaces": "whatever this user may read; nothing can be written",
    "limits": "whatever this user may read; nothing can be written",
}
_ADVICE = {
    "bubblewrap": "",
    "seccomp": "installing bubblewrap would add a second wall",
    "namespaces": "install bubblewrap",
    "limits": "install bubblewrap, or read strangers' files on another machine",
}


@dataclass(frozen=True, slots=True)
class Confinement:
    """How readers of hostile files are confined here.

    ``wrap`` is the path of bubblewrap where it works; ``layers`` are those that each child must
    report, or it is not let near the input.
    """

    kind: Kind
    network: str
    filesystem: str
    summary: str
    wrap: str | None
    layers: frozenset[str]


@cache
def describe() -> Confinement:
    """Try out what this machine gives. Takes one child's start, two where bubblewrap fails."""
    wrap = bubblewrap()
    note = ""
    if wrap:
        try:
            return _judge(_layers(wrap), wrap, note)
        except SandboxError as error:  # inside many containers it is there but may not work
            note = f"bubblewrap is installed but does not work here: {error.what}"
    return _judge(_layers(None), None, note)


def trial(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """The parser of the trial: says nothing."""
    del source, arguments
    yield b""


def _layers(wrap: str | None) -> frozenset[str]:
    limits = Limits(cpu=5, wall=10.0)
    reading, writing = os.pipe()
    try:
        child = launch(f"{__name__}:trial", reading, b"", limits, wrap)
    finally:
        os.close(reading)
        os.close(writing)
    try:
        stream = frames(child, limits)
        layers = next(stream)
        for _ in stream:
            pass
    finally:
        child.stop()
    return frozenset(layers.decode("ascii", "replace").split(",")) - {""}


def _judge(layers: frozenset[str], wrap: str | None, note: str) -> Confinement:
    kind: Kind = "limits"
    if wrap:
        kind = "bubblewrap"
    elif "seccomp" in layers:
        kind = "seccomp"
    elif "namespaces" in layers:
        kind = "namespaces"
    needed = frozenset({"seccomp"}) if "seccomp" in layers else layers
    also = " and a system-call filter" if wrap and "seccomp" in layers else ""
    parts = [
        f"confined by {kind}{also}; network {_NETWORK[kind]}; files: {_FILES[kind]}",
        note,
        _ADVICE[kind],
    ]
    summary = "; ".join(part for part in parts if part)
    return Confinement(kind, _NETWORK[kind], _FILES[kind], summary, wrap, needed)
