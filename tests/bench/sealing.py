"""Sealing a corpus and reading it back, beside the floor and the peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.machine import HIDE_SHA, cores, features
from tests.bench.measure import MIB, Cost, median
from tests.bench.peers import Bagit, Borg, Floor, Restic, Sviedka
from tests.bench.report import Bar, Part, Table, figure
from tests.material.corpus import write_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.peers import Contender

RATIO: Final = 1.3
"""What Sviedka's CPU time may be at most, of the floor's."""
_RUNS: Final = 5
_FLOOR: Final = "floor, with `sha256sum`"
_OURS: Final = "sviedka"
_SAYS: Final = """\
{size:.0f} MiB of random bytes in large and small files, one of which repeats another; {runs}
alternating runs, everything in the page cache, a new archive or repository each time. Spread is
that of the CPU time."""
_READING: Final = """\
`sviedka verify --deep`, beside `borg check --verify-data`, `restic check --read-data`,
`bagit.py --validate`:"""
_PEERS: Final = """\
borg and restic encrypt and authenticate under a passphrase; bagit.py neither encrypts nor copies,
and hashes once. The floor is one process after another, but for `tar | age`. There are {cores}
cores; what is below that in "cores busy" is mostly waiting for the disk, since Sviedka returns
only when everything is on it."""


def contenders() -> list[Contender]:
    """In the order in which they take turns."""
    bare = [Sviedka("sviedka, without SHA instructions", OPENSSL_ia32cap=HIDE_SHA)]
    return [
        Floor(_FLOOR, "sha256sum"),
        Sviedka(_OURS),
        Floor("floor, with `openssl dgst`", "openssl dgst -sha256"),
        *(bare if "sha_ni" in features() else []),
        Borg(),
        Restic(),
        Bagit(),
    ]


def measure(folder: Path, *, quick: bool) -> Part:
    """Let everyone take turns on one corpus, warm."""
    corpus = folder / "corpus"
    size = write_corpus(corpus, scale=0.02 if quick else 1)
    runs = 1 if quick else _RUNS
    sealing: dict[str, list[Cost]] = {}
    reading: dict[str, list[Cost]] = {}
    for _ in range(runs):
        for each in contenders():
            sealed, read = each.turn(corpus, folder / "turn")
            sealing.setdefault(each.name, []).append(sealed)
            reading.setdefault(each.name, []).append(read)
    return Part(
        "Sealing a corpus, and reading it back",
        [
            _SAYS.format(size=size / MIB, runs=runs),
            "`sviedka add`, beside others that store it:",
            _table(sealing),
            _READING,
            _table(reading),
            _PEERS.format(cores=cores()),
        ],
        [
            _bar("`add` of the corpus, CPU", sealing),
            _bar("`verify --deep` of it, CPU", reading),
        ],
    )


def _bar(what: str, costs: dict[str, list[Cost]]) -> Bar:
    ratio = median(costs[_OURS]).cpu / median(costs[_FLOOR]).cpu
    return Bar(what, ratio, RATIO, "× the floor")


def _table(costs: dict[str, list[Cost]]) -> Table:
    floor = median(costs[_FLOOR])
    return Table(
        ("", "CPU", "spread", "× the floor", "wall", "cores busy", "peak memory"),
        [_row(name, measured, floor) for name, measured in costs.items()],
    )


def _row(name: str, costs: Sequence[Cost], floor: Cost) -> tuple[str, ...]:
    middle = median(costs)
    least, most = min(each.cpu for each in costs), max(each.cpu for each in costs)
    return (
        name,
        f"{figure(middle.cpu)} s",
        f"{figure(least)} – {figure(most)}",
        figure(middle.cpu / floor.cpu),
        f"{figure(middle.wall)} s",
        figure(middle.cores),
        f"{middle.peak / MIB:.0f} MiB",
    )
