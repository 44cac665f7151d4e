"""The journal: entries that are acknowledged but not yet in tiles (docs/format.md §4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, IntegrityError, UsageError
from sviedka.keep.ledger.bundles import MAX_ENTRY

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
    """Records: u32 length ‖ SHA-256 ‖ entry, one after another. UsageError for what is no entry."""
    parts: list[bytes] = []
    for entry in entries:
        if not 0 < len(entry) <= MAX_ENTRY:
            raise UsageError(f"the ledger takes no entry of {len(entry)} bytes")
        parts += (len(entry).to_bytes(_LENGTH, "big"), sha256(entry).digest(), entry)
    return b"".join(parts)


def parse(data: bytes) -> Journal:
    """Read a journal. FormatError if it is none, IntegrityError if a record is altered."""
    if data[:4] != MAGIC or len(data) < HEADER_SIZE:
        raise FormatError("this is not a journal")
    entries, length = unframe(data, HEADER_SIZE)
    return Journal(int.from_bytes(data[4:HEADER_SIZE], "big"), entries, length)


def unframe(data: bytes, at: int = 0) -> tuple[list[bytes], int]:
    """The whole records from ``at`` on, and where the last of them ends.

    Only a record that the end of the data cuts off is left out; a wrong hash, or a length that is
    not that of the entry, is an IntegrityError, for no interrupted write leaves that.
    """
    entries: list[bytes] = []
    while at + _LENGTH <= len(data):
        size = int.from_bytes(data[at : at + _LENGTH], "big")
        digest = data[at + _LENGTH : at + _PREFIX]
        entry = data[at + _PREFIX : at + _PREFIX + size]
        if not 0 < size <= MAX_ENTRY:
            raise IntegrityError("a record has an impossible length", where=f"byte {at}")
        if at + _PREFIX + size > len(data):
            if _begins_with(entry, digest):
                raise IntegrityError("the length of a record is altered", where=f"byte {at}")
            break
        if sha256(entry).digest() != digest:
            raise IntegrityError("a record is altered", where=f"byte {at}")
        entries.append(entry)
        at += _PREFIX + size
    return entries, at


def _begins_with(data: bytes, digest: bytes) -> bool:
    """Whether a beginning of the data has this hash: then it is a whole entry, not a cut one.

    Without this, one flipped bit in a length would take acknowledged entries away unnoticed. It
    costs 50 ms at the most, and only where a write was interrupted.
    """
    hashed = sha256()
    for at in range(len(data)):
        hashed.update(data[at : at + 1])
        if hashed.digest() == digest:
            return True
    return False
