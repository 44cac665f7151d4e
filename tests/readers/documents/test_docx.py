"""Word documents: the text in its order, who is named, and that a bomb is only a fault."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from sviedka.readers.documents import package, xml
from tests.material import documents, office
from tests.readers.found import facts, found, parsed, parts, revealing, texts, troubles


def read(content: bytes):
    return parsed("docx", content)


def test_the_text_comes_in_reading_order_marked_by_place():
    assert texts(read(office.docx())) == [
        ("paragraph 1", "Першы абзац."),
        ("paragraph 2", "Засталося\tдададзена"),
        ("paragraph 2, deleted", "сакрэтнае імя"),
        ("table 1, row 1", "А\nБ\tВ"),
        ("paragraph 3", "Новае"),
        ("comment 0", "Хто гэта?"),
        ("footnote 2", "Зноска."),
        ("header1, paragraph 1", "Калонтытул"),
    ]


def test_what_it_states_and_what_that_reveals():
    findings = read(office.docx())
    stated = facts(findings)
    assert stated["author"] == ["Прыклад П."]
    assert stated["modified_by"] == ["Рэдактар"]
    assert stated["change_by"] == ["Рэдактар", "Прыклад П."]
    assert stated["comment_by"] == ["Каментатар"]
    assert stated["company"] == ["Прыклад & Ко"]
    assert stated["template"] == [
        "Normal.dotm", "file:///C:\\Users\\pryklad\\Templates\\zajava.dotm",
    ]  # fmt: skip
    assert stated["file_path"] == ["file:///D:\\photos\\1.jpg"]
    assert stated["address"] == ["https://example.org/"]
    assert stated["document_id"] == ["00A12B34"]
    assert stated["software"] == ["Microsoft Office Word"]
    assert stated["created_stated"] == ["2020-08-10T09:00:00Z"]
    assert revealing(findings) == {
        "author", "modified_by", "change_by", "comment_by", "company", "template", "file_path",
        "document_id",
    }  # fmt: skip


def test_pictures_and_macros_are_parts():
    findings = read(office.docx(**{"word/vbaProject.bin": b"macros"}))
    assert parts(findings) == {
        b"word/media/image1.png": b"\x89PNG picture", b"word/vbaProject.bin": b"macros",
    }  # fmt: skip
    assert facts(findings)["macros"] == [True]


def test_a_document_of_the_sandbox_is_the_same():
    assert found(office.docx(), "a.docx") == read(office.docx())


def test_the_smallest_document_is_read():
    assert texts(read(documents.docx("Прывітанне"))) == [("paragraph 1", "Прывітанне")]


def test_a_package_of_something_else_is_refused():
    with pytest.raises(InputError):
        read(office.package({"readme.txt": b"x"}))
    with pytest.raises(InputError):
        read(b"PK\3\4 and nothing else")


def test_entities_are_refused_and_the_rest_is_read():
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        + office.body(office.paragraph("&b;"))
    )
    findings = read(office.docx(**{"word/document.xml": laughs}))
    assert troubles(findings) == ["unsupported"]
    assert ("footnote 2", "Зноска.") in texts(findings)


def test_an_entity_of_the_outside_is_refused():
    outside = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + office.body(
        office.paragraph("&e;")
    )
    findings = read(office.docx(**{"word/document.xml": outside}))
    assert troubles(findings) == ["unsupported"]
    assert not any("root" in text for _, text in texts(findings))


def test_elements_within_elements_without_end_are_refused():
    deep = office.body("<w:p>" * 5000 + "</w:p>" * 5000)
    assert "too_deep" in troubles(read(office.docx(**{"word/document.xml": deep})))


def test_text_before_damage_is_kept():
    broken = office.body(office.paragraph("Цэлы.") + "<w:p><w:r><w:t>Не").partition("</w:body>")[0]
    findings = read(office.docx(**{"word/document.xml": broken}))
    assert texts(findings)[0] == ("paragraph 1", "Цэлы.")
    assert "damaged" in troubles(findings)


def test_a_member_that_shrinks_to_nothing_is_bounded(monkeypatch):
    monkeypatch.setattr(xml, "LARGEST", 1 << 20)
    blanks = office.body(office.paragraph("Перад.") + " " * (4 << 20))
    findings = read(office.docx(**{"word/document.xml": blanks}))
    assert ("paragraph 1", "Перад.") in texts(findings)
    assert "too_big" in troubles(findings)


def test_all_members_together_are_bounded(monkeypatch):
    monkeypatch.setattr(package, "allowance", lambda _: 1 << 20)
    pictures = {f"word/media/{number}.png": bytes(1 << 18) for number in range(8)}
    findings = read(office.docx(**pictures))
    assert "too_big" in troubles(findings)


def test_a_locked_member_is_a_fault():
    content = bytearray(office.docx())
    at = content.index(b"PK\1\2")
    while at >= 0:
        if content[at + 46 :].startswith(b"word/document.xml"):
            content[at + 8] |= 1
        at = content.find(b"PK\1\2", at + 1)
    assert "encrypted" in troubles(read(bytes(content)))


def test_a_damaged_member_is_a_fault_and_the_rest_is_read():
    content = office.docx()
    at = content.index(b"word/footnotes.xml") + len(b"word/footnotes.xml")
    content = content[: at + 9] + bytes([content[at + 9] ^ 0x55]) + content[at + 10 :]
    findings = read(content)
    assert texts(findings)[0] == ("paragraph 1", "Першы абзац.")
    assert "damaged" in troubles(findings)


@pytest.mark.parametrize("name", ["a.docx", ""])
def test_it_is_known_by_its_members_too(name):
    assert texts(found(office.docx(), name))


def test_cells_without_a_table_are_no_cells():
    """Found by altering documents."""
    loose = office.body("<w:tc>" + office.paragraph("А") + "</w:tc><w:tr></w:tr>")
    findings = read(office.docx(**{"word/document.xml": loose}))
    assert texts(findings)[0] == ("paragraph 1", "А")


def test_properties_of_a_firm_s_own_and_addresses_of_people_reveal():
    space = "http://schemas.openxmlformats.org"
    custom = (
        f'<Properties xmlns="{space}/officeDocument/2006/custom-properties"><property pid="2" '
        'name="Checked by"><lpwstr>Прыклад</lpwstr></property></Properties>'
    )
    links = (
        f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" '
        'Type="hyperlink" TargetMode="External" Target="mailto:p@example.org"/></Relationships>'
    )
    files = {"docProps/custom.xml": custom, "word/_rels/document.xml.rels": links}
    findings = read(office.docx(**files))
    assert facts(findings)["custom"] == ["Прыклад"]
    assert facts(findings)["contact"] == ["mailto:p@example.org"]
    assert {"custom", "contact"} <= revealing(findings)
