"""Values are read as the standard library reads them; what is odd is flagged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.telegram.decoding import decode
from tests.capture.telegram.exports import VALUES


@given(VALUES, st.booleans())
def test_a_sound_value_is_what_json_says(value, ascii_only):
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert decode(raw) == (value, ())


@pytest.mark.parametrize(
    ("raw", "value", "flags"),
    [
        (rb'"\x1B[2J"', "\x1b[2J", {"telegram_escape"}),
        (rb'"\\x1B"', r"\x1B", set()),
        (rb'"\\\x1B"', "\\\x1b", {"telegram_escape"}),
        (rb'"\ud800"', "\ufffd", {"lone_surrogate"}),
        (rb'"\\ud800"', r"\ud800", set()),
        (rb'"\ud800\ud83d\ude00"', "\ufffd\U0001f600", {"lone_surrogate"}),
        (rb'"\udc00\ud800"', "\ufffd\ufffd", {"lone_surrogate"}),
        (b'"\xff"', "\ufffd", {"not_utf8"}),
        (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd", {"not_utf8"}),
        (b'"\xff\\x07"', "\ufffd\x07", {"not_utf8", "telegram_escape"}),
        (b'"\xff\\udfff"', "\ufffd\ufffd", {"not_utf8", "lone_surrogate"}),
        (b'{"a":1,"a":2}', {"a": 2}, {"duplicate_key"}),
        (b'{"a" :1,"a"\n:2}', {"a": 2}, {"duplicate_key"}),
        (rb'{"a":1,"\u0061":2}', {"a": 2}, {"duplicate_key"}),
        (b'[{"b":{"a":1,"a":1}}]', [{"b": {"a": 1}}], {"duplicate_key"}),
        (b'[{"a":1},{"a":1}]', [{"a": 1}, {"a": 1}], set()),
        (rb'{"a":"\":\":"}', {"a": '":":'}, set()),
        (b"9007199254740993", 9007199254740993, set()),
        (b"18446744073709551617", 18446744073709551617, set()),
        (b"1" * 5000, "1" * 5000, {"huge_number"}),
        (b"[-1e999]", ["-1e999"], {"huge_number"}),
    ],
)  # fmt: skip
def test_an_odd_value_is_read_and_flagged(raw, value, flags):
    found, said = decode(raw)
    assert (found, set(said)) == (value, flags)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"NaN", b"[-Infinity]", b"01", b'"\n"', b"'a'", b"1 2", b"\xef\xbb\xbf1", b"\xff"],
)  # fmt: skip
def test_what_is_not_json_is_refused(raw):
    with pytest.raises(ValueError):
        decode(raw)


@given(st.binary(max_size=60) | st.text('[]{}",:\\ux0d8', max_size=60).map(str.encode))
def test_arbitrary_bytes_give_a_value_that_can_be_written_or_are_refused(raw):
    try:
        value, _ = decode(raw)
    except ValueError:
        return
    json.dumps(value, ensure_ascii=False).encode()
