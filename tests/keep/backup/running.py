"""Back up in a process of its own, which can be killed: SOURCE DEST."""

import sys
from pathlib import Path

from sviedka.keep.backup import backup

outcome = backup(Path(sys.argv[1]), Path(sys.argv[2]))
sys.exit(len(outcome.lacking))
