"""Tiles and bundles as files in the folder of a ledger (docs/format.md §4.2)."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError
from sviedka.keep import durable
from sviedka.keep.ledger import bundles
from sviedka.keep.ledger.merkle import HASH_SIZE
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath, edge_paths, hashes_at
from sviedka.keep.ledger.tiles import TILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BUNDLE_BYTES: Final = FULL * (2 + bundles.MAX_ENTRY)
_WIDTH: Final = re.compile(r"([1-9][0-9]{0,2})(\.tmp)?")


class TileFolder:
    """The files of a log. Wider tiles replace partial ones, so what was read once may be gone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        """A tile or bundle, if need be as the beginning of the wider one that replaced it.

        So a reader of an older head goes on undisturbed while another process commits.
        """
        wanted = TilePath.parse(name)
        found: TilePath | None = wanted
        while found:
            with suppress(NotFoundError):
                return self._beginning(wanted, found)
            found = self._widest(wanted)
        raise NotFoundError("there is no such tile", where=str(self._folder / name))

    def write(self, files: Mapping[TilePath, bytes]) -> None:
        """Put tiles in place, durably."""
        durable.write_files(self._folder, {str(path): data for path, data in files.items()})

    def clear(self, since: int, size: int) -> None:
        """Remove the partial tiles that wider ones replaced while the log grew from ``since``.

        Those that an interrupted commit left are among them. No sync: what a loss of power brings
        back does no harm.
        """
        kept = {str(path) for path in _edge(size)}
        for path in _widened(since, size):
            folder = self._folder / f"{path}.p"
            with durable.storage_errors(folder):
                if not folder.is_dir():
                    continue
                names = [each.name for each in folder.iterdir()]
                spent = {
                    name
                    for name in names
                    if _WIDTH.fullmatch(name) and f"{path}.p/{name}" not in kept
                }
                for name in spent:
                    (folder / name).unlink(missing_ok=True)
                if len(spent) == len(names):
                    folder.rmdir()

    def _beginning(self, wanted: TilePath, found: TilePath) -> bytes:
        """What the tile ``wanted`` holds, from the same or a wider one."""
        most = _BUNDLE_BYTES if found.level == ENTRIES else TILE_BYTES
        data = durable.read_file(self._folder / str(found), most)
        if found == wanted:
            return data
        if found.level != ENTRIES:
            return data[: wanted.width * HASH_SIZE]
        entries = bundles.unpack(data, found.width, where=str(found))
        return bundles.pack(entries[: wanted.width])

    def _widest(self, wanted: TilePath) -> TilePath | None:
        """The widest partial tile that begins as ``wanted`` does, if it is wider."""
        folder = self._folder / f"{wanted.full}.p"
        try:
            with durable.storage_errors(folder):
                names = [each.name for each in folder.iterdir()]
        except NotFoundError:
            return None
        width = max((int(name) for name in names if _is_width(name)), default=0)
        return TilePath(wanted.level, wanted.index, width) if width > wanted.width else None


def _is_width(name: str) -> bool:
    found = _WIDTH.fullmatch(name)
    return found is not None and not found[2] and int(found[1]) < FULL


def _edge(size: int) -> Iterator[TilePath]:
    """The partial tiles and the partial bundle of a log of that size."""
    yield from edge_paths(size)
    if width := size % FULL:
        yield TilePath(ENTRIES, size // FULL, width)


def _widened(since: int, size: int) -> Iterator[TilePath]:
    """The full names of the tiles and bundles that changed while a log grew from ``since``."""
    level = ENTRIES
    while size >= 1 and (hashes := hashes_at(max(level, 0), size)):
        for index in range(hashes_at(max(level, 0), since) // FULL, hashes // FULL + 1):
            yield TilePath(level, index)
        level += 1
