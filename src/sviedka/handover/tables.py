"""The two forms of table that lawyers' programs load: CSV, and Concordance's DAT.

Cells come from hostile files and chats: names of files may be formulas, and hold whatever separates
cells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BOM: Final = "\ufeff"
"""Before either table: without it Excel and Concordance do not take it for UTF-8."""
QUOTE: Final = "\u00fe"
DELIMITER: Final = "\u0014"
NEWLINE: Final = "\u00ae"
"""Concordance's defaults: þ around a cell, DC4 between two, ® for a line end within one."""
_FORMULA: Final = re.compile(r"['=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that a spreadsheet would run (OWASP, CSV Injection), or that begins with the
mark against it."""
_LINE_END: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def csv_line(cells: Sequence[str]) -> str:
    """A line of CSV (RFC 4180), every cell in quotes.

    Before what a spreadsheet might run stands an apostrophe, and before one that was there another;
    so whoever takes one away has the cell again.
    """
    return ",".join(f'"{_inert(cell)}"' for cell in cells) + "\r\n"


def _inert(cell: str) -> str:
    guarded = f"'{cell}" if _FORMULA.match(cell) else cell
    return _encodable(guarded).replace('"', '""')


def dat_line(cells: Sequence[str]) -> str:
    """A line of a Concordance DAT file, every cell in quotes.

    The format has no way to write its own signs, so they are replaced by what resembles them; the
    exact text stands in ``custody.json``.
    """
    return DELIMITER.join(f"{QUOTE}{dat_cell(cell)}{QUOTE}" for cell in cells) + "\r\n"


def dat_cell(cell: str) -> str:
    """A cell as DAT can hold it: ® for line ends, (R), th and a space for its signs."""
    plain = _encodable(cell).replace(NEWLINE, "(R)").replace(QUOTE, "th").replace(DELIMITER, " ")
    return _LINE_END.sub(NEWLINE, plain)


def _encodable(text: str) -> str:
    """The same without half surrogate pairs, which UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()
