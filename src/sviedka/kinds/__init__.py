"""The kinds of records as data: the common language of everything above the ground floor.

Each kind is one ``<kind>.toml`` beside this file: its version, its meaning, the facets it may lie
in, its fields. ``docs/kinds.md`` is made from them by ``python -m sviedka.kinds``.
"""

from __future__ import annotations

from sviedka.kinds.model import Field, Kind, Shape, goes_with, kind_of, load
from sviedka.kinds.record import MAX_RECORD, check, check_known, encode

__all__ = [
    "MAX_RECORD",
    "Field",
    "Kind",
    "Shape",
    "check",
    "check_known",
    "encode",
    "goes_with",
    "kind_of",
    "load",
]
