"""A process that writes to a ledger: as a program, for tests that interrupt or crowd it.

``python writing.py FOLDER NAME COUNT EVERY`` appends that many entries, says each on its
output once it stands, and commits after every so many (0: only what is there, at the end).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sviedka.errors import StorageError
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.notekeys import KeyType, SigningKey

if TYPE_CHECKING:
    from sviedka.keep.ledger.note import Note

KEY = SigningKey("sviedka/" + "07" * 16, KeyType.ED25519, bytes(32))


def signed(log: Log) -> Note:
    """The head of a ledger, under the key of these tests."""
    return checkpoint.sign(checkpoint.Checkpoint(KEY.name, log.size, log.root_at(log.size)), KEY)


def commit(log: Log) -> None:
    """Tile what the journal holds."""
    log.commit(signed(log))


def main(folder: str, name: str, count: str, every: str) -> None:
    """Append and commit as told."""
    log = Log(Path(folder))
    for number in range(int(count)):
        with log.locked(60):
            entry = f"{name} {number}".encode()
            log.append([entry])
            sys.stdout.write(f"{entry.decode()}\n")
            sys.stdout.flush()
            if int(every) and number % int(every) == 0:
                commit(log)
    if not int(every):
        with log.locked(60):
            commit(log)
            sys.stdout.write("committed\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except StorageError as trouble:
        sys.exit(f"StorageError: {trouble}")
