"""What lies in a folder, found without following a link."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from sviedka.errors import StorageError, UsageError
from sviedka.keep import durable

if TYPE_CHECKING:
    from pathlib import Path


def sizes(root: Path) -> dict[str, int]:
    """Bytes of every file under a folder by its path there; nothing if there is no folder.

    Files may come and go meanwhile. StorageError if anything is a link or a device: what was
    written through one would land elsewhere.
    """
    found: dict[str, int] = {}
    with durable.storage_errors(root):
        _walk(os.fspath(root), "", found)
    return found


def _walk(folder: str, prefix: str, found: dict[str, int]) -> None:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for each in list(entries):
            if each.is_dir(follow_symlinks=False):
                _walk(each.path, f"{prefix}{each.name}/", found)
            elif each.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    found[prefix + each.name] = each.stat(follow_symlinks=False).st_size
            elif os.path.lexists(each.path):
                raise StorageError(
                    "there is a link or a device, where only files belong",
                    where=os.fsencode(each.path).decode("utf-8", "backslashreplace"),
                    do="look who put it there, and move it away",
                )


def require_apart(source: Path, dest: Path) -> None:
    """UsageError if one of two folders lies in the other, or both are the same."""
    one, other = source.resolve(), dest.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise UsageError(
            "a copy lies apart from what it is a copy of",
            where=str(dest),
            do="name a folder on another disk",
        )
