"""The outbox of a device that does not give positions (docs/format.md §8.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, UsageError
from sviedka.keep import durable
from sviedka.keep.ledger import journal
from sviedka.keep.ledger.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_FILE: Final = 1 << 28
"""Bytes of one group in an outbox (docs/format.md §8.1): three million items, or more."""
_NAME: Final = re.compile(r"[0-9]{10}")


def name_of(seq: int) -> str:
    """The name of the file whose first entry has this ``seq``."""
    return f"{seq:010}"


def write(folder: Path, entries: Sequence[Entry]) -> None:
    """Put one group into the outbox, whole or not at all."""
    data = journal.frame(each.data for each in entries)
    if len(data) > MAX_FILE:
        raise UsageError(f"{len(data)} bytes of entries are too many for one save")
    durable.write_file(folder / name_of(entries[0].body.seq), data)


def read(data: bytes) -> list[Entry]:
    """The entries of one file; FormatError or IntegrityError if it is not whole."""
    entries, end = journal.unframe(data)
    if end != len(data) or not entries:
        raise FormatError("a file of an outbox is cut off or empty")
    return [Entry.parse(each) for each in entries]


def files(folder: Path) -> list[Path]:
    """The files of an outbox, oldest first."""
    with durable.storage_errors(folder):
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def load(path: Path) -> list[Entry]:
    """The entries of a file of this device's own outbox."""
    return read(durable.read_file(path, MAX_FILE))


def waiting(folder: Path, seq: int = 0) -> list[Entry]:
    """The entries of an outbox, in the order of the chain, of groups that begin at ``seq`` on."""
    return [each for path in files(folder) if int(path.name) >= seq for each in load(path)]


def clear(folder: Path, seq: int) -> None:
    """Remove the files whose entries, all below ``seq``, have got their positions."""
    for path in files(folder):
        if int(path.name) < seq:
            durable.remove(path)
