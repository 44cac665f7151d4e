"""The system-call filter of the child: what a parser needs, and nothing that reaches the world.

An allow-list: memory, time, threads, and reading and writing descriptors that are already open.
Opening, connecting, starting, signalling and every other call fail with EPERM. See seccomp(2) and
``Documentation/userspace-api/seccomp_filter.rst`` of Linux.
"""

from __future__ import annotations

import platform
import struct
import sys
from dataclasses import dataclass

# Name → number on x86_64 (arch/x86/entry/syscalls/syscall_64.tbl) and in the table that aarch64
# and riscv64 share (include/uapi/asm-generic/unistd.h); None where a machine does without.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "fadvise64": (221, 223),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "preadv": (295, 69),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of processor: its AUDIT_ARCH_* (linux/audit.h) and numbers of three calls."""

    audit: int
    column: int
    clone: int
    seccomp: int


_MACHINES = {
    "x86_64": Machine(0xC000003E, 0, 56, 317),
    "aarch64": Machine(0xC00000B7, 1, 220, 277),
    "riscv64": Machine(0xC00000F3, 1, 220, 277),
}
_CLONE3 = 435
_CLONE_THREAD = 0x10000
_EPERM, _ENOSYS = 1, 38
_NR, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000


def machine() -> Machine | None:
    """What this machine is, or None if no filter is known for it."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return None
    return _MACHINES.get(platform.machine())


def program(of: Machine) -> bytes:
    """The filter as ``struct sock_filter[]``, eight bytes an instruction."""
    allowed = [numbers[of.column] for numbers in _ALLOWED.values()]
    numbers = [number for number in allowed if number is not None]
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, of.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
        # Each test jumps, if true, over the later tests and the six steps before ALLOW.
        *((_EQUAL, len(numbers) - at + 5, 0, number) for at, number in enumerate(numbers)),
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),  # so that libc falls back to clone, which can be judged
        (_EQUAL, 0, 2, of.clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
