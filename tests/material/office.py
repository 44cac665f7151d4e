"""Office documents with everything that tells on their authors: DOCX, PPTX, ODT, in small."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_OFFICE = "http://schemas.openxmlformats.org"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def package(files: dict[str, str | bytes]) -> bytes:
    """A ZIP of ``files``, dated 1980 so that it never changes."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            info = ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            zipped.writestr(info, content)
    return out.getvalue()


def paragraph(text: str) -> str:
    """A paragraph of WordprocessingML."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def body(inside: str, part: str = "document") -> str:
    """An XML file of WordprocessingML."""
    wrapped = f"<w:body>{inside}</w:body>" if part == "document" else inside
    space = f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main"'
    other = f'xmlns:mc="{_OFFICE}/markup-compatibility/2006"'
    return f"<w:{part} {space} {other}>{wrapped}</w:{part}>"


CORE = f"""<cp:coreProperties xmlns:cp="{_OFFICE}/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
 <dc:title>Заява</dc:title><dc:creator>Прыклад П.</dc:creator>
 <cp:lastModifiedBy>Рэдактар</cp:lastModifiedBy><cp:revision>17</cp:revision>
 <dcterms:created>2020-08-10T09:00:00Z</dcterms:created></cp:coreProperties>"""
APP = f"""<Properties xmlns="{_OFFICE}/officeDocument/2006/extended-properties">
 <Template>Normal.dotm</Template><Company>Прыклад &amp; Ко</Company><TotalTime>42</TotalTime>
 <Application>Microsoft Office Word</Application></Properties>"""
LINKS = f"""<Relationships xmlns="{_OFFICE}/package/2006/relationships">
 <Relationship Id="r1" Type="{_RELATION}/attachedTemplate" TargetMode="External"
 Target="file:///C:\\Users\\pryklad\\Templates\\zajava.dotm"/>
 <Relationship Id="r2" Type="{_RELATION}/image" TargetMode="External"
 Target="file:///D:\\photos\\1.jpg"/>
 <Relationship Id="r3" Type="{_RELATION}/hyperlink" TargetMode="External"
 Target="https://example.org/"/></Relationships>"""
TEXT = (
    paragraph("Першы абзац.")
    + "<w:p><w:r><w:t>Засталося</w:t></w:r>"
    '<w:del w:author="Рэдактар"><w:r><w:delText>сакрэтнае імя</w:delText></w:r></w:del>'
    '<w:ins w:author="Прыклад П."><w:r><w:tab/><w:t>дададзена</w:t></w:r></w:ins></w:p>'
    + "<w:tbl><w:tr><w:tc>" + paragraph("А") + paragraph("Б") + "</w:tc><w:tc>"
    + paragraph("В") + "</w:tc></w:tr></w:tbl>"
    + "<mc:AlternateContent><mc:Choice>" + paragraph("Новае") + "</mc:Choice><mc:Fallback>"
    + paragraph("Старое") + "</mc:Fallback></mc:AlternateContent>"
)  # fmt: skip


def docx(text: str = TEXT, **files: str | bytes) -> bytes:
    """A document with properties, notes, comments, a header and a picture; ``files`` besides."""
    note = f'<w:footnote w:id="2">{paragraph("Зноска.")}</w:footnote>'
    comment = f'<w:comment w:id="0" w:author="Каментатар">{paragraph("Хто гэта?")}</w:comment>'
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types"/>',
            "word/document.xml": body(text),
            "word/footnotes.xml": body(note, "footnotes"),
            "word/comments.xml": body(comment, "comments"),
            "word/header1.xml": body(paragraph("Калонтытул"), "hdr"),
            "word/settings.xml": body(
                '<w:rsids><w:rsidRoot w:val="00A12B34"/></w:rsids>', "settings"
            ),
            "word/_rels/settings.xml.rels": LINKS,
            "word/media/image1.png": b"\x89PNG picture",
            "docProps/core.xml": CORE,
            "docProps/app.xml": APP,
            **files,
        }
    )


def pptx() -> bytes:
    """Two slides, the first with notes."""
    shapes = '<p:{0} xmlns:p="{1}/presentationml/2006/main"'
    shapes += ' xmlns:a="{1}/drawingml/2006/main">{2}</p:{0}>'
    line = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types"/>',
            "ppt/slides/slide2.xml": shapes.format("sld", _OFFICE, line.format("Другі слайд")),
            "ppt/slides/slide1.xml": shapes.format(
                "sld", _OFFICE, line.format("Першы слайд") + line.format("Яшчэ радок")
            ),
            "ppt/notesSlides/notesSlide1.xml": shapes.format(
                "notes", _OFFICE, line.format("Нататка")
            ),
            "docProps/core.xml": CORE,
        }
    )


def odf(content: str, kind: str = "text", **files: str | bytes) -> bytes:
    """An OpenDocument file of the body ``content``; its properties name authors and a printer."""
    spaces = " ".join(
        f'xmlns:{name}="{_OASIS}:{name}:1.0"'
        for name in ("office", "text", "table", "meta", "config")
    )
    spaces += f' xmlns:draw="{_OASIS}:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    about = (
        "<meta:initial-creator>Прыклад П.</meta:initial-creator><dc:creator>Рэдактар</dc:creator>"
        "<meta:creation-date>2020-08-10T12:00:00</meta:creation-date>"
        '<meta:template xlink:href="/srv/pryklad/zajava.ott"/>'
    )
    settings = '<config:config-item config:name="PrinterName">HP-прыклад</config:config-item>'
    whole = "<office:document-{0} {1}>{2}</office:document-{0}>"
    return package(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": whole.format("content", spaces, content),
            "meta.xml": whole.format("meta", spaces, about),
            "settings.xml": whole.format("settings", spaces, settings),
            "Pictures/1.png": b"\x89PNG picture",
            **files,
        }
    )


ODT = (
    "<office:text><text:tracked-changes><text:changed-region><text:deletion>"
    "<office:change-info><dc:creator>Рэдактар</dc:creator><dc:date>2020</dc:date>"
    "</office:change-info><text:p>сакрэтнае імя</text:p></text:deletion></text:changed-region>"
    "</text:tracked-changes><text:h>Загаловак</text:h>"
    '<text:p>Слова<text:s text:c="2"/>і<text:tab/>слова<text:note><text:note-citation>1'
    "</text:note-citation><text:note-body><text:p>Зноска.</text:p></text:note-body></text:note>"
    "<office:annotation><dc:creator>Каментатар</dc:creator><text:p>Хто гэта?</text:p>"
    "</office:annotation>.</text:p><table:table><table:table-row><table:table-cell><text:p>А"
    "</text:p></table:table-cell><table:table-cell><text:p>Б</text:p></table:table-cell>"
    "</table:table-row></table:table></office:text>"
)
