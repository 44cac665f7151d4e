"""Bitcoin block headers, from a file that the user has from elsewhere: no explorer is asked.

Two forms: lines of ``HEIGHT HEADER``, the header's 80 bytes in hex, as any node or explorer gives
it; or all headers from the first on, 80 bytes each, as Electrum keeps them (`blockchain_headers`).
That a header belongs to the chain is the word of whoever made the file: it is not checked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError, ProofError
from sviedka.keep import durable

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.stamps.ots import Block

SIZE: Final = 80
_ROOT: Final = slice(36, 68)
_TIME: Final = slice(68, 72)
"""Places in a header (developer.bitcoin.org, "Block Headers"); the time is POSIX seconds."""
MAX_FILE: Final = 256 << 20
"""Bytes: a million headers take 80 MB; there are some 50,000 a year."""
_LONGEST_HEIGHT: Final = 10


@dataclass(frozen=True)
class Headers:
    """Headers by height, or all of them one after another in ``whole``."""

    by_height: dict[int, bytes]
    whole: bytes = b""

    def __getitem__(self, height: int) -> bytes | None:
        """The header of 80 bytes at a height; None if it is not here."""
        found = self.whole[height * SIZE : (height + 1) * SIZE]
        return self.by_height.get(height) or (found if len(found) == SIZE else None)


def read(path: Path) -> Headers:
    """Read a file of headers; InputError if it is none."""
    data = durable.read_file(path, MAX_FILE)
    if data and not len(data) % SIZE and not data[:1].isdigit():
        return Headers({}, data)
    found = {}
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            height, header = line.split()
            found[int(height[:_LONGEST_HEIGHT])] = bytes.fromhex(header.decode("ascii"))
        except ValueError as error:
            raise InputError(
                "this is no line of HEIGHT HEADER", where=f"{path}:{number}"
            ) from error
    if not found or any(len(each) != SIZE for each in found.values()):
        raise InputError("a block header has 80 bytes", where=str(path))
    return Headers(found)


def time(block: Block, headers: Headers) -> int | None:
    """When an attesting block says that it was made (POSIX seconds); None without its header.

    ProofError if the header of that height does not commit to what the proof leads to.
    """
    header = headers[block.height]
    if header is None:
        return None
    if header[_ROOT] != block.root:
        raise ProofError(
            f"the block {block.height} does not attest this head: its Merkle root is another"
        )
    return int.from_bytes(header[_TIME], "little")
