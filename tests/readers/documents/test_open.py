"""OpenDocument and slides."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from tests.material import office
from tests.readers.found import facts, found, parsed, parts, revealing, texts, troubles


def test_a_text_comes_in_reading_order_marked_by_place():
    findings = parsed("odf", office.odf(office.ODT))
    assert texts(findings) == [
        ("deleted 1, paragraph 1", "сакрэтнае імя"),
        ("paragraph 2", "Загаловак"),
        ("note 1, paragraph 3", "Зноска."),
        ("comment 1, paragraph 4", "Хто гэта?"),
        ("paragraph 5", "Слова  і\tслова."),
        ("table 1, row 1", "А\tБ"),
    ]
    stated = facts(findings)
    assert stated["author"] == ["Прыклад П."]
    assert stated["modified_by"] == ["Рэдактар"]
    assert stated["change_by"] == ["Рэдактар"]
    assert stated["comment_by"] == ["Каментатар"]
    assert stated["printer"] == ["HP-прыклад"]
    assert stated["template"] == ["/srv/pryklad/zajava.ott"]
    assert revealing(findings) == set(stated) - {"created_stated"}
    assert parts(findings) == {b"Pictures/1.png": b"\x89PNG picture"}
    assert found(office.odf(office.ODT), "a.odt") == findings


def test_slides_count_as_pages():
    pages = "".join(f"<draw:page><text:p>{text}</text:p></draw:page>" for text in "АБ")
    findings = parsed("odf", office.odf(f"<office:presentation>{pages}</office:presentation>"))
    assert texts(findings) == [("page 1, paragraph 1", "А"), ("page 2, paragraph 2", "Б")]


def test_a_locked_document_is_said_to_be_encrypted():
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    locked = office.odf(office.ODT, **{"META-INF/manifest.xml": manifest})
    findings = parsed("odf", locked)
    assert troubles(findings) == ["encrypted"]
    assert not texts(findings)


def test_a_package_of_something_else_is_refused():
    with pytest.raises(InputError):
        parsed("odf", office.package({"readme.txt": b"x"}))
    with pytest.raises(InputError):
        parsed("pptx", office.package({"readme.txt": b"x"}))


def test_slides_of_powerpoint_come_in_order_with_notes():
    findings = found(office.pptx(), "a.pptx")
    assert texts(findings) == [
        ("slide 1", "Першы слайд"),
        ("slide 1", "Яшчэ радок"),
        ("notes 1", "Нататка"),
        ("slide 2", "Другі слайд"),
    ]
    assert facts(findings)["author"] == ["Прыклад П."]
