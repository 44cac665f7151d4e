"""What is measured in one open process, through the library: run as a program of its own.

So the process that measures commands stays small, and this one is new each time.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import MIB, run

if TYPE_CHECKING:
    from tests.bench.installed import Installed

Figures = dict[str, float]
_ROOT = Path(__file__).parents[2]


def inside(sviedka: Installed, what: str, *sizes: int) -> Figures:
    """Run ``tests.bench.<what>`` on an unlocked archive; its figures, and its peak in MiB."""
    with tempfile.NamedTemporaryFile() as file:
        out = Path(file.name)
        command = [sys.executable, "-m", f"tests.bench.{what}", str(sviedka.folder)]
        command += map(str, sizes)
        cost = run(command, env=sviedka.env, cwd=_ROOT, output=out)
        figures: Figures = json.loads(out.read_bytes())
    return figures | {"peak": cost.peak / MIB}
