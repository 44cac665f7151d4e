"""PDF files with more in them than a line: pages, notes, fields, attachments, locks, bombs."""

from __future__ import annotations

import zlib

INFO = (
    b"<< /Title (A title) /Author <FEFF041F0440044B043A043B04300434> /Producer (pryklad 1)"
    b" /CreationDate (D:20200810120000+03'00') >>"
)
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -64 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def drawn(text: str) -> bytes:
    """The content of a page with one line."""
    return stream(f"BT /F1 18 Tf 60 700 Td ({text}) Tj ET".encode("ascii"))


def assemble(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of numbered objects, of which 1 is the catalogue (ISO 32000-2, 7.5)."""
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    count = max(objects) + 1
    rows = (
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
        for number in range(count)
    )
    end = b"xref\n0 %d\n%s" % (count, b"".join(rows))
    end += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (count, trailer, len(out))


def pages(
    contents: list[bytes], *, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:  # fmt: skip
    """A file of one page for each of ``contents``; ``more`` objects from 1000 on."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        3: FONT,
        4: INFO,
    }
    kids = []
    for number, content in enumerate(contents):
        at = 10 + 2 * number
        kids.append(b"%d 0 R" % at)
        objects[at] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> %s >>" % (at + 1, page)
        )
        objects[at + 1] = content
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return assemble(objects | (more or {}), b"/Info 4 0 R " + trailer)


def with_everything() -> bytes:
    """Two pages; on each a note by somebody and a field that is filled in; a file attached."""
    note = b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Who is this?)"
    note += b" /T (Kamentatar) >>"
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Pryklad) /Rect [0 0 9 9] >>"
    held = stream(b"attached bytes", b"/Type /EmbeddedFile")
    spec = b"<< /Type /Filespec /F (list.txt) /UF (list.txt) /EF << /F 1003 0 R >> >>"
    return pages(
        [drawn("First page"), drawn("Second page")],
        catalog=b"/Names << /EmbeddedFiles << /Names [(list.txt) 1002 0 R] >> >>",
        page=b"/Annots [1000 0 R 1001 0 R]",
        trailer=b"/ID [<aabb> <aabb>]",
        more={1000: note, 1001: field, 1002: spec, 1003: held},
    )


def locked() -> bytes:
    """A file that opens with a password only."""
    return pages([drawn("Secret")], trailer=b"/Encrypt 1000 0 R /ID [<aa> <aa>]", more={1000: LOCK})


def bomb(times: int, size: int) -> bytes:
    """One sound page, and one whose content is ``size`` zeros, deflated ``times`` times."""
    content = bytes(size)
    for _ in range(times):
        content = zlib.compress(content, 9)
    filters = b"/Filter [%s]" % (b"/FlateDecode " * times)
    return pages([drawn("Before"), stream(content, filters)])


def crowd(count: int) -> bytes:
    """A tree that claims ``count`` pages and holds one, as each of its children."""
    at = 10
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>", 3: FONT,
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"%d 0 R " % at * count, count),
        at: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 11 0 R"
        b" /Resources << /Font << /F1 3 0 R >> >> >>",
        11: drawn("x"),
    }  # fmt: skip
    return assemble(objects)
