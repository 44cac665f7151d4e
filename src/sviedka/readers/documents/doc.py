"""Word documents until 2003 (DOC), and what else is a compound file: properties and text.

[MS-DOC], [MS-OLEPS], [MS-CFB]; section numbers are those of [MS-DOC].
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

import olefile

from sviedka.errors import InputError
from sviedka.readers.documents.wordfile import Header, passages, strings
from sviedka.readers.encodings import decode
from sviedka.readers.facts import LONGEST, fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import PartError
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

STREAM: Final = 128 << 20
"""Bytes of a stream that are read."""
_NEVER: Final = 1601  # the year of a time that was never set
_ROW: Final = re.compile("\x07\x07|\x0c")  # the end of a row after its last cell; a page's
_BAD: Final = (OSError, ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError)
"""What olefile raises for files that are not what they claim."""
_PROPERTIES: Final = {
    "title": "title", "subject": "subject", "author": "author", "keywords": "keywords",
    "comments": "comment", "template": "template", "last_saved_by": "modified_by",
    "revision_number": "revision", "create_time": "created_stated",
    "last_saved_time": "modified_stated", "last_printed": "printed_stated",
    "creating_application": "software", "num_pages": "pages", "num_words": "words",
    "category": "category", "manager": "manager", "company": "company", "language": "language",
}  # fmt: skip
_ENCRYPTED: Final = ("EncryptedPackage", "EncryptionInfo")
_MACROS: Final = (["Macros", "VBA"], ["_VBA_PROJECT_CUR", "VBA"])


def doc(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no compound file."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding | None]:
    try:
        file = olefile.OleFileIO(io.BufferedReader(source, 1 << 16))
    except _BAD as error:
        raise InputError("this is not a document that can be read") from error
    yield from _properties(file)
    if any(file.exists(name) for name in _ENCRYPTED):
        yield Fault(0, "document", "encrypted", "the document needs a password")
        return
    if any(file.exists(name) for name in _MACROS):
        yield fact(0, "macros", value=True, place="VBA")
    yield None
    try:
        yield from _word(file)
    except PartError as error:
        yield Fault(0, "document", error.trouble, error.what)


def _properties(file: olefile.OleFileIO) -> Iterator[Finding]:
    """Both property sets; olefile leaves out what it cannot read of them."""
    try:
        found = file.get_metadata()
    except _BAD:
        yield Fault(0, "properties", "damaged", "the properties cannot be read")
        return
    codepage = f"cp{(found.codepage or 0) & 0xFFFF}" if isinstance(found.codepage, int) else ""
    for key, name in _PROPERTIES.items():
        value = getattr(found, key)
        if isinstance(value, bytes):
            value = decode(value[:LONGEST], codepage)[0].strip("\0")
        elif isinstance(value, datetime):
            value = value.isoformat() if value.year > _NEVER else ""
        if value:
            yield from stated(0, name, str(value), f"summary {key}")


def _word(file: olefile.OleFileIO) -> Iterator[Finding]:
    """The text of a Word document and the names in its tables. Raises PartError."""
    header = Header.parse(_stream(file, "WordDocument"))
    if header.old:
        text, used = decode(header.simple(), "")
        yield fact(0, "charset_used", used, "WordDocument")
        yield from _paragraphs("", text)
        return
    table = _stream(file, header.table)
    associated = strings(header.extent(32, table))  # 2.9.273, SttbfAssoc
    yield from stated(0, "template", associated[1] if len(associated) > 1 else "", "SttbfAssoc")
    for name, place in zip(*[iter(strings(header.extent(71, table)))] * 2, strict=False):
        yield from stated(0, "modified_by", name, "SttbSavedBy")
        yield from stated(0, "file_path", place, "SttbSavedBy")
    for author in strings(header.extent(51, table)):
        yield from stated(0, "change_by", "" if author == "Unknown" else author, "SttbfRMark")
    for name, text in passages(header, table):
        yield from _paragraphs(name, text)


def _paragraphs(story: str, text: str) -> Iterator[Finding]:
    """Each paragraph; of a table, each row, whose cells end with a bell (2.4.3)."""
    rows = _ROW.sub("\r", text).replace("\x07", "\t")
    for number, paragraph in enumerate(rows.split("\r"), 1):
        yield from texts(0, f"{story}, paragraph {number}".lstrip(", "), paragraph)


def _stream(file: olefile.OleFileIO, name: str) -> bytes:
    if not file.exists(name):
        raise PartError("unsupported", f"there is no text of Word in it: no stream {name}")
    try:
        with file.openstream(name) as stream:
            content: bytes = stream.read(STREAM)
    except _BAD as error:
        raise PartError("damaged", f"the stream {name} cannot be read") from error
    return content
