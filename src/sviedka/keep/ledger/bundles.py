"""Entry bundles: entries behind big-endian uint16 lengths (C2SP tlog-tiles, "Log entries")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, UsageError
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_ENTRY: Final = 65_535
"""Bytes of the longest entry: what a uint16 can say."""


def pack(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle; UsageError if one is longer than ``MAX_ENTRY``."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise UsageError(f"an entry of {len(entry)} bytes; the ledger takes {MAX_ENTRY}")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unpack(bundle: bytes, width: int, where: str = "") -> list[bytes]:
    """The ``width`` entries of a bundle; FormatError if it holds more, fewer or half of one."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) < width:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    # A length that lies beyond the end, or is itself cut off, leaves ``at`` beyond the end.
    if at != len(bundle) or len(entries) != width:
        raise FormatError(f"{len(bundle)} bytes are not a bundle of {width} entries", where=where)
    return entries


def append(size: int, partial: bytes, entries: Sequence[bytes]) -> Iterator[tuple[TilePath, bytes]]:
    """The bundles to write when ``entries`` join a log of ``size`` entries.

    ``partial`` is the partial bundle of that log, empty if there is none. Full bundles come first.
    """
    if bool(partial) != bool(size % FULL):
        raise UsageError(f"a log of {size} entries has another partial bundle")
    index, width, start = size // FULL, size % FULL, 0
    while start < len(entries):
        taken = entries[start : start + FULL - width]
        partial += pack(taken)
        width += len(taken)
        start += len(taken)
        yield TilePath(ENTRIES, index, width), partial
        index, width, partial = index + 1, 0, b""
