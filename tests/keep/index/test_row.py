"""A row's body: its exact bytes, and what they say once somebody asks."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError
from tests.keep.index.world import batch


class Shape(msgspec.Struct):
    n: int


def row_of(body):
    return batch(0, [("note", body)])[0]


def test_a_body_is_decoded_once_and_only_when_asked():
    row = row_of(b'{"kind":"note","n":1,"v":1}')
    assert row.value == {"kind": "note", "n": 1, "v": 1}
    assert row.value is row.value
    assert row.read(Shape) == Shape(1)
    assert row.body == b'{"kind":"note","n":1,"v":1}'


@given(st.binary() | st.recursive(st.none(), st.lists).map(msgspec.json.encode))
def test_a_body_that_is_something_else_raises_a_typed_error(body):
    row = row_of(body)
    for read in (lambda: row.value, lambda: row.read(Shape)):
        with pytest.raises(FormatError, match="not a record of kind note") as caught:
            read()
        assert row.id.hex() in caught.value.where


def test_deep_nesting_and_bad_text_are_no_crash():
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b'{"n":"\xed\xa0\x80"}', b'{"n":"\\ud800"}'):
        with pytest.raises(FormatError):
            _ = row_of(body).value
