"""Peak memory, which must not grow with what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.installed import Installed
from tests.bench.measure import MIB
from tests.bench.report import Bar, Part, Table, figure
from tests.material.corpus import write_sparse

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 200
"""MiB that the largest process may have at its peak."""
_SIZES: Final = (1, 64, 512, 4096)
_QUICK: Final = (1, 16)
_SAYS: Final = "Resident memory of the largest process, for one (sparse) file."


def measure(folder: Path, *, quick: bool) -> Part:
    """Seal and verify single files of growing size."""
    rows, peaks = [], []
    for size in _QUICK if quick else _SIZES:
        original = folder / "sparse.bin"
        write_sparse(original, size * MIB)
        with Installed(folder / "memory") as sviedka:
            sealed = sviedka.run("add", original)
            read = sviedka.run("verify", "--deep")
        original.unlink()
        peaks.append(max(sealed.peak, read.peak) / MIB)
        rows.append(
            (
                f"{size:,} MiB",
                f"{sealed.peak / MIB:.0f} MiB",
                f"{figure(sealed.wall)} s",
                figure(sealed.cores),
                f"{read.peak / MIB:.0f} MiB",
                f"{figure(read.wall)} s",
                figure(read.cores),
            )
        )
    head = ("One file of", "`add`, peak", "wall", "cores busy", "`verify --deep`, peak")
    return Part(
        "Peak memory",
        [
            _SAYS,
            Table((*head, "wall", "cores busy"), rows),
        ],
        [Bar(f"peak memory, files up to {rows[-1][0]}", max(peaks), MOST, "MiB")],
    )
