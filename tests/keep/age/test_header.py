"""Headers are read strictly, so that one header has one form, and are bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, IntegrityError, NewerFormatError
from sviedka.keep.age import HEADER_LIMIT, Stanza, parse_header, scan_header, write_header

KEY = bytes(range(16))
ARGUMENTS = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
STANZAS = st.lists(
    st.builds(
        lambda kind, arguments, body: Stanza((kind, *arguments), body),
        st.sampled_from(["X25519", "mlkem768x25519", "grease"]),
        ARGUMENTS,
        st.binary(max_size=200) | st.sampled_from([bytes(48), bytes(96)]),
    ),
    min_size=1,
)


@given(STANZAS)
def test_what_is_written_is_read_back(stanzas):
    data = write_header(stanzas, KEY)
    header = parse_header(data)
    assert header.stanzas == tuple(stanzas)
    assert header.size == len(data)
    header.verify(KEY)
    assert write_header(header.stanzas, KEY) == data


@given(STANZAS, st.binary())
def test_scanning_finds_the_header_whatever_follows(stanzas, rest):
    data = write_header(stanzas, KEY)
    assert scan_header(data + rest) == parse_header(data)


@given(STANZAS, st.data())
def test_a_beginning_of_a_header_asks_for_more(stanzas, draw):
    data = write_header(stanzas, KEY)
    assert scan_header(data[: draw.draw(st.integers(0, len(data) - 1))]) is None


@given(STANZAS, st.data())
def test_any_changed_byte_is_refused(stanzas, draw):
    data = bytearray(write_header(stanzas, KEY))
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises((FormatError, IntegrityError)):
        parse_header(bytes(data)).verify(KEY)


def test_another_file_key_does_not_verify():
    with pytest.raises(IntegrityError):
        parse_header(write_header([Stanza(("X25519",), b"")], KEY)).verify(bytes(16))


@given(st.binary())
def test_any_bytes_give_a_typed_error(data):
    start = b"age-encryption.org/v1\n"
    for text in (data, start + data, start + b"-> a\n" + data + b"\n--- " + data + b"\n"):
        for read in (parse_header, scan_header):
            try:
                read(text)
            except FormatError:
                continue


def test_a_header_longer_than_the_limit_is_refused_and_not_read_on():
    endless = b"age-encryption.org/v1\n-> a\n" + (b"A" * 64 + b"\n") * (HEADER_LIMIT // 65)
    assert scan_header(endless[: HEADER_LIMIT - 1]) is None
    with pytest.raises(FormatError, match="longer than"):
        scan_header(endless + b"A" * 1000)


def test_a_header_as_long_as_the_limit_is_read():
    empty = len(write_header([Stanza(("a",), b"")], KEY))
    argument = "a" * (HEADER_LIMIT - empty + 1)
    assert len(data := write_header([Stanza((argument,), b"")], KEY)) == HEADER_LIMIT
    assert scan_header(data + b"rest") is not None


def test_other_versions_and_other_files_are_told_apart():
    for version in (b"v2\n", b"v10\n"):
        with pytest.raises(NewerFormatError):
            scan_header(b"age-encryption.org/" + version)
    for data in (b"age-encryption.org/v1\r\n", b"age-encryption.org/x", b"PK\x03\x04"):
        with pytest.raises(FormatError) as caught:
            scan_header(data)
        assert type(caught.value) is FormatError


@pytest.mark.parametrize("other", ["X25519", "scrypt", "grease"])
def test_a_passphrase_stanza_stands_alone(other):
    stanzas = [Stanza(("scrypt",), bytes(32)), Stanza((other,), bytes(32))]
    for order in (stanzas, stanzas[::-1]):
        with pytest.raises(FormatError, match="beside"):
            parse_header(write_header(order, KEY))
