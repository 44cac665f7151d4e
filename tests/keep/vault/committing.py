"""Commits seven objects in two stages: as a program, for tests that interrupt it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.errors import StorageError
from sviedka.keep.vault.directory import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator

# One alone, then so many that they are made durable together.
STAGES = [[b"object 0"], [b"object %d" % number for number in range(1, 7)]]


def commit(root: Path) -> Iterator[list[str]]:
    """Yields the names of each stage once they are durable."""
    store = DirectoryStore(root)
    store.sweep()
    for contents in STAGES:
        with store.staging() as stage:
            names = []
            for content in contents:
                with stage.writer() as writer:
                    writer.write(content)
                    names.append(writer.close().name)
            stage.commit()
        yield names


if __name__ == "__main__":
    try:
        for stage_names in commit(Path(sys.argv[1])):
            sys.stdout.write(" ".join(stage_names) + "\n")
            sys.stdout.flush()
    except StorageError as trouble:
        sys.exit(f"StorageError: {trouble}")
