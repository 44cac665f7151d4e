"""Each original is kept once in a facet of a case, however often it is brought."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sviedka.keep.index.items import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving
    from sviedka.keep.vault.seal import Sealed


class Kept(NamedTuple):
    """An item that is kept: the id of its record, bytes, whether it came with this save."""

    item: str
    size: int
    new: bool


def keep(archive: Archive, save: Saving, case: str, facet: Facet, sealed: Sealed) -> Kept:
    """Keep what was sealed, or let go of it if its content is there already."""
    known = _known(archive, save, case, facet, sealed.sha256)
    if known:
        save.drop(sealed)
        return Kept(known, sealed.size, new=False)
    return Kept(save.item(case, facet, sealed).id, sealed.size, new=True)


def keep_bytes(
    archive: Archive,
    save: Saving,
    case: str,
    facet: Facet,
    read: Callable[[], Iterable[bytes]],
) -> Kept:
    """Seal what ``read`` gives, in blocks, unless it is there; it may be longer than memory."""
    digest, size = hashlib.sha256(), 0
    for block in read():
        digest.update(block)
        size += len(block)
    known = _known(archive, save, case, facet, digest.hexdigest())
    if known:
        return Kept(known, size, new=False)
    ref = save.item_of(case, facet, read())
    return Kept(ref.id, ref.sealed.size, new=True)


def _known(archive: Archive, save: Saving, case: str, facet: Facet, sha256: str) -> str:
    """The item with this content, of this save or an earlier one; "" if there is none."""
    with archive.projector.index.reading() as db:
        found = same(db, bytes.fromhex(case), facet, bytes.fromhex(sha256))
    return found[0].id.hex() if found else save.known(case, facet, sha256)
