"""What the figures were measured on: processor, system, versions."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import ssl
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

_TELLING: Final = ("sha_ni", "sha2", "aes", "vaes", "avx2", "avx512f", "asimd")
"""Features, as /proc/cpuinfo calls them, that hashing and encryption become faster by."""
_PROGRAMS: Final = {
    "age": ["age", "--version"],
    "borg": ["borg", "--version"],
    "restic": ["restic", "version"],
    "sha256sum": ["sha256sum", "--version"],
    "tar": ["tar", "--version"],
}
_LIBRARIES: Final = ("sviedka", "cryptography", "apsw-sqlite3mc", "bagit")
HIDE_SHA: Final = ":~0x20000000"
"""For ``OPENSSL_ia32cap`` (its manual): no SHA extensions, bit 29 of EBX of CPUID leaf 7."""
_PROBE: Final = 64 << 20
_SYNCS: Final = 100


def features() -> set[str]:
    """What the processor can do, of what matters here."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", info, re.MULTILINE)
    return set(found[1].split()) & set(_TELLING) if found else set()


def processor() -> str:
    """Its name, as far as it gives one."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^model name\s*:\s*(.*)$", info, re.MULTILINE)
    return found[1] if found else platform.machine()


def cores() -> int:
    """How many of them we may use."""
    return len(os.sched_getaffinity(0))


def hashing_speed() -> float:
    """MiB a second that Python's SHA-256 takes on one core."""
    data = bytes(_PROBE)
    begin = time.process_time()
    hashlib.sha256(data)
    return _PROBE / (1 << 20) / (time.process_time() - begin)


def syncing_time(folder: Path) -> float:
    """Milliseconds that it takes to write 4 KiB and have them on the disk, at the median."""
    taken = []
    with (folder / "synced").open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            begin = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def described(folder: Path) -> list[tuple[str, str]]:
    """What to say of the machine, and of the disk that ``folder`` is on, label by label."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return [
        ("Processor", f"{processor()}, {cores()} cores ({platform.machine()})"),
        ("Its features", ", ".join(sorted(features())) or "none that matter here"),
        ("SHA-256 in Python, one core", f"{hashing_speed():,.0f} MiB/s"),
        ("4 KiB to the disk (fsync)", f"{syncing_time(folder):.1f} ms"),
        ("Memory", f"{memory / 2**30:.0f} GiB"),
        ("System", f"{_system()}, Linux {platform.release()}"),
        ("Python", f"{sys.version.split()[0]}, {ssl.OPENSSL_VERSION}"),
        *((name, version(name)) for name in _LIBRARIES),
        *((name, _version(command)) for name, command in _PROGRAMS.items()),
    ]


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")


def _version(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = re.search(r"\d+(?:\.\d+)+", said)
    return found[0] if found else said.strip()
