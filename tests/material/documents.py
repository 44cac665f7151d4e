"""Small valid documents: PDF, DOCX, mail, HTML, tables and texts in the encodings people use."""

from __future__ import annotations

import io
from base64 import encodebytes
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LINES = (
    "Заява ў суд Заазёрскага раёна. Усе імёны выдуманыя.",
    "Заявление в суд, вымышленное. Ёлка, съезд, №17 — «пример».",
)


def pdf(text: str) -> bytes:
    """A PDF 1.4 of one page with one line of Latin text (ISO 32000-1, 7.5)."""
    drawn = f"BT /F1 18 Tf 60 760 Td ({text}) Tj ET".encode("ascii")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        font,
    )
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, b"".join(places))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return out + table + trailer


_OFFICE = "http://schemas.openxmlformats.org"
_DOCX = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
    "word/document.xml": (
        f'<w:document xmlns:w="{_OFFICE}/wordprocessingml/2006/main"><w:body>'
        "<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    ),
}


def docx(text: str) -> bytes:
    """A Word document of one paragraph, its zip dated 1980 so that it never changes."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, part in _DOCX.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            package.writestr(ZipInfo(name), head + part.replace("{text}", text))
    return out.getvalue()


def mail(text: str) -> bytes:
    """A message as in an .eml file (RFC 5322), its text in base64."""
    head = (
        "From: Pryklad <pryklad@example.org>\r\nTo: list@example.org\r\n"
        "Date: Mon, 10 Aug 2020 12:00:00 +0300\r\nMessage-ID: <17@example.org>\r\n"
        "Subject: =?UTF-8?B?0JfQsNGP0LLQsA==?=\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encodebytes(text.encode()).replace(b"\n", b"\r\n")


def html(text: str, charset: str) -> bytes:
    """A page that declares its own ``charset``."""
    page = (
        f'<!doctype html>\n<html lang="be"><head><meta charset="{charset}"><title>Прыклад</title>'
        f"</head><body><p>{text}</p><script>alert(1)</script></body></html>\n"
    )
    return page.encode(charset)


def table(encoding: str) -> bytes:
    """A table with semicolons, as spreadsheets of the region export it."""
    rows = ("Дата;Месца;Лік", '10.08.2020;"Заазёрск; двор";17', "11.08.2020;Сінявока;3")
    return ("\r\n".join(rows) + "\r\n").encode(encoding, "xmlcharrefreplace")
