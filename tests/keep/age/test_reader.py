"""Reading from anywhere equals reading it all, and trusts no chunk that it has not checked."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.errors import AccessError, FormatError, IntegrityError
from sviedka.keep import age

CHUNK = 65536
IDENTITY = age.HybridIdentity.generate()
PLAIN = bytes(at * 37 % 253 for at in range(3 * CHUNK + 5))
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]
FILES = {size: age.seal([IDENTITY.recipient], PLAIN[:size]) for size in SIZES}

places = st.integers(0, 3 * CHUNK + 20) | st.sampled_from(SIZES)


def reader(size):
    return age.open_file(io.BytesIO(FILES[size]), [IDENTITY])


def spoiled(size, from_end):
    data = bytearray(FILES[size])
    data[-from_end] ^= 1
    return age.open_file(io.BytesIO(data), [IDENTITY])


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_is_the_whole(size):
    assert reader(size).size == size
    assert reader(size).read() == PLAIN[:size]
    with io.BufferedReader(reader(size), 8192) as buffered:
        assert b"".join(iter(lambda: buffered.read(1000), b"")) == PLAIN[:size]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SIZES), st.lists(st.tuples(places, st.integers(0, 2 * CHUNK + 3))))
def test_any_reads_at_any_places_equal_slices(size, reads):
    with reader(size) as file:
        for place, count in reads:
            assert file.seek(place) == file.tell() == place
            assert file.read(count) == PLAIN[:size][place : place + count]
            assert file.tell() == max(place, min(place + count, size))


@pytest.mark.parametrize("size", SIZES)
def test_seeking_from_the_end_and_from_here(size):
    file = reader(size)
    assert file.seek(0, os.SEEK_END) == size
    assert file.seek(-size, os.SEEK_CUR) == 0
    for offset, whence in ((-1, os.SEEK_SET), (-size - 1, os.SEEK_END), (0, 9)):
        with pytest.raises(ValueError):
            file.seek(offset, whence)
    assert file.seekable()
    assert file.readable()
    assert not file.writable()


def test_closing_closes_the_file_below():
    below = io.BytesIO(FILES[1])
    with age.open_file(below, [IDENTITY]) as file:
        file.read()
    file.close()
    assert below.closed
    with pytest.raises(ValueError):
        file.read()


def test_a_damaged_chunk_spoils_only_what_lies_in_it():
    file = spoiled(3 * CHUNK + 5, from_end=100)  # in the third chunk of four
    assert file.size == 3 * CHUNK + 5
    assert file.read(2 * CHUNK) == PLAIN[: 2 * CHUNK]
    with pytest.raises(IntegrityError, match=f"byte {2 * CHUNK} "):
        file.read(1)
    file.seek(3 * CHUNK)
    assert file.read() == PLAIN[3 * CHUNK :]


def test_a_damaged_end_is_noticed_when_the_end_matters():
    file = spoiled(3 * CHUNK + 5, from_end=1)
    assert file.read(CHUNK) == PLAIN[:CHUNK]
    for ask in (
        lambda: file.size,
        lambda: file.seek(0, os.SEEK_END),
        file.read,
        lambda: file.seek(1 << 40) and file.read(1),
    ):
        with pytest.raises(IntegrityError):
            ask()


def test_a_file_cut_at_a_chunk_is_noticed_at_its_end():
    whole = FILES[3 * CHUNK + 5]
    file = age.open_file(io.BytesIO(whole[: -5 - 16]), [IDENTITY])
    assert file.read(2 * CHUNK) == PLAIN[: 2 * CHUNK]
    with pytest.raises(IntegrityError, match="cut off"):
        file.read(CHUNK)


def test_the_header_and_the_key_are_judged_on_opening():
    stranger = age.HybridIdentity.generate()
    with pytest.raises(AccessError):
        age.open_file(io.BytesIO(FILES[1]), [stranger])
    header = age.read_header(io.BytesIO(FILES[1]))
    for end in (0, header.size - 1, header.size, header.size + 15):
        with pytest.raises(FormatError):
            age.open_file(io.BytesIO(FILES[1][:end]), [IDENTITY])


def test_only_the_bytes_asked_for_are_read():
    class Counted(io.BytesIO):
        count = 0

        def read(self, size=-1):
            data = super().read(size)
            self.count += len(data)
            return data

    below = Counted(FILES[3 * CHUNK + 5])
    file = age.open_file(below, [IDENTITY])
    file.seek(2 * CHUNK + 7)
    file.read(10)
    assert below.count < 2 * CHUNK
