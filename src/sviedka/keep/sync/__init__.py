"""Several devices through a plain folder: a stick, a share (docs/format.md §8).

The folder is trusted for nothing but carriage. What is in it is checked before any of it comes
into the archive, and a sync that is interrupted anywhere can be run again.
"""

from __future__ import annotations

from sviedka.keep.sync.arriving import Joining, arrive, identify, join
from sviedka.keep.sync.handover import consent, hand_over
from sviedka.keep.sync.report import Finding, SyncReport
from sviedka.keep.sync.syncing import sync

__all__ = [
    "Finding",
    "Joining",
    "SyncReport",
    "arrive",
    "consent",
    "hand_over",
    "identify",
    "join",
    "sync",
]
