"""Fields for text that may not be UTF-8 (docs/format.md §6.2)."""

from __future__ import annotations

import base64
from typing import Any


def text(key: str, value: bytes) -> dict[str, str]:
    """A field of text; where it is not UTF-8, of its bytes in base64."""
    try:
        return {key: value.decode()}
    except UnicodeDecodeError:
        return {f"{key}_base64": base64.b64encode(value).decode()}


def said(record: dict[str, Any], key: str) -> bytes:
    """The bytes of such a field of a record; b"" if it has none."""
    if coded := record.get(f"{key}_base64"):
        return base64.b64decode(coded)
    plain: str = record.get(key, "")
    return plain.encode()
