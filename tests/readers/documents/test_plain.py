"""Plain text."""

from __future__ import annotations

import pytest

from sviedka.readers.wording import PIECE, sound
from tests.material.documents import LINES
from tests.readers.found import facts, found, parsed, texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16"])
def test_texts_of_the_region_are_read(encoding):
    line = "Заявление в суд, вымышленное. Ёлка и съезд."
    findings = found(f"{line}\r\n{line}\n".encode(encoding), "a.txt")
    assert texts(findings) == [("line 1", f"{line}\n{line}")]


def test_belarusian_letters_survive():
    assert texts(parsed("plain", LINES[0].encode("cp1251"))) == [("line 1", LINES[0])]


def test_long_texts_come_in_pieces_that_say_where_they_begin():
    lines = [f"line {number}" for number in range(1, 100_001)]
    findings = texts(parsed("plain", "\n".join(lines).encode()))
    assert "\n".join(text for _, text in findings).split("\n") == lines
    for place, text in findings:
        assert text.partition("\n")[0] == place


def test_a_line_without_end_is_cut():
    findings = texts(parsed("plain", "ў".encode() * PIECE * 3))
    assert "".join(text for _, text in findings) == "ў" * PIECE * 3
    assert all(len(text) <= PIECE for _, text in findings)


def test_the_encoding_is_stated():
    assert facts(parsed("plain", LINES[1].encode("cp1251")))["charset_used"] == ["cp1251"]


def test_an_empty_file_has_no_text():
    assert texts(parsed("plain", b"")) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\x0bb", "a\nb"),
        ("\ud83d\ude00", "😀"),
        ("\ud83d!", "\ufffd!"),
    ],
)
def test_what_crosses_is_sound(given, told):
    assert sound(given) == told
