"""Canonical JSON: each value has one spelling, and every other one is refused."""

import contextlib
import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from sviedka.errors import FormatError, NewerFormatError, SviedkaError
from sviedka.keep import canonical
from sviedka.keep.canonical import Count, Hash, Strict, Version


class Inner(Strict, frozen=True, kw_only=True):
    hash: Hash | None = None
    size: Count


class Thing(Strict, frozen=True, kw_only=True):
    blob: bytes = b""
    inner: Inner | None = None
    items: Annotated[list[Count], Meta(min_length=1)] | None = None
    table: dict[str, Count] | None = None
    text: str
    v: Version


PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'))
COUNTS = st.integers(0, 2**53 - 1)
INNERS = st.builds(Inner, hash=st.just("ab" * 32) | st.none(), size=COUNTS)
THINGS = st.builds(
    Thing,
    blob=st.binary(),
    inner=INNERS | st.none(),
    items=st.lists(COUNTS, min_size=1) | st.none(),
    table=st.dictionaries(PRINTABLE, COUNTS) | st.none(),
    text=PRINTABLE,
    v=st.just(1),
)


def read(data, kind=Thing):
    return canonical.decode(data, kind, name="a thing")


@given(THINGS)
def test_what_is_written_is_read_and_is_what_any_json_writer_gives_with_sorted_keys(thing):
    data = canonical.encode(thing)
    assert read(data) == thing
    assert json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode() == data


@given(THINGS, st.data(), st.sampled_from(list(b" \n\t\r")))
def test_white_space_is_refused_or_part_of_a_string(thing, data, space):
    written = bytearray(canonical.encode(thing))
    written.insert(data.draw(st.integers(0, len(written))), space)
    with contextlib.suppress(FormatError):
        assert read(bytes(written)) != thing


@pytest.mark.parametrize(
    "data",
    [
        b'{"text":"a","text":"a","v":1}',  # a key twice
        b'{"text":"a","text":"b","v":1}',
        b'{"v":1,"text":"a"}',  # another order
        b'{"text": "a","v":1}',  # white space
        b'{"text":"a","v":1} ',
        b'\n{"text":"a","v":1}',
        b'{"text":"a","v":1}\n',
        b'{"text":"\\u0061","v":1}',  # escapes
        b'{"text":"a\\nb","v":1}',
        b'{"text":"a\\"b","v":1}',
        b'{"text":"a\\\\b","v":1}',
        b'{"text":"\\/","v":1}',
        b'{"text":"a\x7fb","v":1}',  # beyond printable ASCII
        b'{"text":"a\tb","v":1}',
        '{"text":"ў","v":1}'.encode(),
        '{"text":"ў","v":1}'.encode("cp1251"),
        b'\xef\xbb\xbf{"text":"a","v":1}',
        b'{"text":"a","v":1.0}',  # numbers
        b'{"text":"a","v":1e0}',
        b'{"text":"a","v":+1}',
        b'{"text":"a","v":01}',
        b'{"inner":{"size":1e3},"text":"a","v":1}',
        b'{"inner":{"size":1000.0},"text":"a","v":1}',
        b'{"inner":{"size":-0},"text":"a","v":1}',
        b'{"inner":{"size":-1},"text":"a","v":1}',
        b'{"inner":{"size":9007199254740992},"text":"a","v":1}',
        b'{"inner":{"size":18446744073709551617},"text":"a","v":1}',
        b'{"inner":{"size":NaN},"text":"a","v":1}',
        b'{"inner":{"size":true},"text":"a","v":1}',  # no null, true, false
        b'{"inner":null,"text":"a","v":1}',
        b'{"text":null,"v":1}',
        b'{"text":false,"v":1}',
        b'{"blob":"","text":"a","v":1}',  # what does not apply is left out
        b'{"items":[],"text":"a","v":1}',
        b'{"blob":"YR==","text":"a","v":1}',  # base64 with bits beyond the end
        b'{"blob":"YQ","text":"a","v":1}',
        b'{"blob":"Y Q==","text":"a","v":1}',
        b'{"blob":"_-==","text":"a","v":1}',
        b'{"extra":1,"text":"a","v":1}',  # keys that nobody named
        b'{"inner":{"extra":1,"size":1},"text":"a","v":1}',
        b'{"inner":{"hash":"AB","size":1},"text":"a","v":1}',
        b'{"text":"a"}',  # a key that is missing
        b'{"text":"a","v":0}',
        b'["a",1]',
        b'"a"',
        b"{}",
        b"",
        b'{"text":"a","v":1',
        b'{"text":"a","v":1}{}',
        b"[" * 100_000,
        b'{"inner":' * 100_000,
    ],
)
def test_what_is_not_canonical_is_refused(data):
    with pytest.raises(FormatError) as caught:
        read(data)
    assert not isinstance(caught.value, NewerFormatError)


def test_the_largest_number_is_the_last_that_every_json_reader_holds_exactly():
    assert read(b'{"inner":{"size":9007199254740991},"text":"a","v":1}').inner.size == 2**53 - 1


@pytest.mark.parametrize("text", ['"', "\\", "\n", "\x7f", "ў", "é", "\ud800"])
def test_text_that_canonical_json_cannot_hold_is_not_written(text):
    with pytest.raises(FormatError):
        canonical.encode(Thing(text=text, v=1))


@pytest.mark.parametrize(
    "data",
    [
        b'{"text":"a","v":2}',
        b'{"v":9007199254740993}',
        b'{"new":[{"shape":null}],"v":2}',
        '{"text":"нешта новае", "v": 3}'.encode(),
        b'{"text":"\xff","v":2}',
    ],
)
def test_a_later_version_says_so_whatever_else_is_new_in_it(data):
    with pytest.raises(NewerFormatError, match="newer Sviedka"):
        read(data)


@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_give_a_typed_error(data):
    with contextlib.suppress(SviedkaError):
        read(data)


@given(THINGS, st.data())
def test_altered_bytes_give_another_value_or_a_typed_error(thing, data):
    written = bytearray(canonical.encode(thing))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(FormatError):
        other = read(bytes(written))
        assert other != thing
        assert canonical.encode(other) == bytes(written)
