"""JSON as Telegram Desktop writes it (``export/output/export_output_json.cpp``).

One space of indentation a level, ``": "`` after keys, UTF-8 as it is, and its own peculiarities:
control characters become ``\\x1B``, which is *not* JSON; reactions stand one level too deep.
"""

from __future__ import annotations

import re
from typing import Any, BinaryIO

Fields = dict[str, Any]

_SPECIAL = re.compile('[\x00-\x1f"\\\\\u2028\u2029]')
_ESCAPES = {
    **{chr(code): f"\\x{code:02X}" for code in range(32)},
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    '"': '\\"',
    "\\": "\\\\",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_WORDS = {None: "null", True: "true", False: "false"}
_ONE_DEEPER = frozenset({"reactions", "inline_bot_buttons"})


def quote(text: str) -> str:
    """A string with quotation marks, escaped as Telegram Desktop does."""
    return '"' + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) + '"'


def serialize(value: Any, depth: int) -> str:
    """``value`` as it stands behind a key at ``depth`` levels of nesting."""
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, (int, float)):
        return repr(value)
    line = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        items = [
            f'"{key}": {serialize(item, depth + 1 + (key in _ONE_DEEPER))}'
            for key, item in value.items()
        ]
        return "{" + line + ("," + line).join(items) + line[:-1] + "}"
    if not value:
        return "[]"
    items = [serialize(item, depth + 1) for item in value]
    return "[" + line + ("," + line).join(items) + line[:-1] + "]"


class JsonStream:
    """Writes one document piece by piece, so that its size is bounded by the disk alone."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._open: list[str] = []
        self._empty = True
        self.written = 0

    def begin(self, bracket: str, key: str = "") -> None:
        """Open an object (``{``) or array (``[``), behind ``key`` if it stands in an object."""
        self._write(self._start(key) + bracket)
        self._open.append("}" if bracket == "{" else "]")
        self._empty = True

    def item(self, value: Any, key: str = "") -> None:
        """Write a whole value."""
        self._write(self._start(key) + serialize(value, len(self._open)))

    def end(self) -> None:
        """Close what was opened last."""
        bracket = self._open.pop()
        self._write("\n" + " " * len(self._open) + bracket)
        self._empty = False

    def _start(self, key: str) -> str:
        if not self._open:
            return ""
        comma = "\n" if self._empty else ",\n"
        self._empty = False
        return comma + " " * len(self._open) + (f"{quote(key)}: " if key else "")

    def _write(self, text: str) -> None:
        self.written += self._out.write(text.encode())
