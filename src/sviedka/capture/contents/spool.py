"""The bytes of a part as an open file that its reader can seek in, and that no disk ever sees."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SPOOL: Final = 1 << 30
"""Bytes of memory for one part that is looked into; a larger one is kept, not looked into."""


@contextmanager
def spooled(blocks: Iterable[bytes], where: str) -> Iterator[int]:
    """A descriptor open for reading only, at the beginning of these bytes.

    InputError if they are more than ``MAX_SPOOL``. Memory of this kind may be swapped out, as any
    may (docs/threat-model.md).
    """
    writing = os.memfd_create("part")
    try:
        size = 0
        for block in blocks:
            size += len(block)
            if size > MAX_SPOOL:
                raise InputError(
                    f"this part is larger than {MAX_SPOOL >> 20} MiB, and was not looked into",
                    where=where,
                    do="write it out, and add it by itself",
                )
            with memoryview(block) as view:
                sent = 0
                while sent < len(view):
                    sent += os.write(writing, view[sent:])
        # A new description, since a reader gets what cannot be written.
        reading = os.open(f"/proc/self/fd/{writing}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)
