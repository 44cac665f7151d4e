"""A picture that was cut is told from a whole one, and from one with something behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.pictures.ending import breaks_off
from tests.material.phone import photo
from tests.material.picture import picture
from tests.readers.found import found, troubles

WHOLE = {".jpg": photo(1), ".png": picture(1, ".png")}


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_cut_picture_is_damaged(suffix: str) -> None:
    whole = WHOLE[suffix]
    assert troubles(found(whole, f"a{suffix}")) == []
    assert troubles(found(whole[: len(whole) // 2], f"a{suffix}")) == ["damaged"]


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_it_is_seen_wherever_it_was_cut(suffix: str, data: st.DataObject) -> None:
    whole = WHOLE[suffix]
    end = 2 if suffix == ".jpg" else 8  # IEND has no bytes of its own, only a sum
    assert breaks_off(whole[: data.draw(st.integers(8, len(whole) - end))])


@given(st.binary(max_size=200))
def test_what_stands_behind_it_does_not_matter(more: bytes) -> None:
    assert not any(breaks_off(whole + more) for whole in WHOLE.values())


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(content: bytes) -> None:
    breaks_off(b"\xff\xd8" + content)
    assert not breaks_off(b"GIF89a" + content)


def test_the_end_of_a_thumbnail_is_not_the_end() -> None:
    whole = WHOLE[".jpg"]
    small = b"\xff\xd8\xff\xd9"
    segment = b"\xff\xe2" + (2 + len(small)).to_bytes(2) + small
    held = whole[:2] + b"\xff" + segment + whole[2:]
    assert not breaks_off(held)
    assert breaks_off(held[:-2])
