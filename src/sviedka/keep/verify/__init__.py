"""Checking an archive: all of it, by anyone; and what its keys alone open, by those who hold them.

Nothing is written. Damage is never raised: every finding stands in the report.
"""

from __future__ import annotations

from sviedka.keep.verify.keys import Holder
from sviedka.keep.verify.report import Counts, Finding, Outside, Report, Severity
from sviedka.keep.verify.whole import Depth, verify

__all__ = ["Counts", "Depth", "Finding", "Holder", "Outside", "Report", "Severity", "verify"]
