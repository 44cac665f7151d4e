"""Where things lie in an archive (docs/format.md §1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import NotAnArchiveError
from sviedka.keep.ledger.log import CHECKPOINT, JOURNAL

if TYPE_CHECKING:
    from pathlib import Path


TOML: Final = "archive.toml"
LEDGER: Final = "ledger"
OBJECTS: Final = "objects"
GRANTS: Final = "grants"
OUTBOX: Final = "outbox"
KEPT: Final = "checkpoints"
INDEX: Final = "index.db"
_COMMENT: Final = (
    "# A Sviedka archive. This file repeats the first entry of its ledger, for people; "
    "docs/format.md explains the rest."
)


def toml_of(archive: str, origin: str, zone: str) -> bytes:
    """``archive.toml``, which repeats entry 0 for people (docs/format.md §3.2)."""
    lines = (
        _COMMENT,
        "format = 1",
        f'archive = "{archive}"',
        f'origin = "{origin}"',
        f'zone = "{zone}"',
    )
    return "".join(line + "\n" for line in lines).encode()


def is_archive(path: Path) -> bool:
    """Whether a folder looks like an archive: it has a ledger."""
    ledger = path / LEDGER
    return (ledger / JOURNAL).is_file() or (ledger / CHECKPOINT).is_file()


def nearest(start: Path) -> Path:
    """``start`` or the nearest folder above it that is an archive; NotAnArchiveError if none."""
    for folder in (start, *start.parents):
        if is_archive(folder):
            return folder
    raise NotAnArchiveError(
        "there is no archive here or in a folder above",
        where=str(start),
        do="name one with --archive, or make one with `sviedka init`",
    )
