"""What an answer says, once the framing and compression of its transport are taken off.

For reading only: what is kept is what came over the wire. Sizes are bounded as the bytes come out,
so that a bomb costs no more than the bound.
"""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING, Final

import h11

from sviedka.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Headers = tuple[tuple[bytes, bytes], ...]
"""Names and values as they went over the wire, in their order."""

LIMIT: Final = 64 << 20
"""Bytes of one answer that are read as a whole. The largest pages that HTTP Archive saw in 2024
weigh half of that, all their media included."""
_LAYERS: Final = 3
"""Compressions within each other; RFC 9110, §8.4 allows a list, nobody uses more than one."""
_PIECE: Final = 1 << 18
_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""``wbits`` of zlib. RFC 9110, §8.4.1.2: deflate is a zlib stream; some servers send it bare."""


def whole(headers: Headers, body: Iterable[bytes], limit: int = LIMIT) -> bytes:
    """All that an answer says, at most ``limit`` bytes of it; raises what ``pieces`` raises."""
    found = bytearray()
    for piece in pieces(headers, body):
        found += piece
        if len(found) > limit:
            raise FormatError(f"more than {limit} bytes came out of one answer")
    return bytes(found)


def pieces(headers: Headers, body: Iterable[bytes]) -> Iterator[bytes]:
    """The same, piece by piece and without end; an answer that was cut off ends where it was cut.

    FormatError for framing or compression that is broken, or that was not asked for.
    """
    stream = _unframed(body) if "chunked" in _listed(headers, b"transfer-encoding") else body
    codings = [each for each in _listed(headers, b"content-encoding") if each != "identity"]
    if len(codings) > _LAYERS:
        raise FormatError(f"an answer that is compressed {len(codings)} times")
    for coding in reversed(codings):
        if coding not in _WINDOWS:
            raise FormatError(f"a compression that was not asked for: {coding[:20]!r}")
        stream = _inflated(stream, coding)
    yield from stream


def _listed(headers: Headers, name: bytes) -> list[str]:
    """The members of a header that is a list (RFC 9110, §5.6.1), in lower case."""
    values = b",".join(value for key, value in headers if key == name)
    return [each.strip().lower() for each in values.decode("latin-1").split(",") if each.strip()]


def _unframed(body: Iterable[bytes]) -> Iterator[bytes]:
    """The data of a chunked body (RFC 9112, §7.1)."""
    wire = h11.Connection(h11.CLIENT)
    wire.send(h11.Request(method="GET", target="/", headers=[("Host", "")]))
    wire.send(h11.EndOfMessage())
    wire.receive_data(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        for block in body:
            wire.receive_data(block)
            while (event := wire.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Data):
                    yield bytes(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    return
    except h11.RemoteProtocolError as error:
        raise FormatError("the chunks of an answer are broken") from error


def _inflated(stream: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The plain bytes of a compressed stream, members of gzip one after another."""
    beginning, stream = _begun(stream)
    window = _WINDOWS[coding]
    if coding == "deflate" and not _is_zlib(beginning):
        window = -zlib.MAX_WBITS
    inflater = zlib.decompressobj(window)
    try:
        for block in stream:
            data = block
            while data:
                if inflater.eof:
                    inflater = zlib.decompressobj(window)
                if piece := inflater.decompress(data, _PIECE):
                    yield piece
                data = inflater.unconsumed_tail or inflater.unused_data
        while tail := inflater.decompress(b"", _PIECE):
            yield tail
    except zlib.error as error:
        raise FormatError("the compression of an answer is broken") from error


def _begun(stream: Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """The first two bytes of a stream, and all of it."""
    blocks = iter(stream)
    beginning = b""
    for block in blocks:
        beginning += block
        if len(beginning) >= 2:
            break
    return beginning[:2], chain([beginning], blocks)


def _is_zlib(beginning: bytes) -> bool:
    """Whether a stream has the header of RFC 1950, §2.2."""
    return beginning[:1] != b"" and beginning[0] & 15 == 8 and int.from_bytes(beginning) % 31 == 0
