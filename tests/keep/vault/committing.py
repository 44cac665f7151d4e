"""Commits seven objects in two stages, for tests that interrupt it; prints each stage's names."""

from __future__ import annotations

import sys
from pathlib import Path

from sviedka.errors import StorageError
from sviedka.keep.vault.directory import DirectoryStore

store = DirectoryStore(Path(sys.argv[1]))
try:
    store.sweep()
    for contents in (range(1), range(1, 7)):
        with store.staging() as stage:
            names = []
            for number in contents:
                with stage.writer() as writer:
                    writer.write(b"object %d" % number)
                    names.append(writer.close().name)
            stage.commit()
        sys.stdout.write(" ".join(names) + "\n")
        sys.stdout.flush()
except StorageError as error:
    sys.exit(f"StorageError: {error}")
