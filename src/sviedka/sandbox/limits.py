"""How much a reader of hostile files may use before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one child. Every one of them ends it with a SandboxError.

    ``memory``: bytes of address space (RLIMIT_AS). ``cpu``: seconds of processor time, whole.
    ``wall``: seconds that the parent spends *waiting* for the child, all waits added; while the
    parent is busy with what it was given, the clock stands. ``output``: bytes that come back in
    all. ``frame``: bytes in one frame. ``files``: open file descriptors.
    """

    memory: int = 512 * MIB
    cpu: int = 60
    wall: float = 120.0
    output: int = 1024 * MIB
    frame: int = 16 * MIB
    files: int = 64
