"""What an answer says: framing and compression come off, within bounds."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live.content import pieces, whole
from sviedka.errors import FormatError
from tests.capture.live.servers import bomb, chunked

TEXT = b"Text of a page. " * 500
BARE = zlib.compressobj(wbits=-15)
DEFLATED = BARE.compress(TEXT) + BARE.flush()


def headers(coding="", framing=""):
    return ((b"content-encoding", coding.encode()), (b"transfer-encoding", framing.encode()))


def cut(data, sizes):
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", DEFLATED),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ],
)
@given(sizes=st.lists(st.integers(1, 200), max_size=20))
def test_compression_comes_off_however_the_bytes_come(coding, packed, sizes):
    assert b"".join(pieces(headers(coding), cut(packed, sizes))) == TEXT
    assert b"".join(pieces(headers(coding, "chunked"), cut(chunked(packed), sizes))) == TEXT


@given(st.lists(st.binary(min_size=1, max_size=300)), st.lists(st.integers(1, 50), max_size=30))
def test_chunks_come_off_however_they_are_cut(parts, sizes):
    found = pieces(headers(framing="chunked"), cut(chunked(*parts), sizes))
    assert b"".join(found) == b"".join(parts)


def test_a_bomb_costs_no_more_than_the_bound():
    with pytest.raises(FormatError):
        whole(headers("gzip"), [bomb(100_000_000)], limit=1_000_000)
    with pytest.raises(FormatError):
        whole(headers("gzip, gzip"), [gzip.compress(bomb(100_000_000))], limit=1_000_000)


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip, gzip, gzip"])
def test_what_was_not_asked_for_is_refused(coding):
    with pytest.raises(FormatError):
        whole(headers(coding), [TEXT])


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_broken_compression_is_refused(coding):
    with pytest.raises(FormatError):
        whole(headers(coding), [b"<!doctype html>"])


def test_an_answer_that_was_cut_off_ends_where_it_was_cut():
    packed = gzip.compress(bytes(range(256)) * 100)
    found = whole(headers("gzip"), [packed[:-20]])
    assert (bytes(range(256)) * 100).startswith(found)
    assert whole(headers(framing="chunked"), [b"5\r\nhel"]) == b"hel"


@given(st.binary(), st.sampled_from(["", "gzip", "deflate"]), st.sampled_from(["", "chunked"]))
def test_any_bytes_are_read_or_refused(data, coding, framing):
    with suppress(FormatError):
        whole(headers(coding, framing), [data])
