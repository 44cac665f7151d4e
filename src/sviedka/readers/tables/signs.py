"""By what tables are told from other files."""

from __future__ import annotations

from typing import Final

from sviedka.readers.signs import begins, both, called, either, holds, text

_ZIP: Final = begins(b"PK\3\4")
_COMPOUND: Final = begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OPEN: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"

SQLITE: Final = begins(b"SQLite format 3\0")
SHEETS: Final = either(
    both(_ZIP, called(".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".ots")),
    both(_ZIP, begins(b"[Content_Types].xml", at=30), holds(b"xl/workbook.", b"xl/worksheets/")),
    both(_ZIP, begins(_OPEN, at=30)),
    both(_COMPOUND, called(".xls", ".xlt", ".xlsx", ".xlsm", ".xlsb")),
    both(_COMPOUND, holds("Workbook".encode("utf-16-le"))),
)
CSV: Final = both(called(".csv", ".tsv", ".tab"), text)
