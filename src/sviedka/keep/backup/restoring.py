"""Making an archive again from a copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.errors import UsageError
from sviedka.keep import layout
from sviedka.keep.backup.copying import backup
from sviedka.keep.verify import Depth, verify

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.verify import Report
    from sviedka.keep.verify.report import Progress


def restore(copy: Path, dest: Path, progress: Progress) -> Report:
    """Copy an archive into an empty folder, then read all of it back; the report of that.

    UsageError if the folder holds anything but what an interrupted restoring left.
    """
    if layout.is_archive(dest):
        raise UsageError(
            "there is an archive already", where=str(dest), do="name a folder that is not there"
        )
    backup(copy, dest, progress)
    return verify(dest, Depth.HASHES, progress=progress)
