"""Digests as they are spelt, bodies as they are coded, beginnings as they are told."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.web.coding import Dechunker, body, unknown
from sviedka.readers.web.digests import Summing
from sviedka.readers.web.sniff import lies, sniff
from sviedka.readers.web.stream import BombError, DamagedError, Window
from tests.material.picture import picture

DATA = "Прыклад".encode()


def verdict(stated: bytes, data: bytes = DATA) -> str:
    summing = Summing(stated)
    summing.update(data)
    return summing.result(whole=True).verdict


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512", "SHA-1", "sha-256"])
def test_a_digest_in_every_spelling(name: str) -> None:
    raw = hashlib.new(name.lower().replace("-", ""), DATA).digest()
    spellings = [
        raw.hex(),
        raw.hex().upper(),
        base64.b32encode(raw).decode(),
        base64.b32encode(raw).decode().rstrip("="),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    ]
    for each in spellings:
        assert verdict(f"{name}:{each}".encode()) == "matches"
        assert verdict(f"{name}:{each}".encode(), DATA + b"x") == "differs"


def test_digests_that_say_nothing() -> None:
    assert verdict(b"") == "absent"
    assert verdict(b"blake3:0011") == "unknown"
    assert verdict(b"no algorithm") == "unknown"
    assert verdict(b"sha1:1112") == "differs"
    assert Summing(b"sha1:00").result(whole=False).verdict == "unread"
    assert Summing(b"sha1:00", elsewhere=True).result(whole=True).verdict == "elsewhere"


def chunked(parts: list[bytes]) -> bytes:
    return (
        b"".join(b"%X;a=b\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"
    )


def pieces(data: bytes, size: int) -> list[memoryview]:
    return [memoryview(data)[at : at + size] for at in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 60))
def test_chunks_in_pieces_of_any_size(parts: list[bytes], size: int) -> None:
    chunks = Dechunker()
    got = b"".join(bytes(x) for each in pieces(chunked(parts), size) for x in chunks.feed(each))
    assert got == b"".join(parts)
    assert not chunks.broken


@given(st.binary(max_size=200), st.integers(1, 60))
def test_any_bytes_are_chunks_or_broken(data: bytes, size: int) -> None:
    chunks = Dechunker()
    got = b"".join(bytes(x) for each in pieces(data, size) for x in chunks.feed(each))
    assert len(got) <= len(data)


@given(
    st.binary(min_size=1, max_size=2000),
    st.lists(st.sampled_from(["gzip", "x-gzip", "deflate", "identity", "raw"]), max_size=3),
    st.booleans(),
    st.integers(1, 400),
)
def test_a_body_out_of_all_its_codings(
    data: bytes, codings: list[str], is_chunked: bool, size: int
) -> None:
    coded = data
    for each in codings:
        if each.endswith("gzip"):
            coded = gzip.compress(coded)
        elif each == "deflate":
            coded = zlib.compress(coded)
        elif each == "raw":
            coded = zlib.compress(coded, wbits=-15)
    named = ", ".join("deflate" if each == "raw" else each for each in codings).encode()
    if is_chunked:
        coded = chunked([coded])
    blocks = pieces(coded, size)
    got = b"".join(map(bytes, body(iter(blocks), b"chunked" if is_chunked else b"", named)))
    assert got == data


def test_what_is_not_coded_as_stated_is_given_as_it_is() -> None:
    for transfer, content in ((b"chunked", b""), (b"", b"gzip")):
        got = body([memoryview(b"<html>"), memoryview(b"x")], transfer, content)
        assert b"".join(map(bytes, got)) == b"<html>x"


def test_an_unknown_coding_is_left_and_named() -> None:
    data = gzip.compress(b"x")
    assert unknown(b"br, gzip") == b"br"
    assert unknown(b"gzip, br") == b"gzip, br"
    assert b"".join(map(bytes, body([memoryview(data)], b"", b"gzip, br"))) == data


def test_a_body_that_breaks_off_is_told() -> None:
    data = memoryview(gzip.compress(bytes(range(256)) * 50))
    broken = bytearray(data)
    broken[50] ^= 0xFF
    with pytest.raises(DamagedError):
        list(body([memoryview(broken)], b"", b"gzip"))
    with pytest.raises(DamagedError):
        list(body([memoryview(b"5\r\nhello\r\nzz")], b"chunked", b""))


def test_a_body_that_is_a_bomb_is_told() -> None:
    with pytest.raises(BombError):
        for _ in body([memoryview(gzip.compress(bytes(80 << 20)))], b"", b"gzip"):
            pass


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b" <!DOCTYPE html>", "text/html"),
        (b"<a href=x>", "text/html"),
        (b"<?xml version='1.0'?><rss/>", "text/xml"),
        (b"<?xml version='1.0'?><svg >", "image/svg+xml"),
        (b"%PDF-1.7", "application/pdf"),
        (picture(1, ".jpg"), "image/jpeg"),
        (picture(1, ".png"), "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        ("Словы".encode(), "text/plain"),
        ("Словы".encode("utf-16"), "text/plain"),
        (b"\0\1\2", ""),
        (b"", ""),
    ],
)
def test_what_bytes_show(data: bytes, name: str) -> None:
    assert sniff(data) == name


@pytest.mark.parametrize(
    ("declared", "sniffed", "is_lie"),
    [
        (b"image/jpeg", "text/html", True),
        (b"image/png", "text/plain", True),
        (b"text/html; charset=utf-8", "image/jpeg", True),
        (b"text/css", "application/pdf", True),
        (b"video/mp4", "text/html", True),
        (b"text/html", "text/html", False),
        (b"application/javascript", "text/plain", False),
        (b"application/javascript", "text/html", False),
        (b"image/svg+xml", "text/xml", False),
        (b"application/xhtml+xml", "text/xml", False),
        (b"audio/mp4", "video/mp4", False),
        (b"audio/webm", "video/webm", False),
        (b"image/jpeg", "image/webp", False),
        (b"application/octet-stream", "image/jpeg", False),
        (b"application/vnd.oasis.opendocument.text", "application/zip", False),
        (b"", "text/html", False),
        (b"image/jpeg", "", False),
    ],
)
def test_a_media_type_that_lies(declared: bytes, sniffed: str, is_lie: bool) -> None:
    assert lies(declared, sniffed) is is_lie


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 30))
def test_a_window_gives_all_bytes_in_order(blocks: list[bytes], size: int) -> None:
    window = Window(each for each in blocks if each)
    got = bytearray()
    while window.peek(1):
        before = window.position
        got += window.line(size) if len(got) % 2 else bytes(window.take(size))
        assert window.position == len(got) > before
    assert got == b"".join(blocks)


@given(st.binary(max_size=60), st.integers(1, 7))
def test_a_head_ends_at_the_first_blank_line(before: bytes, size: int) -> None:
    data = before + b"\r\n\r\nbehind"
    parts = [bytes(each) for each in pieces(data, size)]
    head = Window(parts).head(1000)
    assert head is not None
    assert data.startswith(head)
    assert head.endswith((b"\n\n", b"\n\r\n"))
    assert len(Window([head]).head(1000) or b"") == len(head)
    assert Window(parts).head(len(head) - 1) is None
