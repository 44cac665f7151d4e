"""Names of members: where one leads out of the folder that it should be unpacked in."""

from __future__ import annotations

import re
from typing import Final

_ABSOLUTE: Final = re.compile(rb"[/\\]|[A-Za-z]:")
_STEPS: Final = re.compile(rb"[/\\]")


def escapes(name: bytes) -> bool:
    """Whether ``name``, taken at its word on any system, leads outside ("zip-slip").

    A backslash divides on Windows, so it counts here too.
    """
    return bool(_ABSOLUTE.match(name)) or b".." in _STEPS.split(name)
