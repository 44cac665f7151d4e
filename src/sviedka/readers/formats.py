"""Which formats are known, how each is told from others, and who reads it.

A file is what its first bytes say, whatever it is called; a name decides only between formats that
begin alike (a DOCX is a ZIP) or have no beginning of their own (CSV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sviedka.readers.archives import signs as archives
from sviedka.readers.documents import signs as documents
from sviedka.readers.mail import signs as mail
from sviedka.readers.media import signs as media
from sviedka.readers.pictures import signs as pictures
from sviedka.readers.programs import EXIFTOOL, READPST, SEVEN_ZIP
from sviedka.readers.signs import begins, both, called, either, named
from sviedka.readers.tables import signs as tables

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

_SEVEN_ZIP: Final = f"{_READERS}.archives.sevenzip:parse"
_PICTURES: Final = f"{_READERS}.pictures.picture:picture"
_EXIFTOOL: Final = f"{_READERS}.pictures.exiftool:parse"

FORMATS: Final[tuple[Format, ...]] = (
    # web archives, whose findings are readers.web.findings
    Format("wacz", "web", f"{_READERS}.web.wacz:read", _WACZ),
    Format("warc", "web", f"{_READERS}.web.warc:read", _WARC),
    # tables
    Format("sqlite", "table", f"{_READERS}.tables.sqlite:parse", tables.SQLITE),
    Format("sheets", "table", f"{_READERS}.tables.sheets:parse", tables.SHEETS, "documents"),
    # mail
    Format("mbox", "mail", f"{_READERS}.mail.mbox:parse", mail.MBOX),
    Format("emlx", "mail", f"{_READERS}.mail.eml:parse_apple", mail.EMLX),
    Format("eml", "mail", f"{_READERS}.mail.eml:parse", mail.EML),
    Format("msg", "mail", f"{_READERS}.mail.msg:parse", mail.MSG, "documents"),
    Format("pst", "mail", f"{_READERS}.archives.tar:parse", mail.PST, program=READPST),
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
    Format("zip", "archive", f"{_READERS}.archives.zip:parse", archives.ZIP),
    Format("exe", "archive", f"{_READERS}.archives.zip:parse_program", archives.PROGRAM),
    Format("tar", "archive", f"{_READERS}.archives.tar:parse", archives.TAR),
    Format("compressed", "archive", f"{_READERS}.archives.packed:parse", archives.COMPRESSED),
    Format("7z", "archive", _SEVEN_ZIP, archives.SEVEN_ZIP, program=SEVEN_ZIP),
    Format("rar", "archive", _SEVEN_ZIP, archives.RAR, program=SEVEN_ZIP),
    Format("cab", "archive", _SEVEN_ZIP, archives.CAB, program=SEVEN_ZIP),
    # what only a name tells
    Format("csv", "table", f"{_READERS}.tables.csv:parse", tables.CSV),
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
