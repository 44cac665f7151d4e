"""The shared encodings: one spelling for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError
from sviedka.keep.ledger.strict import decimal, from_base64, hash_from_base64, to_base64


@given(st.integers(0, 2**63 - 1))
def test_decimals_are_read(number):
    assert decimal(str(number), 2**63 - 1) == number


@pytest.mark.parametrize(
    "text", ["", "01", "+1", "-1", " 1", "1 ", "1_0", "1\n", "\u0661", "101", "9" * 5000]
)
def test_other_numbers_are_refused(text):
    with pytest.raises(FormatError):
        decimal(text, 100)


@given(st.binary())
def test_base64_is_read_back(data):
    assert from_base64(to_base64(data)) == data


@given(st.text("AQg+/=-_ \n\u0430", max_size=12) | st.text())
def test_base64_has_one_spelling(text):
    try:
        data = from_base64(text)
    except FormatError:
        return
    assert to_base64(data) == text


@pytest.mark.parametrize("text", ["AB==", "AA=", "AA", "AA==\n", "A A==", "AA==AA==", "_-==", "="])
def test_other_spellings_are_refused(text):
    with pytest.raises(FormatError):
        from_base64(text)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_hash_is_32_bytes(length):
    assert hash_from_base64(to_base64(b"h" * 32)) == b"h" * 32
    with pytest.raises(FormatError):
        hash_from_base64(to_base64(b"h" * length))
