"""Which formats are known, how each is told from others, and who reads it.

A file is what its first bytes say, whatever it is called; a name decides only between formats that
begin alike (a DOCX is a ZIP) or have no beginning of their own (CSV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sviedka.readers.documents import signs as documents
from sviedka.readers.media import signs as media
from sviedka.readers.pictures import signs as pictures
from sviedka.readers.programs import EXIFTOOL, READPST, SEVEN_ZIP
from sviedka.readers.signs import begins, both, called, either, holds, named, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.sandbox.programs import Program

BEGINNING: Final = 1 << 16
"""Bytes of a file that are looked at."""

Sort = Literal["archive", "document", "mail", "media", "picture", "table", "web"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``parser`` is ``module:function`` for the sandbox; ``extra`` what it needs.

    ``fits`` judges the first ``BEGINNING`` bytes and the name in lower case. With a ``program``,
    ``parser`` reads what that makes of the file, and is given the file's size as its arguments.
    ``second`` may know more of the file, where it is installed; ``second_parser`` reads its answer.
    """

    name: str
    sort: Sort
    parser: str
    fits: Callable[[bytes, str], bool]
    extra: str = ""
    program: Program | None = None
    second: Program | None = None
    second_parser: str = ""


_READERS: Final = "sviedka.readers"
_ZIP: Final = begins(b"PK\3\4", b"PK\5\6")

_GZIP: Final = begins(b"\x1f\x8b\x08")
_WACZ: Final = both(
    _ZIP, either(called(".wacz"), begins(b"indexes/index.cdx", b"pages/pages.jsonl", at=30))
)
_WARC: Final = either(
    begins(b"WARC/0.", b"WARC/1.", b"filedesc:"), both(_GZIP, named(".warc", ".arc.gz"))
)
_OLE: Final = begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_SHEETS: Final = either(
    both(_ZIP, called(".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".ots")),
    both(_ZIP, begins(b"[Content_Types].xml", at=30), holds(b"xl/workbook.", b"xl/worksheets/")),
    both(_ZIP, begins(_ODS, at=30)),
    both(_OLE, called(".xls", ".xlt", ".xlsx", ".xlsm", ".xlsb")),
)

_SEVEN_ZIP: Final = f"{_READERS}.archives.sevenzip:parse"
_PICTURES: Final = f"{_READERS}.pictures.picture:picture"
_EXIFTOOL: Final = f"{_READERS}.pictures.exiftool:parse"

FORMATS: Final[tuple[Format, ...]] = (
    # web archives, whose findings are readers.web.findings
    Format("wacz", "web", f"{_READERS}.web.wacz:read", _WACZ),
    Format("warc", "web", f"{_READERS}.web.warc:read", _WARC),
    # tables
    Format("sqlite", "table", f"{_READERS}.tables.sqlite:parse", begins(b"SQLite format 3\0")),
    Format("sheets", "table", f"{_READERS}.tables.sheets:parse", _SHEETS, "documents"),
    # documents, pictures, media
    Format("pdf", "document", f"{_READERS}.documents.pdf:pdf", documents.PDF, "documents"),
    Format("docx", "document", f"{_READERS}.documents.docx:docx", documents.DOCX),
    Format("pptx", "document", f"{_READERS}.documents.pptx:pptx", documents.PPTX),
    Format("odf", "document", f"{_READERS}.documents.odf:odf", documents.ODF),
    Format("doc", "document", f"{_READERS}.documents.doc:doc", documents.DOC, "documents"),
    Format("rtf", "document", f"{_READERS}.documents.rtf:rtf", documents.RTF),
    Format(
        "heif",
        "picture",
        _PICTURES,
        pictures.HEIF,
        "media",
        second=EXIFTOOL,
        second_parser=_EXIFTOOL,
    ),
    Format("picture", "picture", _PICTURES, pictures.PICTURE, "media"),
    Format(
        "movie",
        "media",
        f"{_READERS}.media.movie:movie",
        media.MOVIE,
        "media",
        second=EXIFTOOL,
        second_parser=_EXIFTOOL,
    ),
    Format("matroska", "media", f"{_READERS}.media.matroska:matroska", media.MATROSKA),
    Format("sound", "media", f"{_READERS}.media.sound:sound", media.SOUND),
    # archives, after everything that is one underneath
    Format("zip", "archive", f"{_READERS}.archives.zip:parse", _ZIP),
    Format("tar", "archive", f"{_READERS}.archives.tar:parse", begins(b"ustar", at=257)),
    Format(
        "compressed",
        "archive",
        f"{_READERS}.archives.packed:parse",
        either(
            begins(b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0"),
            both(begins(b"\x5d\0\0"), called(".lzma", ".tlz")),
        ),
    ),
    Format("7z", "archive", _SEVEN_ZIP, begins(b"7z\xbc\xaf\x27\x1c"), program=SEVEN_ZIP),
    Format("rar", "archive", _SEVEN_ZIP, begins(b"Rar!\x1a\x07"), program=SEVEN_ZIP),
    Format("cab", "archive", _SEVEN_ZIP, begins(b"MSCF\0\0\0\0"), program=SEVEN_ZIP),
    Format("pst", "mail", f"{_READERS}.archives.tar:parse", begins(b"!BDN"), program=READPST),
    # what only a name tells
    Format("mbox", "mail", f"{_READERS}.mail.mbox:parse", begins(b"From ")),
    Format("eml", "mail", f"{_READERS}.mail.eml:parse", both(called(".eml"), text)),
    Format("csv", "table", f"{_READERS}.tables.csv:parse", both(called(".csv", ".tsv"), text)),
    Format("html", "document", f"{_READERS}.documents.html:html", documents.HTML),
    Format("plain", "document", f"{_READERS}.documents.plain:plain", documents.PLAIN),
    # a compound file that nobody knows better: at least its properties
    Format(
        "compound", "document", f"{_READERS}.documents.doc:doc", documents.COMPOUND, "documents"
    ),
)
"""In the order in which they are tried."""


def format_of(beginning: bytes, name: str) -> Format | None:
    """The format of a file that begins so and is called so; None if no reader knows it."""
    lower = name.lower()
    return next((each for each in FORMATS if each.fits(beginning, lower)), None)
