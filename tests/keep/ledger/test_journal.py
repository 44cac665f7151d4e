"""The journal: what was acknowledged is read again, and nothing else."""

import contextlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, IntegrityError, SviedkaError, UsageError
from sviedka.keep.ledger import journal

ENTRIES = st.lists(st.binary(min_size=1, max_size=300), max_size=6)
STARTS = st.integers(0, 2**64 - 1)


def written(start, entries):
    """A journal as the format says it, made without its code."""
    records = [len(e).to_bytes(4, "big") + sha256(e).digest() + e for e in entries]
    return b"SVJ1" + start.to_bytes(8, "big") + b"".join(records)


@given(STARTS, ENTRIES)
def test_it_is_what_the_format_says(start, entries):
    data = journal.header(start) + journal.frame(entries)
    assert data == written(start, entries)
    assert journal.parse(data) == journal.Journal(start, entries, len(data))


@given(STARTS, ENTRIES, ENTRIES)
def test_records_are_appended_where_it_ends(start, first, second):
    data = written(start, first)
    end = journal.parse(data).length
    assert journal.parse(data[:end] + journal.frame(second)).entries == first + second


@given(ENTRIES.filter(bool))
def test_a_record_cut_off_anywhere_is_dropped_and_the_others_stand(entries):
    data = written(7, entries)
    ends = [len(written(7, entries[:count])) for count in range(len(entries) + 1)]
    for cut in range(ends[0], len(data)):
        whole = sum(end <= cut for end in ends) - 1
        read = journal.parse(data[:cut])
        assert (read.entries, read.length) == (entries[:whole], ends[whole])


@pytest.mark.parametrize("size", range(journal.HEADER_SIZE))
def test_a_cut_header_is_no_interrupted_write(size):
    with pytest.raises(FormatError):
        journal.parse(journal.header(0)[:size])


@given(ENTRIES.filter(bool), st.data())
def test_every_flipped_bit_behind_the_header_is_found(entries, data):
    journalled = bytearray(written(0, entries))
    at = data.draw(st.integers(journal.HEADER_SIZE, len(journalled) - 1))
    journalled[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(IntegrityError):
        journal.parse(bytes(journalled))


def test_a_length_that_reaches_beyond_the_end_takes_no_entry_away():
    """Else one bit would make the rest of a journal look like an interrupted write."""
    entries = [b"%d" % number * 500 for number in range(10)]
    for index in range(len(entries)):
        data = bytearray(written(0, entries))
        data[len(written(0, entries[:index])) + 2] ^= 0x80
        with pytest.raises(IntegrityError, match="length"):
            journal.parse(bytes(data))


@pytest.mark.parametrize("length", [0, 65_536, 2**32 - 1])
def test_an_impossible_length_is_no_interrupted_write(length):
    with pytest.raises(IntegrityError, match="impossible"):
        journal.parse(journal.header(0) + length.to_bytes(4, "big"))


@pytest.mark.parametrize("entry", [b"", bytes(65_536)], ids=len)
def test_what_could_not_be_read_is_not_written(entry):
    with pytest.raises(UsageError):
        journal.frame([b"before", entry])


def test_the_longest_entry_fits():
    data = written(0, [bytes(65_535)])
    assert journal.parse(data).entries == [bytes(65_535)]
    assert journal.parse(data[:-1]).entries == []


@given(st.binary() | st.binary().map((b"SVJ1" + bytes(8)).__add__))
def test_arbitrary_bytes_give_a_typed_error(data):
    with contextlib.suppress(SviedkaError):
        journal.parse(data)
    with contextlib.suppress(SviedkaError):
        journal.unframe(data)
