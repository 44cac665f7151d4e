"""From bytes to rows, text, parts and metadata: every parser of a hostile file runs confined."""

from __future__ import annotations

from sviedka.readers.findings import (
    Data,
    Fact,
    Fault,
    Finding,
    Part,
    PartEnd,
    Row,
    Table,
    Text,
    Trouble,
    Value,
)
from sviedka.readers.formats import FORMATS, Format, format_of
from sviedka.readers.reading import read

__all__ = [
    "FORMATS",
    "Data",
    "Fact",
    "Fault",
    "Finding",
    "Format",
    "Part",
    "PartEnd",
    "Row",
    "Table",
    "Text",
    "Trouble",
    "Value",
    "format_of",
    "read",
]
