from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sviedka.keep.vault.padding import LEAST, padded


@given(st.integers(0, 2**40))
def test_it_is_what_the_format_says(size: int) -> None:
    if size <= 4096:
        assert padded(size) == 4096
        return
    exponent = math.floor(math.log2(size))
    kept = math.floor(math.log2(exponent)) + 1
    step = 2 ** (exponent - kept)
    assert padded(size) == math.ceil(size / step) * step


@given(st.integers(LEAST, 2**40))
def test_it_adds_at_most_an_eighth(size: int) -> None:
    assert size <= padded(size) <= size * 1.12


@given(st.integers(0, 2**40))
def test_padding_twice_changes_nothing(size: int) -> None:
    assert padded(padded(size)) == padded(size)


def test_known_lengths() -> None:
    assert [padded(n) for n in (0, 4096, 4097, 9000, 100_000, 16 << 20)] == [
        4096, 4096, 4352, 9216, 100_352, 16 << 20,
    ]  # fmt: skip
