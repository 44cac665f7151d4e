"""The journal: entries that are acknowledged but not yet in tiles (docs/format.md §4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, IntegrityError
from sviedka.keep.ledger.entry import MAX_ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterable

MAGIC: Final = b"SVJ1"
HEADER_SIZE: Final = 12
_LENGTH: Final = 4
_PREFIX: Final = _LENGTH + 32


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal holds: entries from position ``start`` on, in its first ``length`` bytes.

    Bytes beyond ``length`` are a record whose writing was interrupted; it was never acknowledged.
    """

    start: int
    entries: list[bytes]
    length: int


def header(start: int) -> bytes:
    """The beginning of a journal whose first record is the entry at position ``start``."""
    return MAGIC + start.to_bytes(8, "big")


def frame(entries: Iterable[bytes]) -> bytes:
    """Records: u32 length ‖ SHA-256 ‖ entry, one after another."""
    return b"".join(
        part
        for entry in entries
        for part in (len(entry).to_bytes(_LENGTH, "big"), sha256(entry).digest(), entry)
    )


def parse(data: bytes) -> Journal:
    """Read a journal. FormatError if it is none, IntegrityError if a record is altered."""
    if data[:4] != MAGIC or len(data) < HEADER_SIZE:
        raise FormatError("this is not a journal")
    entries, length = unframe(data, HEADER_SIZE)
    return Journal(int.from_bytes(data[4:HEADER_SIZE], "big"), entries, length)


def unframe(data: bytes, at: int = 0) -> tuple[list[bytes], int]:
    """The whole records from ``at`` on, and where the last of them ends.

    Only a record that the end of the data cuts off is left out; a length beyond what an entry may
    have, or a wrong hash, is an IntegrityError, for no interrupted write leaves that.
    """
    entries: list[bytes] = []
    while at + _LENGTH <= len(data):
        size = int.from_bytes(data[at : at + _LENGTH], "big")
        if not 0 < size <= MAX_ENTRY:
            raise IntegrityError(
                "a record of the journal has an impossible length", where=f"byte {at}"
            )
        entry = data[at + _PREFIX : at + _PREFIX + size]
        if at + _PREFIX + size > len(data):
            break
        if sha256(entry).digest() != data[at + _LENGTH : at + _PREFIX]:
            raise IntegrityError("a record is altered", where=f"byte {at}")
        entries.append(entry)
        at += _PREFIX + size
    return entries, at
