"""RTF as Word, WordPad and mail programs write it."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from tests.readers.found import facts, found, parsed, parts, revealing, texts, troubles

HEAD = rb"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset238 B;}}"
INFO = (
    rb"{\info{\author \'cf\'f0\'fb\'ea\'eb\'e0\'e4}{\operator Red}{\*\company ACME}"
    rb"{\creatim\yr2020\mo8\dy10\hr12\min5}}{\*\generator Riched20}{\*\template C:\\z.dot}"
    rb"{\*\revtbl{Unknown;}{Ivan;}{Piotra;}}"
)


def read(text: bytes):
    return parsed("rtf", HEAD + text + b"}")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"\'c7\'e0\'ff\'e2\'e0", "Заява"),
        (rb"\f1\'b3\'f3d\'9f", "łódź"),
        (rb"\uc1\u1047?\u1072?\u1103?", "Зая"),
        (rb"\uc0\u1047\u1072", "За"),
        (rb"\u-10179?\u-8694?", "\U0001f60a"),
        (rb"a\tab b\line c\~d\emdash\{\}\\", "a\tb\nc\u00a0d—{}\\"),
        (rb"a {\*\unknown b} c", "a  c"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}", "shown"),
        (rb"\trowd 1\cell 2\cell\row", "1\t2\t"),
    ],
)
def test_text(written, text):
    assert texts(read(written))[0] == ("paragraph 1", text)


def test_notes_headers_and_what_was_deleted_come_apart():
    findings = read(rb"{\header top\par}stays {\deleted goes}{\footnote below}\par next")
    assert texts(findings) == [
        ("header 1", "top"),
        ("footnote 1", "below"),
        ("paragraph 1", "stays "),
        ("paragraph 1, deleted", "goes"),
        ("paragraph 2", "next"),
    ]


def test_who_is_named():
    findings = read(INFO)
    assert facts(findings) == {
        "author": ["Прыклад"], "modified_by": ["Red"], "company": ["ACME"],
        "created_stated": ["2020-08-10T12:05"], "software": ["Riched20"],
        "template": ["C:\\z.dot"], "change_by": ["Ivan", "Piotra"],
    }  # fmt: skip
    assert revealing(findings) == {"author", "modified_by", "company", "template", "change_by"}


def test_an_encoding_that_lies_is_mended():
    sentence = "Заяўленне ў суд Заазёрскага раёна".encode("cp1251")
    escaped = b"".join(b"\\'%02x" % byte if byte > 127 else bytes([byte]) for byte in sentence)
    findings = parsed("rtf", rb"{\rtf1\ansi\ansicpg1252 " + escaped + b"}")
    assert texts(findings) == [("paragraph 1", sentence.decode("cp1251"))]


def test_pictures_are_parts_in_hexadecimal_and_in_bytes():
    findings = read(rb"{\pict\jpegblip\bin3 " + b"\xff}{" + b"}")
    assert parts(findings) == {b"picture": b"\xff}{"}
    assert parts(read(rb"{\pict\pngblip 8950 4e47}")) == {b"picture": b"\x89PNG"}
    assert troubles(read(rb"{\pict xyz}")) == ["damaged"]


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes():
    findings = parsed("rtf", HEAD + rb"text {\b bold")
    assert texts(findings) == [("paragraph 1", "text bold")]
    assert troubles(findings) == ["damaged"]


def test_groups_within_groups_without_end_are_a_fault():
    findings = read(b"before\\par " + b"{" * 50_000 + b"inside" + b"}" * 50_000 + b"\\par after")
    assert troubles(findings) == ["too_deep"]
    assert texts(findings)[-1] == ("paragraph 3", "after")


def test_what_is_no_rtf_is_refused():
    with pytest.raises(InputError):
        parsed("rtf", b"text")


def test_the_sandbox_gives_the_same():
    assert found(HEAD + INFO + b"}", "a.rtf") == parsed("rtf", HEAD + INFO + b"}")
