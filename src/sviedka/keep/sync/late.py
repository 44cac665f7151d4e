"""Cases of which something came after the entries that name it: the index reads them again.

Which they are is written down before anything comes, so that an interruption forgets none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka.errors import BusyError, NotFoundError
from sviedka.keep.canonical import Id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.keep.archive import Archive

FILE: Final = "late.cache"
FEW: Final = 8
"""Up to so many cases are replayed one by one; for more the index is made again."""
_LIMIT: Final = 1 << 28


def expect(archive: Archive, cases: Iterable[str]) -> None:
    """Write down, durably, that something of these cases may come."""
    known = _read(archive)
    if not known.issuperset(cases):
        archive.folder.write(FILE, msgspec.msgpack.encode(sorted(known.union(cases))))


def replay(archive: Archive) -> None:
    """Bring the index up to date with all cases that were written down, and forget them."""
    cases = _read(archive)
    if not cases:
        return
    if len(cases) <= FEW or not _rebuilt(archive):
        for case in sorted(cases):
            archive.projector.replay(case)
    archive.folder.write(FILE, msgspec.msgpack.encode([]))


def _rebuilt(archive: Archive) -> bool:
    """Whether the index could be made again, for which no other process may have it open."""
    try:
        archive.projector.rebuild()
    except BusyError:
        return False
    return True


def _read(archive: Archive) -> set[str]:
    try:
        data = archive.folder.read(FILE, _LIMIT)
        return set(msgspec.msgpack.decode(data, type=list[Id]))
    except (NotFoundError, msgspec.DecodeError):
        return set()
