"""Which machine this is, so that keys copied to another one are noticed (format.md §7.2).

The machine's own number never leaves it: what is stored is a hash of it with the archive's id, and
that only in the sealed state.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEM_FILE: Final = Path("/etc/machine-id")
"""Where the system keeps its number (machine-id(5)); it may be absent in a container."""
FALLBACK: Final = "machine-id"

_ID = re.compile(r"[0-9a-f]{32}")


def machine_id(home: Path, random: Callable[[int], bytes], system: Path = SYSTEM_FILE) -> str:
    """The number of this machine, 32 hex digits; where the system has none, one made in ``home``.

    The one in ``home`` goes wherever that folder is copied, so it tells machines apart only when
    archives are carried over alone. StorageError if it can be neither read nor made.
    """
    own = home / FALLBACK
    for path in (system, own):
        if found := _read(path):
            return found
    try:
        # Exclusively: of two processes that come here at once, one makes it and both read it.
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(random(16).hex().encode() + b"\n")
            file.flush()
            os.fsync(handle)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            raise StorageError(error.strerror or "not writable", where=str(own)) from error
    if made := _read(own):
        return made
    raise StorageError("this does not hold a machine's number", where=str(own), do="remove it")


def fingerprint(archive: str, machine: str) -> str:
    """What the state remembers of a machine: SHA-256, in hex."""
    return hashlib.sha256(f"sviedka/machine/v1\n{archive}\n{machine}".encode()).hexdigest()


def _read(path: Path) -> str | None:
    """The number in a file; None if the file is absent, or holds none yet (``uninitialized``)."""
    try:
        text = path.read_bytes()[:64].decode("ascii", "replace").strip()
    except OSError:
        return None
    return text if _ID.fullmatch(text) else None
