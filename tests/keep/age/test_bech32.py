"""Keys as text: every way to spoil one is noticed, and none leaks what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError
from sviedka.keep.age import bech32


@given(st.binary(min_size=1, max_size=80))
def test_what_is_written_is_read_back(data):
    assert bech32.decode("age", bech32.encode("age", data), size=len(data)) == data


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_key_is_all_capitals(data):
    text = bech32.encode("age-secret-key-", data).upper()
    assert bech32.decode("AGE-SECRET-KEY-", text, size=32) == data
    with pytest.raises(FormatError):
        bech32.decode("AGE-SECRET-KEY-", text.lower(), size=32)


def test_a_valid_string_of_bip_173():
    text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"
    data = bech32.decode("abcdef", text, size=20)
    assert data.hex() == "00443214c74254b635cf84653a56d7c675be77df"
    assert bech32.encode("abcdef", data) == text


@given(st.binary(min_size=32, max_size=32), st.data())
def test_any_other_letter_anywhere_is_refused(data, draw):
    text = bech32.encode("age", data)
    at = draw.draw(st.integers(0, len(text) - 1))
    letter = draw.draw(st.characters().filter(lambda c: c != text[at]))
    with pytest.raises(FormatError):
        bech32.decode("age", text[:at] + letter + text[at + 1 :], size=32)


@given(st.binary(min_size=32, max_size=32), st.data())
def test_swapped_lost_and_doubled_letters_are_refused(data, draw):
    text = bech32.encode("age", data)
    at = draw.draw(st.integers(0, len(text) - 2))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    lost, doubled = text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]
    for spoiled in {swapped, lost, doubled} - {text}:
        with pytest.raises(FormatError):
            bech32.decode("age", spoiled, size=32)


@given(st.text())
def test_any_text_gives_a_typed_error(text):
    for spoiled in (text, "age1" + text, ("age1" + text).ljust(62, "q")[:62]):
        with pytest.raises(FormatError):
            bech32.decode("age", spoiled, size=32)


def test_an_error_does_not_repeat_the_key():
    text = bech32.encode("age-secret-key-", bytes(range(32))).upper()
    with pytest.raises(FormatError) as caught:
        bech32.decode("AGE-SECRET-KEY-", text[:-1] + "Q", size=32)
    assert text[20:40] not in str(caught.value)


def test_bits_that_belong_to_nothing_are_refused():
    text = bech32.encode("age", bytes(31) + b"\x01")
    with pytest.raises(FormatError, match="belong to nothing"):
        bech32.decode("age", _with_checksum("age", [31] * 52), size=32)
    assert bech32.decode("age", text, size=32) == bytes(31) + b"\x01"


def _with_checksum(prefix, values):
    """Encode raw 5-bit values, whose last one may hold bits that no byte uses."""
    data = bech32._bytes_of([*values, *[0] * (-len(values) % 8)], -(-len(values) // 8) * 5)
    letters = bech32.encode(prefix, data)[len(prefix) + 1 :][: len(values)]
    check = bech32._polymod([*bech32._expand(prefix), *values, *bytes(6)]) ^ 1
    return f"{prefix}1{letters}" + "".join(
        bech32._LETTERS[check >> 5 * (5 - i) & 31] for i in range(6)
    )
