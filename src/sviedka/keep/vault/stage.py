"""Writing objects into a folder so that they become durable together.

1. Each is written to a temporary file in the store's own folder, so on its own file system.
2. ``commit`` makes all their bytes durable, then renames each to ``ab/ab12…``, then makes the
   renames durable. A crash before the end leaves ``*.tmp`` files or whole objects that no ledger
   entry names; it never leaves half an object under a name.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from sviedka.errors import NotFoundError, StorageError, UsageError
from sviedka.keep.vault.disk import disk_errors
from sviedka.keep.vault.durable import make_durable
from sviedka.keep.vault.writer import DirectoryWriter

if TYPE_CHECKING:
    from pathlib import Path


def path_of(name: str) -> str:
    """Where an object lies within its store."""
    return f"{name[:2]}/{name}"


class DirectoryStage:
    """The ``Stage`` of the folder ``root``, of which ``folder`` is an open descriptor."""

    def __init__(self, root: Path, folder: int) -> None:
        self._root = root
        self._folder = folder
        self._writers: list[DirectoryWriter] = []
        self._over = False

    def writer(self) -> DirectoryWriter:
        """Begin one more object; raises StorageError."""
        self._refuse_over()
        writer = DirectoryWriter(self._root, self._folder)
        self._writers.append(writer)
        return writer

    def commit(self) -> None:
        """Make every closed object durable under its name; raises StorageError."""
        self._refuse_over()
        names = {}
        for writer in self._writers:
            if not writer.dropped:
                if writer.stored is None:
                    raise UsageError("an object of this stage is still being written")
                names[writer.path] = writer.stored.name
        self._over = True
        shards = sorted({name[:2] for name in names.values()})
        with disk_errors(self._root):
            make_durable(self._folder, list(names))
            for shard in shards:
                self._make_shard(shard)
            for path, name in names.items():
                # A rename replaces: what has this name already has the same bytes, or is damaged.
                os.rename(path, path_of(name), src_dir_fd=self._folder, dst_dir_fd=self._folder)
            if names:
                # The root too: on FAT a temporary name left in it would share the object's bytes.
                make_durable(self._folder, [*shards, "."])
        self._writers.clear()

    def drop(self, name: str) -> None:
        """Take a closed object back, by its name; NotFoundError if it is not in this stage."""
        for writer in reversed(self._writers):  # most often one of the last
            if writer.stored is not None and writer.stored.name == name and not writer.dropped:
                writer.drop()
                return
        raise NotFoundError("This object is not in the stage", where=name)

    def abort(self) -> None:
        """Remove the temporary files of all that was not committed."""
        self._over = True
        for writer in self._writers:
            writer.drop()
        self._writers.clear()

    def _make_shard(self, shard: str) -> None:
        try:
            os.mkdir(shard, dir_fd=self._folder)
        except FileExistsError:
            found = os.stat(shard, dir_fd=self._folder, follow_symlinks=False)
            if not stat.S_ISDIR(found.st_mode):
                raise StorageError(
                    "There is something else where a folder of objects should be",
                    where=str(self._root / shard),
                    do="look who put it there, and move it away",
                ) from None

    def _refuse_over(self) -> None:
        if self._over:
            raise UsageError("this stage is over")
