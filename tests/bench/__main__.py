"""``python -m tests.bench``: measure, write the report, tell whether every bar is met."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.bench import contents, library, machine, memory, sealing, talk, waits, web
from tests.bench.measure import adopt_orphans
from tests.bench.report import document

ROOT: Final = Path(__file__).parents[2]
REPORT: Final = ROOT / "docs" / "benchmarks.md"
PARTS: Final = {
    "sealing": sealing.measure,
    "memory": memory.measure,
    "telegram": talk.measure,
    "waits": waits.measure,
    "library": library.measure,
    "web": web.measure,
    "contents": contents.measure,
}


def main() -> int:
    """0 if every bar is met, or if this was only a smoke run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--dir", type=Path, help="where to work; needs 8 GB (beside the checkout)")
    parser.add_argument("--out", type=Path, help="where to write (docs/benchmarks.md)")
    parser.add_argument("--only", choices=PARTS, action="append", help="leave out other parts")
    parser.add_argument("--quick", action="store_true", help="a smoke run; write to --out only")
    parser.add_argument("--date", help="a date to write into the report")
    given = parser.parse_args()
    adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that we clear away then, too
    out = given.out or (None if given.quick or given.only else REPORT)
    # A folder for temporary files might lie in memory, where syncing costs nothing.
    folder = Path(tempfile.mkdtemp(prefix="sviedka-bench-", dir=given.dir or ROOT.parent))
    parts = []
    try:
        for name in given.only or PARTS:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            parts.append(PARTS[name](folder, quick=given.quick))
        about = machine.described(folder)
    finally:
        shutil.rmtree(folder)
    text = document(parts, about, date=given.date, quick=given.quick)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        print(text)
    missed = [bar for part in parts for bar in part.bars if not bar.met]
    for bar in missed:
        print("missed:", *bar.row()[:3], sep="  ", file=sys.stderr)
    return 1 if missed and not given.quick else 0


if __name__ == "__main__":
    sys.exit(main())
