"""SQLite databases: the rows of their tables, and nothing that their schema would have run.

The file is read through SQLite's own interface to file systems, of which only reading is there, so
that a database of any size is read in little memory. https://www.sqlite.org/security.html
"""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

import apsw

from sviedka.errors import InputError
from sviedka.readers.encodings import decode
from sviedka.readers.findings import Fault, Part, Row, Table, frames
from sviedka.readers.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from sviedka.readers.findings import Finding, Value

MAGIC: Final = b"SQLite format 3\0"
LONGEST_BLOB: Final = 512
"""Bytes that are given in the row itself, as SQL writes them; longer ones are parts."""
LARGEST: Final = 64 << 20
"""Bytes of one value."""
MOST_TABLES: Final = 10_000
MOST_COLUMNS: Final = 900
"""Of one table; each is asked for twice, and SQLite answers 2,000 at most."""

_NAME: Final = "sviedka-reader"
# Ordinary tables only: a virtual one has no root page, and its module is never asked.
_TABLES: Final = (
    "SELECT CAST(name AS BLOB) FROM sqlite_schema"
    " WHERE type = 'table' AND rootpage > 0 ORDER BY rootpage"
)
_HEADER: Final = 100
_VERSIONS: Final = 18  # where the header says that a write-ahead log is used: fileformat2.html, 1.3
_ENCODING: Final = 56
_ENCODINGS: Final = {2: "utf-16-le", 3: "utf-16-be"}


class _Database:
    """The one file that there is, as SQLite reads it.

    It is said to be as long as its header says: of a file that is cut off, what is there is read.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        header = file.read(_HEADER)
        page = int.from_bytes(header[16:18], "big")
        pages = int.from_bytes(header[28:32], "big")
        self._size = max(file.seek(0, os.SEEK_END), pages * (page if page > 1 else 1 << 16))

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 (SQLite's names)
        self._file.seek(offset)
        data = self._file.read(amount)
        if offset <= _VERSIONS < offset + len(data) - 1:  # its write-ahead log is not here
            at = _VERSIONS - offset
            data = data[:at] + b"\1\1" + data[at + 2 :]
        return data

    def xFileSize(self) -> int:  # noqa: N802
        return self._size

    def xClose(self) -> None:  # noqa: N802
        """Others opened the file, and others close it."""

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802
        return False


class _OneFile(apsw.VFS):
    """A file system in which every name is the one database, and nothing else can be opened."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(_NAME, "")
        self._file = file

    def xOpen(self, _name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if not flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            raise apsw.CantOpenError
        flags[1] = apsw.SQLITE_OPEN_READONLY
        return cast("apsw.VFSFile", _Database(self._file))  # it is asked only for what is there

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xAccess(self, _name: str, _flags: int) -> bool:  # noqa: N802
        return False


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the rows of a SQLite database."""
    del arguments
    return frames(findings(io.BufferedReader(source)))


def findings(file: BinaryIO) -> Iterator[Finding]:
    """Every ordinary table with its rows, numbered as they are stored."""
    header = file.read(_HEADER)
    if not header.startswith(MAGIC) or len(header) < _HEADER:
        raise InputError("this is no SQLite database")
    if 2 in header[_VERSIONS : _VERSIONS + 2]:
        what = "what its write-ahead log may still hold (the file NAME-wal) is not read"
        yield Fault(0, "header", "unsupported", what)
    encoding = _ENCODINGS.get(int.from_bytes(header[_ENCODING : _ENCODING + 4], "big"), "utf-8")
    vfs = _OneFile(file)
    db = _connect()
    try:
        yield from _Rows(db, encoding, Outlet(file.seek(0, os.SEEK_END))).findings()
    finally:
        db.close(force=True)
        vfs.unregister()


def _connect() -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    db = apsw.Connection("file:database?immutable=1", flags=flags, vfs=_NAME)
    db.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    db.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    db.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    db.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
    db.limit(apsw.SQLITE_LIMIT_LENGTH, LARGEST)
    db.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)
    db.authorizer = _allowed
    return db


def _allowed(operation: int, _what: str | None, function: str | None, *_: str | None) -> int:
    """Only reading, and the one function that our own questions use."""
    reads = operation in {apsw.SQLITE_SELECT, apsw.SQLITE_READ}
    asks = operation == apsw.SQLITE_FUNCTION and function == "typeof"
    return apsw.SQLITE_OK if reads or asks else apsw.SQLITE_DENY


class _Rows:
    """The rows of a database whose text is in the codec ``encoding``."""

    def __init__(self, db: apsw.Connection, encoding: str, out: Outlet) -> None:
        self._db = db
        self._encoding = encoding
        self._out = out

    def findings(self) -> Iterator[Finding]:
        number = 0
        try:
            for number, (name,) in enumerate(self._db.execute(_TABLES), 1):
                if number > MOST_TABLES:
                    yield Fault(0, "schema", "too_many", f"more than {MOST_TABLES} tables")
                    return
                yield from self._table(self._text(name))
        except apsw.Error as error:
            if not number:
                raise InputError(f"its schema cannot be read: {error}") from error
            yield Fault(0, "schema", "damaged", f"its schema breaks off: {error}")

    def _table(self, name: str) -> Iterator[Finding]:
        number = 0
        try:
            columns = self._columns(name)
            yield Table(0, name, columns)
            if len(columns) > MOST_COLUMNS:
                what = f"only the first {MOST_COLUMNS} of its {len(columns)} columns are read"
                yield Fault(0, f"table {name}", "too_many", what)
            for number, row in enumerate(self._db.execute(_question(name, columns)), 1):
                values: list[Value] = []
                for column, value, kind in zip(columns, row[::2], row[1::2], strict=False):
                    if isinstance(value, bytes) and len(value) > LONGEST_BLOB and kind == "blob":
                        place = f"table {name}, row {number}, column {column}"
                        part = Part(self._out.number(), 0, b"", "", place)
                        yield from self._out.give(part, [value])
                        values.append(f"part {part.number}")
                    else:
                        values.append(self._value(value, kind))
                yield Row(0, number, values)
        except (apsw.Error, UnicodeError) as error:
            place = f"table {name}, row {number + 1}"
            yield Fault(0, place, "damaged", f"the rest of the table cannot be read: {error}")

    def _columns(self, name: str) -> list[str]:
        found: list[str] = []

        def look(cursor: apsw.Cursor, _question: str, _bindings: object) -> bool:
            found.extend(each[0] for each in cursor.getdescription())
            return False

        cursor = self._db.cursor()
        cursor.exec_trace = look
        with suppress(apsw.ExecTraceAbort):
            cursor.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608 (quoted; only reading)
        return found

    def _value(self, value: apsw.SQLiteValue, kind: apsw.SQLiteValue) -> Value:
        if not isinstance(value, bytes):
            return value
        return self._text(value) if kind == "text" else f"x'{value.hex()}'"

    def _text(self, value: apsw.SQLiteValue) -> str:
        """Text as stored; what is not in the encoding of the database is in the likeliest other."""
        return decode(value, self._encoding)[0] if isinstance(value, bytes) else str(value)


def _question(table: str, columns: list[str]) -> str:
    """Every column, text as its bytes (which need not be sound), beside the type of the value."""
    asked = ", ".join(
        f"CASE typeof({c}) WHEN 'text' THEN CAST({c} AS BLOB) ELSE {c} END, typeof({c})"
        for c in map(_quoted, columns[:MOST_COLUMNS])
    )
    return f"SELECT {asked} FROM {_quoted(table)}"  # noqa: S608 (quoted; only reading is allowed)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
