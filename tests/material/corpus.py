"""The corpus of the benchmarks: incompressible bytes in large and small files.

At scale 1 it has 548 MiB: seven files of 64 MiB, of which one repeats another, and 1,600 of 64 KiB.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

LARGE, SMALL = 64 << 20, 64 << 10
LARGE_COUNT, SMALL_COUNT = 7, 1_600
_CHUNK = 1 << 20


def _fill(path: Path, size: int, rng: Random) -> None:
    with path.open("wb") as file:
        while size > 0:
            file.write(rng.randbytes(min(size, _CHUNK)))
            size -= _CHUNK


def write_corpus(out: Path, *, scale: float = 1, seed: int = 1) -> int:
    """Write the corpus into the folder ``out``; returns its size in bytes.

    ``scale`` shrinks or grows the size of the large files and the number of the small ones, so
    that their proportion in bytes stays; the last large file repeats the first.
    """
    rng = Random(seed)
    large, small = out / "large", out / "small"
    for folder in (large, small):
        folder.mkdir(parents=True, exist_ok=True)
    size = max(1, round(LARGE * scale))
    for number in range(LARGE_COUNT - 1):
        _fill(large / f"{number}.bin", size, rng)
    _fill(large / f"{LARGE_COUNT - 1}.bin", size, Random(seed))
    count = max(1, round(SMALL_COUNT * scale))
    for number in range(count):
        _fill(small / f"{number:04d}.bin", SMALL, rng)
    return LARGE_COUNT * size + count * SMALL


def write_sparse(path: Path, size: int, *, seed: int = 1) -> None:
    """A file of ``size`` bytes that takes next to no room: a few random bytes at either end."""
    rng = Random(seed)
    with path.open("wb") as file:
        file.write(rng.randbytes(min(16, size)))
        if size > 32:
            file.seek(size - 16)
            file.write(rng.randbytes(16))
        file.truncate(size)


def main() -> None:
    """Write the corpus, or a sparse file."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.corpus", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder (or, with --sparse, the file) to write")
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--sparse", type=int, metavar="BYTES", help="one sparse file instead")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.sparse is None:
        write_corpus(given.out, scale=given.scale, seed=given.seed)
    else:
        write_sparse(given.out, given.sparse, seed=given.seed)


if __name__ == "__main__":
    main()
