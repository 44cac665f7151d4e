"""ASCII armor is strict: one file has one armor, but for white space around it and CRLF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError
from sviedka.keep.age import armor, dearmor

SPACE = st.text(" \t\r\n").map(str.encode)


@given(st.binary(max_size=400), SPACE, SPACE)
def test_what_is_armored_is_read_back(data, before, after):
    text = armor(data)
    assert dearmor(before + text + after) == data
    assert dearmor(text.replace(b"\n", b"\r\n")) == data


@given(st.binary(max_size=400))
def test_lines_are_ascii_and_at_most_64_columns(data):
    body = armor(data).decode("ascii").splitlines()[1:-1]
    assert all(len(line) == 64 for line in body[:-1])
    assert all(0 < len(line) <= 64 for line in body[-1:])


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_other_byte_is_refused_or_is_another_file(data, draw):
    text = bytearray(armor(data))
    at = draw.draw(st.integers(0, len(text) - 1))
    text[at] ^= draw.draw(st.integers(1, 255))
    try:
        assert dearmor(bytes(text)) != data
    except FormatError:
        return
    # The only change that may pass unseen is of the white space behind the last line.


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_part_of_it_is_refused(data, draw):
    text = armor(data).rstrip()
    with pytest.raises(FormatError):
        dearmor(text[: draw.draw(st.integers(0, len(text) - 1))])


@given(st.binary())
def test_any_bytes_give_a_typed_error(data):
    body = armor(b"")
    for text in (data, body.replace(b"\n", b"\n" + data + b"\n", 1)):
        try:
            assert isinstance(dearmor(text), bytes)
        except FormatError:
            continue
