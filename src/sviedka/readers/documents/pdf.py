"""PDF (ISO 32000-2): text by page, notes and fields, document information, attached files."""

from __future__ import annotations

from ctypes import c_ulong, create_string_buffer
from io import BufferedReader
from typing import TYPE_CHECKING, Final

import pypdfium2
import pypdfium2.raw as pdfium

from sviedka.errors import InputError
from sviedka.readers.documents.pdfdates import moment
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import Outlet, PartError
from sviedka.readers.parts import inside
from sviedka.readers.wording import UTF_16, texts
from sviedka.readers.xmp import packets, xmp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO
    from typing import Any

    from sviedka.readers.findings import Finding, Trouble

PAGES: Final = 50_000
"""Pages that are read; a few bytes can claim a million."""
BROKEN: Final = 100
"""Unreadable pages in a row after which the rest is left."""
NOTES: Final = 1000
"""Notes and fields of one page that are read."""
ATTACHED: Final = 10_000
"""Attached files that are taken out."""
SEARCHED: Final = 64 << 20
"""Bytes in which XMP is looked for."""
_LONGEST: Final = 1 << 22  # bytes of UTF-16 of one note or name

_INFORMATION: Final = {  # ISO 32000-2, 14.3.3, and what Acrobat's PDFMaker adds
    "Title": "title", "Author": "author", "Subject": "subject", "Keywords": "keywords",
    "Creator": "software", "Producer": "encoder", "Company": "company", "Manager": "manager",
    "CreationDate": "created_stated", "ModDate": "modified_stated",
}  # fmt: skip
_REFUSALS: Final[dict[int, tuple[Trouble, str]]] = {
    pdfium.FPDF_ERR_PASSWORD: ("encrypted", "the document needs a password"),
    pdfium.FPDF_ERR_SECURITY: ("unsupported", "the document is encrypted in an unknown way"),
}
_EVERYWHERE: Final = {"left": -1e9, "bottom": -1e9, "right": 1e9, "top": 1e9}  # off the page too


def pdf(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no PDF."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding | None]:
    try:
        document = pypdfium2.PdfDocument(BufferedReader(source, 1 << 16))
    except pypdfium2.PdfiumError as error:
        if error.err_code not in _REFUSALS:
            raise InputError("this is not a PDF that can be read") from error
        yield Fault(0, "document", *_REFUSALS[error.err_code])
        return
    yield from _information(document)
    for index in range(min(len(document), PAGES)):
        yield None  # pdfium ends the process when memory does not suffice
        yield from _page(document, index)
    if len(document) > PAGES:
        what = f"of {len(document)} pages, {PAGES} were read"
        yield Fault(0, f"page {PAGES + 1}", "too_many", what)
    yield from _packets(source)
    yield from _attached(document, Outlet(source.seek(0, 2)))


def _information(document: pypdfium2.PdfDocument) -> Iterator[Finding]:
    yield fact(0, "pages", len(document), "Pages/Count")
    if version := document.get_version():
        yield fact(0, "format_version", f"{version // 10}.{version % 10}", "header")
    if pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0:
        yield fact(0, "encrypted", value=True, place="Encrypt")
    for key, name in _INFORMATION.items():
        value = _wide(pdfium.FPDF_GetMetaText, document, key.encode())
        if name.endswith("_stated"):
            value = moment(value)
        yield from stated(0, name, value, f"Info/{key}")
    if identifier := document.get_identifier():
        yield fact(0, "document_id", identifier[:64].hex(), "trailer/ID")


def _packets(source: FileIO) -> Iterator[Finding]:
    """XMP, of the document and of pictures in it, where it lies open as it should (14.3.2)."""
    source.seek(0)
    for packet in packets(source.read(SEARCHED)):
        yield from xmp(packet)


def _page(document: pypdfium2.PdfDocument, index: int) -> Iterator[Finding]:
    place = f"page {index + 1}"
    try:
        page = document[index]
        text = page.get_textpage().get_text_bounded(**_EVERYWHERE, errors="replace")
    except pypdfium2.PdfiumError:
        yield Fault(0, place, "damaged", "the page cannot be read")
        return
    yield from texts(0, place, text)
    yield from _notes(page, place)
    page.close()


def _notes(page: pypdfium2.PdfPage, place: str) -> Iterator[Finding]:
    """Notes with their authors, and what was filled in (ISO 32000-2, 12.5.6 and 12.7.4)."""
    count = pdfium.FPDFPage_GetAnnotCount(page)
    for index in range(min(count, NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        title = _wide(pdfium.FPDFAnnot_GetStringValue, note, b"T")
        if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_WIDGET:
            value = _wide(pdfium.FPDFAnnot_GetStringValue, note, b"V")
            yield from texts(0, f"{place}, field {title}".strip(), value)
        else:
            words = _wide(pdfium.FPDFAnnot_GetStringValue, note, b"Contents")
            yield from texts(0, f"{place}, note {index + 1}", words)
            yield from stated(0, "comment_by", title, f"{place}, note {index + 1}, T")
        pdfium.FPDFPage_CloseAnnot(note)
    if count > NOTES:
        yield Fault(0, place, "too_many", f"of {count} notes and fields, {NOTES} were read")


def _attached(document: pypdfium2.PdfDocument, outlet: Outlet) -> Iterator[Finding | None]:
    count = pdfium.FPDFDoc_GetAttachmentCount(document)
    for number in range(1, min(count, ATTACHED) + 1):
        place = f"attachment {number}"
        held = pdfium.FPDFDoc_GetAttachment(document, number - 1)
        name = _wide(pdfium.FPDFAttachment_GetName, held)
        yield None
        yield from inside(outlet, name, place, _content(held))
    if count > ATTACHED:
        yield Fault(0, "attachments", "too_many", f"of {count}, {ATTACHED} were taken out")


def _content(held: Any) -> Iterator[bytes]:
    """The bytes of an attached file, in one piece. Raises PartError."""
    size = c_ulong()
    if not pdfium.FPDFAttachment_GetFile(held, None, 0, size):
        raise PartError("damaged", "the attached file cannot be taken out")
    buffer = create_string_buffer(size.value)
    if not pdfium.FPDFAttachment_GetFile(held, buffer, size.value, size):
        raise PartError("damaged", "the attached file cannot be taken out")
    yield buffer.raw[: size.value]


def _wide(call: Callable[..., int], *arguments: Any) -> str:
    """What one of pdfium's functions for UTF-16 gives: asked for the size first, in bytes."""
    size = call(*arguments, None, 0)
    if not 0 < size <= _LONGEST:
        return ""
    buffer = (pdfium.FPDF_WCHAR * (size // 2 + 1))()
    call(*arguments, buffer, size)
    return bytes(buffer).decode(UTF_16, "replace").partition("\0")[0]
