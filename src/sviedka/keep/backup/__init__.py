"""A copy of an archive on another disk, and an archive made again from such a copy.

The copy is an archive folder itself: it opens, and ``verify`` finds it clean. It holds no keys.
"""

from __future__ import annotations

from sviedka.keep.backup.copying import Outcome, backup
from sviedka.keep.backup.restoring import restore

__all__ = ["Outcome", "backup", "restore"]
