"""From the bytes of a JSON value to what it says; a value that is odd is read all the same.

The bytes stay the truth. What was read from odd ones comes with flags that say how far to trust it.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, Literal

import msgspec

Flag = Literal["not_utf8", "telegram_escape", "lone_surrogate", "huge_number", "duplicate_key"]

DIGITS: Final = 400
"""Longer whole numbers, and those beyond a double, come as their text. (Python stops at 4,300.)"""

_NAME = re.compile(rb'"[ \t\r\n]*+:')
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u([dD][89a-fA-F][0-9a-fA-F]{2})|x([0-9A-Fa-f]{2})|.)",
    re.DOTALL,
)


def decode(raw: bytes) -> tuple[Any, tuple[Flag, ...]]:
    r"""What ``raw`` says, and what is odd about it. ValueError if it is not JSON.

    ``not_utf8`` and ``lone_surrogate``: U+FFFD stands in for what is no character.
    ``telegram_escape``: ``\x1B`` was read as a control character. ``duplicate_key``: some object
    has a key twice, of which the last counts.
    """
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Lenient().decode(raw)
    if len(_NAME.findall(raw)) != _keys(value):  # or a text has '":' in it
        return value, _Lenient().decode(raw)[1]
    return value, ()


def _keys(value: Any) -> int:
    """How many keys there are in a value, at any depth."""
    total = 0
    if type(value) is dict:
        total = len(value)
        value = value.values()
    elif type(value) is not list:
        return 0
    for each in value:
        if type(each) is dict or type(each) is list:
            total += _keys(each)
    return total


class _Lenient:
    """The slow way, once: by the standard library, with its strictness where JSON needs it."""

    def __init__(self) -> None:
        self._flags: dict[Flag, None] = {}

    def decode(self, raw: bytes) -> tuple[Any, tuple[Flag, ...]]:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            self._flags["not_utf8"] = None
            text = raw.decode(errors="replace")
        value = json.loads(
            _ESCAPE.sub(self._escape, text),
            object_pairs_hook=self._object,
            parse_int=self._int,
            parse_float=self._float,
            parse_constant=_refuse,
        )
        return value, tuple(self._flags)

    def _escape(self, found: re.Match[str]) -> str:
        if found[1]:
            self._flags["lone_surrogate"] = None
            return "\\ufffd"
        if found[2]:
            self._flags["telegram_escape"] = None
            return "\\u00" + found[2]
        return found[0]

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self._flags["duplicate_key"] = None
        return value

    def _int(self, text: str) -> int | str:
        if len(text) <= DIGITS:
            return int(text)
        self._flags["huge_number"] = None
        return text

    def _float(self, text: str) -> float | str:
        value = float(text)
        if math.isfinite(value):
            return value
        self._flags["huge_number"] = None
        return text


def _refuse(text: str) -> None:
    raise ValueError(text)
