"""Proof bundles: one record, shown with all that proves it, to people who need none of our tools.

``write`` makes one out of an archive, ``check`` checks one without an archive.
"""

from __future__ import annotations

from sviedka.keep.bundle.checking import Checked, Original, check
from sviedka.keep.bundle.cosigned import Cosignature
from sviedka.keep.bundle.making import write

__all__ = ["Checked", "Cosignature", "Original", "check", "write"]
