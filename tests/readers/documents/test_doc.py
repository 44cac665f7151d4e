"""Word documents of the nineties."""

from __future__ import annotations

import shutil
import subprocess
from struct import pack

import pytest

from sviedka.errors import InputError
from tests.material.compound import compound, summary, word
from tests.readers.found import facts, found, parsed, revealing, texts, troubles

TEXT = "Заява ў суд.\rДругі абзац\x13 HYPERLINK x \x14спасылка\x15.\rА\x07Б\x07\x07"
SAVED = ["Прыклад", "C:\\Users\\pryklad\\заява.doc", "Іншы", "A:\\x.doc"]


@pytest.fixture(scope="module")
def document() -> bytes:
    streams = word(TEXT, latin="Latin.\r", notes="Зноска\r", saved=SAVED)
    properties = {2: "Назва", 4: "Прыклад П.", 8: "Рэдактар", 18: "Microsoft Word 9.0"}
    return compound(streams | {"\x05SummaryInformation": summary(properties)})


def test_pieces_of_text_come_in_order_without_the_codes_of_fields(document):
    assert texts(parsed("doc", document)) == [
        ("paragraph 1", "Latin."),
        ("paragraph 2", "Заява ў суд."),
        ("paragraph 3", "Другі абзацспасылка."),
        ("paragraph 4", "А\tБ"),
        ("footnotes, paragraph 1", "Зноска"),
    ]


def test_who_is_named_and_where_it_lay(document):
    findings = found(document, "заява.doc")
    stated = facts(findings)
    assert stated["title"] == ["Назва"]
    assert stated["author"] == ["Прыклад П."]
    assert stated["modified_by"] == ["Рэдактар", "Прыклад", "Іншы"]
    assert stated["file_path"] == ["C:\\Users\\pryklad\\заява.doc", "A:\\x.doc"]
    assert stated["template"] == ["Zajava.dot"]
    assert revealing(findings) == {"author", "modified_by", "file_path", "template"}


@pytest.mark.skipif(shutil.which("catdoc") is None, reason="catdoc is not installed")
def test_catdoc_reads_the_same(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(compound(word("Заява ў суд.\rДругі абзац.\r", flags=0x1000)))
    said = subprocess.run(["catdoc", "-d", "utf-8", path], capture_output=True, check=True).stdout
    ours = [text for _, text in texts(parsed("doc", path.read_bytes()))]
    assert said.decode().split("\n\n")[:2] == ours


def test_properties_are_read_by_the_codepage_they_state():
    for codepage in (1251, 65001, 866):
        content = compound(
            word("x") | {"\x05SummaryInformation": summary({4: "Прыклад"}, codepage)}
        )
        assert facts(parsed("doc", content))["author"] == ["Прыклад"]


def test_a_locked_document_is_said_to_be_encrypted():
    assert troubles(parsed("doc", compound(word("x", flags=0x100)))) == ["encrypted"]
    locked = compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    assert troubles(found(locked, "a.docx")) == ["encrypted"]


def test_a_compound_file_of_something_else_gives_its_properties():
    content = compound({"Whatever": b"x", "\x05SummaryInformation": summary({4: "Прыклад"})})
    findings = found(content, "a.ppt")
    assert facts(findings)["author"] == ["Прыклад"]
    assert troubles(findings) == ["unsupported"]


def test_what_is_no_compound_file_is_refused():
    with pytest.raises(InputError):
        parsed("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing else")


def test_pieces_that_repeat_one_place_are_bounded():
    streams = word("x")
    count = 4000
    ends = b"".join(pack("<I", number * 30_000) for number in range(count + 1))
    plc = ends + pack("<HIH", 0, 0x800, 0) * count
    clx = b"\2" + pack("<I", len(plc)) + plc
    head = bytearray(streams["WordDocument"].ljust(70_000, b"\x10"))
    head[0x1A2:0x1AA] = pack("<II", 0, len(clx))
    bomb = compound({"WordDocument": bytes(head), "1Table": clx})
    assert troubles(parsed("doc", bomb)) == ["too_big"]


def test_the_text_of_word_6_is_read_in_its_encoding():
    head = bytearray(0x200)
    text = "Заява ў суд Заазёрскага раёна.\rДругі абзац.".encode("cp1251")
    head[:4] = pack("<HH", 0xA5EC, 0x65)
    head[0x18:0x20] = pack("<II", 0x200, 0x200 + len(text))
    findings = parsed("doc", compound({"WordDocument": bytes(head) + text}))
    assert texts(findings) == [
        ("paragraph 1", "Заява ў суд Заазёрскага раёна."), ("paragraph 2", "Другі абзац."),
    ]  # fmt: skip
