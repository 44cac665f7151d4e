"""Whole files: what goes in comes out, and nothing else ever does."""

import io
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError, UsageError
from sviedka.keep import age

CHUNK = 65536
IDENTITY = age.X25519Identity.generate()
RECIPIENTS = [IDENTITY.recipient]
REFUSED = (FormatError, AccessError, IntegrityError)

EDGES = st.builds(
    lambda chunks, by: max(chunks * CHUNK + by, 0), st.integers(0, 3), st.integers(-2, 2)
)
SIZES = EDGES | st.integers(0, 3 * CHUNK)
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

PLAIN = bytes(at * 31 % 251 for at in range(4 * CHUNK))
SMALL = age.seal(RECIPIENTS, PLAIN[:100])
FULL = age.seal(RECIPIENTS, PLAIN[: 2 * CHUNK])


def cut(data, ends):
    """Cut ``data`` at the given places."""
    places = [0, *sorted(end % (len(data) + 1) for end in ends), len(data)]
    return [data[a:b] for a, b in pairwise(places)]


@slow
@given(
    SIZES,
    st.lists(st.integers(0, 1 << 20), max_size=6),
    st.lists(st.integers(0, 1 << 20), max_size=6),
)
def test_files_of_any_size_cut_anywhere_are_read_back(size, ends, other_ends):
    sealed = b"".join(age.encrypt(RECIPIENTS, cut(PLAIN[:size], ends)))
    chunks = -(-size // CHUNK) or 1
    assert len(sealed) == len(SMALL) - 116 + size + 16 * chunks
    assert b"".join(age.decrypt_chunks(cut(sealed, other_ends), [IDENTITY])) == PLAIN[:size]
    assert age.open_sealed([IDENTITY], sealed) == PLAIN[:size]


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_files_and_views_are_sources_too(size):
    sealed = b"".join(age.encrypt(RECIPIENTS, io.BytesIO(PLAIN[:size])))
    assert b"".join(age.decrypt_chunks(io.BytesIO(sealed), [IDENTITY])) == PLAIN[:size]
    wide = memoryview(PLAIN[:CHUNK]).cast("I")
    assert age.open_sealed([IDENTITY], bytearray(age.seal(RECIPIENTS, wide))) == PLAIN[:CHUNK]


def test_what_is_pushed_is_what_is_pulled():
    encryptor = age.Encryptor(RECIPIENTS)
    sealed = encryptor.header + encryptor.update(PLAIN) + encryptor.update(b"") + encryptor.finish()
    decryptor = age.Decryptor([IDENTITY])
    assert decryptor.update(sealed) + decryptor.finish() == PLAIN


def test_two_files_share_nothing():
    one, other = age.seal(RECIPIENTS, PLAIN[:100]), age.seal(RECIPIENTS, PLAIN[:100])
    assert one[-116:] != other[-116:]


def test_a_finished_file_takes_no_more():
    encryptor = age.Encryptor(RECIPIENTS)
    encryptor.finish()
    for call in (encryptor.finish, lambda: encryptor.update(b"more")):
        with pytest.raises(UsageError):
            call()


def test_any_changed_byte_of_a_small_file_is_refused():
    for at in range(len(SMALL)):
        for flip in (1, 0x80, 0xFF):
            spoiled = bytearray(SMALL)
            spoiled[at] ^= flip
            with pytest.raises(REFUSED):
                age.open_sealed([IDENTITY], spoiled)


@slow
@given(st.integers(0, len(FULL) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_file_is_refused_and_before_it_all_is_true(at, flip):
    spoiled = bytearray(FULL)
    spoiled[at] ^= flip
    released = b""
    with pytest.raises(REFUSED):  # noqa: PT012  what is released until the error is the point
        for chunk in age.decrypt_chunks([spoiled], [IDENTITY]):
            released += chunk
    assert PLAIN.startswith(released)
    with pytest.raises(REFUSED):
        age.open_file(io.BytesIO(spoiled), [IDENTITY]).read()


def test_any_beginning_of_a_small_file_is_refused():
    for end in range(len(SMALL)):
        with pytest.raises(REFUSED):
            age.open_sealed([IDENTITY], SMALL[:end])
        with pytest.raises(REFUSED):
            assert age.open_file(io.BytesIO(SMALL[:end]), [IDENTITY]).size


@slow
@given(st.integers(0, len(FULL) - 1))
@example(len(FULL) - CHUNK - 16)
def test_any_beginning_of_a_file_is_refused(end):
    with pytest.raises(REFUSED):
        age.open_sealed([IDENTITY], FULL[:end])
    with pytest.raises(REFUSED):
        assert age.open_file(io.BytesIO(FULL[:end]), [IDENTITY]).size


@given(st.binary(min_size=1))
def test_anything_behind_a_file_is_refused(rest):
    for data in (SMALL + rest, FULL + rest):
        with pytest.raises(IntegrityError):
            age.open_sealed([IDENTITY], data)
        with pytest.raises(IntegrityError):
            assert age.open_file(io.BytesIO(data), [IDENTITY]).size


def test_chunks_cannot_change_places():
    sealed = age.seal(RECIPIENTS, PLAIN[: 3 * CHUNK])
    start, step = len(sealed) - 3 * (CHUNK + 16), CHUNK + 16
    one, two, three = (sealed[start + i * step :][:step] for i in range(3))
    for order in (
        [two, one, three],
        [one, three],
        [two, three],
        [one, three, two],
        [one, one, three],
    ):
        with pytest.raises(IntegrityError):
            age.open_sealed([IDENTITY], sealed[:start] + b"".join(order))


@given(st.binary())
def test_any_bytes_give_a_typed_error(data):
    for text in (data, SMALL[:22] + data, SMALL[:-116] + data):
        with pytest.raises(SviedkaError):
            age.open_sealed([IDENTITY, age.ScryptIdentity("p", max_work_factor=4)], text)
        with pytest.raises(SviedkaError):
            age.open_file(io.BytesIO(text), [IDENTITY]).read()


def test_memory_does_not_grow_with_the_file():
    tracemalloc.start()
    try:
        sealed = age.encrypt(RECIPIENTS, (PLAIN for _ in range(64)))
        size = sum(map(len, age.decrypt_chunks(sealed, [IDENTITY])))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 64 * len(PLAIN)
    assert peak < 16 * CHUNK
