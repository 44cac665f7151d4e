"""By what documents are told from other files."""

from __future__ import annotations

import re
from typing import Final

from sviedka.readers.signs import begins, both, called, either, holds, text

_ZIP: Final = begins(b"PK\3\4", b"PK\5\6")
_PACKAGE: Final = both(_ZIP, begins(b"[Content_Types].xml", b"_rels/.rels", b"docProps/", at=30))
_OPEN: Final = b"mimetypeapplication/vnd.oasis.opendocument."
_COMPOUND: Final = begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_PAGE: Final = re.compile(rb"(?i)<(?:!doctype\s+html|html|head)[\s>]")
_OPENING: Final = 512  # bytes in which a page says that it is one
_BEFORE: Final = 1024  # bytes that may stand before a PDF (ISO 32000-1, annex H.3)
_PAGES: Final = (".html", ".htm", ".xhtml", ".shtml")


def _pdf(beginning: bytes, name: str) -> bool:
    at = beginning.find(b"%PDF-", 0, _BEFORE)
    return at == 0 or (at > 0 and name.endswith(".pdf"))


def _html(beginning: bytes, name: str) -> bool:
    if not text(beginning, name):
        return False
    return name.endswith(_PAGES) or _PAGE.search(beginning, 0, _OPENING) is not None


PDF: Final = _pdf
DOCX: Final = both(
    _ZIP,
    either(called(".docx", ".docm", ".dotx", ".dotm"), both(_PACKAGE, holds(b"word/document"))),
)
PPTX: Final = both(
    _ZIP,
    either(
        called(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
        both(_PACKAGE, holds(b"ppt/slides/", b"ppt/presentation")),
    ),
)
ODF: Final = both(
    _ZIP,
    either(
        called(".odt", ".ott", ".odp", ".otp", ".odg", ".otg", ".odm"),
        begins(_OPEN + b"text", _OPEN + b"presentation", _OPEN + b"graphics", at=30),
    ),
)
DOC: Final = both(
    _COMPOUND,
    either(called(".doc", ".dot"), holds("WordDocument".encode("utf-16-le"))),
)
COMPOUND: Final = _COMPOUND
"""Any other compound file: slides, drawings, and what is encrypted with a password."""
RTF: Final = begins(b"{\\rtf", b"\xef\xbb\xbf{\\rtf")
HTML: Final = _html
PLAIN: Final = both(called(".txt", ".text", ".md", ".log", ".srt", ".vtt", ".lst", ".asc"), text)
