"""The encoding of a text is told by its letters, whatever is stated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.encodings import decode, encoding_of
from tests.material.hostile_mail import RUSSIAN, TEXT

CYRILLIC = ("cp1251", "koi8-r", "cp866")
UNICODE = ("utf-8", "utf-16-le", "utf-16-be")


@pytest.mark.parametrize("codec", [*CYRILLIC, "mac-cyrillic", *UNICODE])
@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.upper(), RUSSIAN.lower()])
def test_prose_is_recognised(codec, text):
    assert text.encode(codec).decode(encoding_of(text.encode(codec))) == text


@pytest.mark.parametrize("codec", ["cp1251", "utf-8", "utf-16-le"])
def test_belarusian_too(codec):
    assert TEXT.encode(codec).decode(encoding_of(TEXT.encode(codec))) == TEXT


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_decides(codec):
    assert decode(TEXT.encode(codec), "")[0] == TEXT


@pytest.mark.parametrize("text", ["café à la crème, s'il vous plaît", "plain ASCII", ""])
def test_western_prose_is_not_taken_for_cyrillic(text):
    assert decode(text.encode("cp1252"), "")[0] == text


@pytest.mark.parametrize("codec", CYRILLIC)
@pytest.mark.parametrize("stated", [*CYRILLIC, "utf-8", "iso-8859-1", "ascii", "nonsense", ""])
def test_what_is_stated_does_not_stand_against_the_letters(codec, stated):
    assert decode(RUSSIAN.encode(codec), stated)[0] == RUSSIAN


@pytest.mark.parametrize("stated", ["cp1251", "koi8-r", "cp1253", "iso-8859-5", "cp1257"])
@pytest.mark.parametrize("data", [b"\xc1", b"\xe9\xe0", b"\xcf\xf0\xe8", b"a\xf1b"])
def test_a_few_letters_are_as_stated(stated, data):
    assert decode(data, stated)[0] == data.decode(stated)


@given(data=st.binary(), stated=st.one_of(st.sampled_from(CYRILLIC), st.text(max_size=9)))
def test_any_bytes_are_some_text(data, stated):
    text, used = decode(data, stated)
    assert text == data.decode(used, "replace")
