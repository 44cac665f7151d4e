"""Entry bundles: read and written the same, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, UsageError
from sviedka.keep.ledger import bundles
from sviedka.keep.ledger.paths import FULL

ENTRIES = st.lists(st.binary(max_size=300), max_size=20)


def test_an_entry_stands_behind_its_length_in_two_bytes():
    assert bundles.pack([b"one", b"", b"x" * 258]) == b"\0\3one" + b"\0\0" + b"\1\2" + b"x" * 258


@given(ENTRIES)
def test_what_is_packed_is_unpacked(entries):
    assert bundles.unpack(bundles.pack(entries), len(entries)) == entries


@given(st.binary(max_size=40), st.integers(0, 256))
def test_bytes_that_are_unpacked_pack_to_the_same(data, width):
    try:
        entries = bundles.unpack(data, width)
    except FormatError:
        return
    assert len(entries) == width
    assert bundles.pack(entries) == data


@given(ENTRIES, st.data())
def test_a_bundle_cut_or_lengthened_or_of_another_width_is_refused(entries, data):
    packed = bundles.pack(entries)
    if packed:
        cut = data.draw(st.integers(0, len(packed) - 1))
        with pytest.raises(FormatError):
            bundles.unpack(packed[:cut], len(entries))
    with pytest.raises(FormatError):
        bundles.unpack(packed + b"\0", len(entries))
    with pytest.raises(FormatError):
        bundles.unpack(packed, len(entries) + 1)


def test_the_longest_entry_fits_and_one_byte_more_is_refused():
    longest = b"x" * bundles.MAX_ENTRY
    assert bundles.unpack(bundles.pack([longest]), 1) == [longest]
    with pytest.raises(UsageError):
        bundles.pack([longest + b"x"])


@given(st.lists(st.integers(0, 600), max_size=5))
def test_appending_in_batches_writes_what_one_batch_writes(batches):
    entries = [b"%d" % number for number in range(sum(batches))]
    written, size, partial = {}, 0, b""
    for batch in batches:
        new = dict(bundles.append(size, partial, entries[size : size + batch]))
        written |= new
        size += batch
        if new:
            path, data = list(new.items())[-1]
            partial = b"" if path.width == FULL else data
    at_once = dict(bundles.append(0, b"", entries))
    assert at_once.items() <= written.items()
    for path, data in written.items():
        start = path.index * FULL
        assert bundles.unpack(data, path.width) == entries[start : start + path.width]


def test_a_partial_bundle_that_cannot_be_the_logs_is_refused():
    with pytest.raises(UsageError):
        list(bundles.append(3, b"", [b"x"]))
    with pytest.raises(UsageError):
        list(bundles.append(256, b"\0\1x", [b"x"]))
