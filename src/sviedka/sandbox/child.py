"""What runs in the child: limits, then imports, then confinement, then the parser.

Started by path, as a program of its own, so that nothing but the standard library and the parser's
own imports is loaded. Everything is imported *before* the system-call filter goes up and before the
first hostile byte is read: afterwards nothing can be opened any more, so a parser imports what it
needs at the top of its module.

What it writes to its pipe are frames: a kind (1 byte), a length (4 bytes, big-endian), the content.
They go out in batches; an empty one sends at once what is held, for a parser that may die of the
next thing it tries.
"""

from __future__ import annotations

import os
import resource
import struct
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from io import FileIO

    Parser = Callable[[FileIO, bytes], Iterable[bytes]]

HEADER = struct.Struct(">BI")
READY, DATA, INPUT_ERROR, END = range(4)  # READY: the layers of confinement that hold
TEXT = 2000  # characters of each part of an InputError that cross over
_BATCH = 1 << 16  # bytes; one write of a pipe's usual capacity

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 38, 9  # linux/prctl.h
_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC = 1, 1  # linux/seccomp.h


def main(words: Sequence[str]) -> None:
    """Run one parser; ``words`` are those that ``launch`` puts on the command line."""
    parser, source, output, memory, cpu, files, namespaces, number, program, *path = words
    limit(int(memory), int(cpu), int(files))
    sys.path.extend(path)
    parse, input_error = load(parser)
    layers = confine(int(namespaces), int(number), bytes.fromhex(program))
    work(parse, input_error, int(source), int(output), layers)


def load(parser: str) -> tuple[Parser, type[Exception]]:
    """Import a parser with all that it needs, and the error by which it refuses its input."""
    module, _, name = parser.partition(":")
    parse: Parser = getattr(import_module(module), name)
    input_error: type[Exception] = import_module("sviedka.errors").InputError
    return parse, input_error


def work(
    parse: Parser, input_error: type[Exception], source: int, pipe: int, layers: Sequence[str]
) -> NoReturn:
    """Parse, send what is found, and end. The arguments lie in the open file 0."""
    with open(0, "rb", closefd=False) as given:
        arguments = given.read()
    file = open(source, "rb", buffering=0, closefd=False)  # noqa: SIM115 (open to the end)
    _send(pipe, _frame(READY, ",".join(layers).encode()))
    pending = bytearray()
    try:
        for content in parse(file, arguments):
            pending += HEADER.pack(DATA, len(content))
            pending += content
            if len(pending) >= _BATCH or not content:  # an empty one: what follows may be the end
                _send(pipe, pending)
                pending.clear()
        pending += _frame(END)
    except input_error as error:
        parts = (str(getattr(error, part, ""))[:TEXT] for part in ("what", "where", "do"))
        pending += _frame(INPUT_ERROR, "\0".join(parts).encode("utf-8", "replace"))
    _send(pipe, pending)
    os._exit(0)  # nothing is left to put in order, and the parser's leftovers get no say


def _frame(kind: int, content: bytes = b"") -> bytes:
    return HEADER.pack(kind, len(content)) + content


def _send(pipe: int, content: bytes | bytearray) -> None:
    with memoryview(content) as view:
        sent = 0
        while sent < len(view):
            sent += os.write(pipe, view[sent:])


def limit(memory: int, cpu: int, files: int) -> None:
    """Bound this process for good: bytes, seconds of processor time, open files."""
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 1),  # SIGXCPU first, which tells the parent why
        (resource.RLIMIT_NOFILE, files, files),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        ceiling = resource.getrlimit(what)[1]
        if ceiling == resource.RLIM_INFINITY:
            resource.setrlimit(what, (soft, hard))
        else:
            resource.setrlimit(what, (min(soft, ceiling), min(hard, ceiling)))


def confine(namespaces: int, number: int, program: bytes) -> list[str]:
    """Give up what can be given up from inside; names the layers that hold from now on.

    ``namespaces`` are flags for unshare(2), 0 inside bubblewrap. ``number`` is that of the system
    call seccomp(2), ``program`` its filter, empty where none is known for this machine.
    """
    layers: list[str] = []
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 (a tenth of the start-up, and for Linux only)

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if namespaces and libc.unshare(namespaces) == 0:
            layers.append("namespaces")
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and program:
            code = ctypes.create_string_buffer(program, len(program))
            filters = struct.pack("HL", len(program) // 8, ctypes.addressof(code))
            flag = _SECCOMP_FILTER_FLAG_TSYNC  # threads that an import has started, too
            if libc.syscall(number, _SECCOMP_SET_MODE_FILTER, flag, filters) == 0:
                layers.append("seccomp")
    if "seccomp" not in layers:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return layers


if __name__ == "__main__":
    main(sys.argv[1:])
