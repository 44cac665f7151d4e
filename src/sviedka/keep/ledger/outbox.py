"""The outbox of a device that does not give positions (docs/format.md §8.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError
from sviedka.keep import durable
from sviedka.keep.ledger import journal
from sviedka.keep.ledger.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME: Final = re.compile(r"[0-9]{10}")


def name_of(seq: int) -> str:
    """The name of the file whose first entry has this ``seq``."""
    return f"{seq:010}"


def write(folder: Path, entries: Sequence[Entry]) -> None:
    """Put one group into the outbox, whole or not at all."""
    data = journal.frame(each.data for each in entries)
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


def waiting(folder: Path) -> list[Entry]:
    """All entries of an outbox, in the order of the chain."""
    found: list[Entry] = []
    for path in files(folder):
        with durable.storage_errors(path):
            data = path.read_bytes()
        found += read(data)
    return found


def clear(folder: Path, seq: int) -> None:
    """Remove the files whose entries, all below ``seq``, have got their positions."""
    for path in files(folder):
        if int(path.name) < seq:
            durable.remove(path)
