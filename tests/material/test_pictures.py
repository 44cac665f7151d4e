"""Clips, pictures, voices: their structure, checked without any decoder, and their sameness."""

from __future__ import annotations

import zlib
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.material.canvas import DAY, Canvas
from tests.material.h264 import Frame, encode, parameter_sets
from tests.material.jpeg import jpeg
from tests.material.picture import drawing, picture, webp
from tests.material.sound import voice
from tests.material.video import HEIGHT, RATE, VARIANTS, WIDTH, clip, video

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf")


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box of an MP4 file, containers opened."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + size]
        assert 8 <= size <= len(data) - at
        yield kind, body
        if kind in CONTAINERS:
            yield from boxes(body)
        at += size


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_clip_is_mp4_whose_index_finds_every_picture(variant: str) -> None:
    data = video(3, variant)
    found = dict(boxes(data))
    count = int.from_bytes(found[b"stsz"][8:12], "big")
    sizes = [
        int.from_bytes(found[b"stsz"][at : at + 4], "big") for at in range(12, 12 + 4 * count, 4)
    ]
    offset = int.from_bytes(found[b"stco"][8:12], "big")
    assert data[offset:] == found[b"mdat"]
    assert sum(sizes) == len(found[b"mdat"])
    kinds = []
    for size in sizes:
        assert int.from_bytes(data[offset : offset + 4], "big") == size - 4
        kinds.append(data[offset + 4] & 31)
        offset += size
    assert kinds == [5] + [1] * (count - 1)  # an IDR picture, then pictures that refer to it
    assert 2 * RATE // 2 <= count <= 4 * RATE
    assert len(data) < 300 << 10


def test_variants_differ_and_the_same_seed_gives_the_same_clip() -> None:
    assert len({video(1, variant) for variant in VARIANTS}) == len(VARIANTS)
    assert video(1) == video(1) != video(2)


def test_mirroring_twice_gives_the_clip_back() -> None:
    frames = clip(4, 0.5)
    assert (frames[0].width, frames[0].height) == (WIDTH, HEIGHT)
    assert [frame.mirrored().mirrored() for frame in frames] == frames
    assert frames[0] != frames[-1]


@given(st.binary(min_size=1, max_size=3))
@settings(max_examples=50)
def test_no_start_code_arises_inside_a_picture(tile: bytes) -> None:
    plane = (bytes(3) + tile) * 256
    frame = Frame(plane[:256], plane[:64], plane[:64])
    for unit in (*encode([frame, frame], 16, 16), *parameter_sets(16, 16)):
        assert not any(unit.find(b"\0\0" + bytes([low])) >= 0 for low in range(3))


def test_png_chunks_are_whole_and_hold_every_row() -> None:
    data = picture(2, ".png")
    at, kinds, rows = 8, [], b""
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunk = data[at + 4 : at + 8 + size]
        assert zlib.crc32(chunk) == int.from_bytes(data[at + 8 + size : at + 12 + size], "big")
        kinds.append(chunk[:4])
        rows += zlib.decompress(chunk[4:]) if chunk[:4] == b"IDAT" else b""
        at += 12 + size
    assert kinds == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert len(rows) == 240 * 321


def test_a_jpeg_has_its_segments_in_order_and_no_marker_in_its_scan() -> None:
    data = picture(2, ".jpg")
    at, markers = 2, []
    while data[at + 1] != 0xDA:
        markers.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    assert data[:2] == b"\xff\xd8"
    assert data[-2:] == b"\xff\xd9"
    assert markers == [0xE0, 0xDB, 0xC0, 0xC4, 0xC4]
    scan = data[at + 2 + 12 : -2]
    assert scan.count(b"\xff") == scan.count(b"\xff\0")


def test_any_canvas_makes_a_jpeg() -> None:
    noise = Canvas(16, 8, bytearray(value % len(DAY) for value in Random(1).randbytes(128)))
    assert len(jpeg(noise, DAY)) > len(jpeg(Canvas.filled(16, 8, 0), DAY))


def test_pictures_follow_from_their_seed() -> None:
    assert drawing(7) == drawing(7)
    assert len({picture(seed) for seed in range(12)}) == 12
    assert webp(DAY[0])[8:16] == b"WEBPVP8L"


def test_a_voice_is_ogg_pages_of_the_length_asked() -> None:
    data = voice(9, 3)
    pages = data.split(b"OggS")[1:]
    assert [page[1] for page in pages] == [2, 0, 0, 0, 4]
    assert int.from_bytes(pages[-1][2:10], "little") == 3 * 48_000
    assert pages[0].endswith(b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0")
