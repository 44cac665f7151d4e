"""How fast web archives are read, against warcio's own reader on the same files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tests.bench.measure import MIB, median, run
from tests.bench.report import Bar, Part, Table, figure
from tests.material import web
from tests.material.documents import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.measure import Cost

LEAST: Final = 0.8
"""Of warcio's speed."""
_MIB: Final = 256
_QUICK: Final = 2
_TURNS: Final = 3
_ROOT: Final = Path(__file__).parents[2]
_SAYS: Final = """\
WARC files of {size} MiB: pages of text and pictures that do not compress, 12 KiB and 48 KiB on
average, each with digests of payload and block. Both programs read every record and check every
digest (`ArchiveIterator(check_digests=True)`), in processes of their own that are started for it;
Sviedka's reads in the sandbox, tells types by their bytes, and hands over each record. The turns
alternate; the bar is of CPU, which counts both processes of Sviedka's."""
_READERS: Final = {
    "warcio": """
import sys
from warcio.archiveiterator import ArchiveIterator
with open(sys.argv[1], "rb") as file:
    for record in ArchiveIterator(file, check_digests=True):
        while record.raw_stream.read(1 << 20):
            pass
        assert record.digest_checker.passed
""",
    "sviedka": """
import sys
from sviedka.readers.web.findings import Record
from sviedka.readers.web.reading import read
with open(sys.argv[1], "rb") as file:
    for found in read(file.fileno()):
        assert not isinstance(found, Record) or found.payload_digest.verdict == "matches"
""",
}


def measure(folder: Path, *, quick: bool) -> Part:
    """Read the same WARC files with both."""
    size = _QUICK if quick else _MIB
    rows, bars = [], []
    for gzipped, name in ((True, "gzip members"), (False, "plain")):
        path = folder / "crawl.warc"
        _write(path, size, gzipped=gzipped)
        theirs, ours = _turns(path)
        rows += [
            (f"warcio, {name}", *_row(theirs, path)),
            (f"Sviedka, {name}", *_row(ours, path)),
        ]
        bars.append(
            Bar(f"WARC reading, {name}", theirs.cpu / ours.cpu, LEAST, "× warcio", least=True)
        )
        path.unlink()
    head = ("WARC", "time", "MiB/s", "CPU", "peak memory")
    return Part("Web archives", [_SAYS.format(size=size), Table(head, rows)], bars)


def _turns(path: Path) -> tuple[Cost, Cost]:
    costs: dict[str, list[Cost]] = {name: [] for name in _READERS}
    env = {**os.environ, "PYTHONPATH": str(_ROOT / "src")}
    for _ in range(_TURNS):
        for name, program in _READERS.items():
            costs[name].append(run([sys.executable, "-c", program, path], env=env, cwd=_ROOT))
    return median(costs["warcio"]), median(costs["sviedka"])


def _row(cost: Cost, path: Path) -> tuple[str, ...]:
    rate = path.stat().st_size / MIB / cost.wall
    return (
        f"{figure(cost.wall)} s",
        figure(rate),
        f"{figure(cost.cpu)} s",
        f"{cost.peak / MIB:.0f} MiB",
    )


def _write(path: Path, size: int, *, gzipped: bool) -> None:
    with path.open("wb") as file:
        for record in _records():
            file.write(web.member(record) if gzipped else record)
            if file.tell() >= size * MIB:
                return


def _records() -> Iterator[bytes]:
    """Without end: two pages, a picture."""
    rng, number = Random(1), 0
    words = [*" ".join(LINES).split(), *(rng.randbytes(4).hex() for _ in range(3000))]
    while True:
        length = int(rng.expovariate(1 / 12_288)) + 200
        if number % 3 == 2:
            body, media_type = b"\xff\xd8\xff" + rng.randbytes(length * 4), "image/jpeg"
        else:
            text = " ".join(rng.choices(words, k=length // 9))
            body, media_type = f"<!doctype html><p>{text}</p>".encode(), "text/html"
        yield web.response(f"{web.SITE}/{number}", body, media_type)
        number += 1
