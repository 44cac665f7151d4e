from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.witness import MAX_REQUEST, Request
from tests.keep.witness.logs import ALog, log_key

NOTE = checkpoint.sign(Checkpoint(log_key().name, 7, bytes(32)), log_key())
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)
GOOD = ALog(list(range(9))).request(3)


def test_what_a_request_looks_like():
    lines = GOOD.decode().split("\n")
    assert lines[0] == "old 3"
    blank = lines.index("")
    assert all(len(each) == 44 for each in lines[1:blank])
    assert lines[blank + 1 : blank + 3] == [log_key().name, "9"]


@given(old=st.integers(0, 2**63 - 1), proof=HASHES)
def test_what_is_written_is_read(old, proof):
    request = Request(old, proof, NOTE)
    assert Request.parse(bytes(request)) == request
    assert len(bytes(request)) <= MAX_REQUEST


@given(data=st.binary(max_size=300))
def test_bytes_that_are_no_request_are_told(data):
    with pytest.raises(FormatError):
        Request.parse(data)


@given(at=st.integers(0, len(GOOD) - 1), bit=st.integers(0, 7))
def test_an_altered_request_is_told_or_is_another(at, bit):
    data = bytearray(GOOD)
    data[at] ^= 1 << bit
    with suppress(FormatError):
        assert bytes(Request.parse(bytes(data))) == bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"old 03\n\n" + bytes(NOTE),
        b"old -1\n\n" + bytes(NOTE),
        b"size 3\n\n" + bytes(NOTE),
        b"old 3\n" + bytes(NOTE),
        b"old 3\nAAAA\n\n" + bytes(NOTE),
        b"old 3\n" + 64 * (b"A" * 43 + b"=\n") + b"\n" + bytes(NOTE),
        b"old 3\n\n" + bytes(MAX_REQUEST),
        "old ٣\n\n".encode() + bytes(NOTE),
    ],
)
def test_what_is_no_request(data):
    with pytest.raises(FormatError):
        Request.parse(data)
