"""Prints ``docs/kinds.md``."""

from __future__ import annotations

import sys

from sviedka.kinds.document import document
from sviedka.kinds.model import load

sys.stdout.write(document(load()))
