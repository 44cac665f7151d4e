"""Records as bytes (docs/format.md §6.2). What kinds of them there are is for others to know."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sviedka.errors import FormatError
from sviedka.keep.vault.batch import MAX_RECORD

_encoder: Final = msgspec.json.Encoder(order="sorted")


def encode(record: dict[str, Any], facet: str) -> bytes:
    """Compact UTF-8 JSON with sorted keys; FormatError if that cannot hold it, or it is too long.

    Any facet may hold it, as far as this floor knows.
    """
    try:
        data = _encoder.encode(record)
    except UnicodeEncodeError as error:
        raise FormatError("a record holds half a surrogate pair", where=facet) from error
    if len(data) > MAX_RECORD:
        raise FormatError(f"a record of {len(data)} bytes; {MAX_RECORD} are the most", where=facet)
    return data
