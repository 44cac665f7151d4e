"""Spreadsheets of Excel and OpenDocument: the cells of every sheet, those that are hidden too."""

from __future__ import annotations

import io
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from sviedka.errors import InputError
from sviedka.readers.documents.ooxml import held, links, properties
from sviedka.readers.documents.package import Package
from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault, Row, Table, frames
from sviedka.readers.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from python_calamine import CalamineSheet, SheetMetadata

    from sviedka.readers.findings import Finding, Value

MOST_SHEETS: Final = 1000
_ZIP: Final = b"PK\3\4"
_EXACT: Final = 1 << 53
_SHEETS: Final = (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the cells of a workbook (XLSX, XLSM, XLSB, XLS, ODS), and what it states."""
    del arguments
    return frames(_findings(source))


def _findings(source: io.FileIO) -> Iterator[Finding | None]:
    file = io.BufferedReader(source)
    yield from findings(file)
    file.seek(0)
    if file.read(len(_ZIP)) == _ZIP:
        package = Package(source)
        yield from properties(package)
        yield from links(package)
        yield from held(package, Outlet(package.size))


def findings(file: BinaryIO) -> Iterator[Finding | None]:
    """Every sheet as a table; a date is given in ISO 8601, an empty cell as None."""
    try:
        book = CalamineWorkbook.from_filelike(file)
    except PasswordError:
        yield Fault(0, "workbook", "encrypted", "it is encrypted and needs a password")
        return
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"this workbook cannot be read: {error}") from error
    for index, sheet in enumerate(book.sheets_metadata):
        place = f"sheet {index + 1}"
        if index == MOST_SHEETS:
            yield Fault(0, place, "too_many", f"more than {MOST_SHEETS} sheets")
            return
        yield from _sheet(book, index, sheet, place)


def _sheet(
    book: CalamineWorkbook, index: int, of: SheetMetadata, place: str
) -> Iterator[Finding | None]:
    if of.visible != SheetVisibleEnum.Visible:
        yield fact(0, "hidden", of.name, place)
    if of.typ not in _SHEETS:
        return  # a chart or a program: no cells
    yield Table(0, of.name, None)
    yield None  # a sheet with a cell in its last corner takes more memory than there is
    try:
        yield from _rows(book.get_sheet_by_index(index))
    except (CalamineError, OSError, ValueError) as error:
        yield Fault(0, place, "damaged", f"its cells cannot be read: {error}")


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows that have a value, numbered and shifted as they stand in the sheet."""
    _, shift = sheet.start or (0, 0)
    before: list[Value] = [None] * shift
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield Row(0, number, before + values)


def _value(cell: object) -> Value:
    match cell:
        case "":
            return None
        case date() | time():  # datetime is a date
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            return int(cell)  # a spreadsheet has no other numbers than these
        case bool() | int() | float() | str():
            return cell
    return str(cell)
