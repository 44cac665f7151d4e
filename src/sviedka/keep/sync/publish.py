"""Putting into the folder what other devices need, the head of the ledger last (format.md §8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keep import layout
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath, edge_paths, hashes_at
from sviedka.keep.sync import carry, inventory, pull

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.log import Log
    from sviedka.keep.sync.folder import SyncFolder


def publish(archive: Archive, folder: SyncFolder) -> None:
    """Make the folder hold all that is in tiles here; remove from it what was destroyed.

    Any device can: it is the log key's signature that counts, not who carried it. Call it within
    ``locked``, after ``catch_up``.
    """
    there = inventory.of_ledger(archive.log.entries(), archive.settled())
    carry.drop(folder, layout.OBJECTS, there.gone_objects)
    carry.drop(folder, layout.GRANTS, there.gone_grants)
    carry.push(folder, layout.OBJECTS, archive.objects, there.objects)
    carry.push(folder, layout.GRANTS, archive.grants, there.grants)
    carry.push_kept(folder, archive.log.folder, there.kept)
    _publish_ledger(folder, archive.log)


def _publish_ledger(folder: SyncFolder, log: Log) -> None:
    """Every tile is compared, so that whatever was altered in the folder is mended.

    Partial tiles of earlier heads stay until the full one is there: somebody may be reading them.
    """
    if log.note is None:
        return
    for path in _tiles(log.tiled):
        folder.put(f"{layout.LEDGER}/{path}", log.tile(path))
        if path.width == FULL:
            _clear_partial(folder, path)
    folder.put(pull.HEAD, bytes(log.note))


def _clear_partial(folder: SyncFolder, path: TilePath) -> None:
    spent = f"{layout.LEDGER}/{path}.p"
    for name in folder.names(spent):
        folder.remove(f"{spent}/{name}")


def _tiles(size: int) -> Iterator[TilePath]:
    """All tiles and bundles of a ledger of that size."""
    yield from (TilePath(ENTRIES, index) for index in range(size // FULL))
    if width := size % FULL:
        yield TilePath(ENTRIES, size // FULL, width)
    level = 0
    while hashes := hashes_at(level, size):
        yield from (TilePath(level, index) for index in range(hashes // FULL))
        level += 1
    yield from edge_paths(size)
