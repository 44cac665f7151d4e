"""A baseline JPEG encoder (ITU-T T.81, JFIF 1.02), as short as the standard allows.

Three components at full resolution, one quantiser step, and Huffman codes of one length, so that a
code is the index of its symbol. The flat blocks of which drawings mostly consist cost no transform.
"""

from __future__ import annotations

from math import cos, pi, sqrt
from operator import mul
from struct import pack
from typing import TYPE_CHECKING

from tests.material.canvas import luma

if TYPE_CHECKING:
    from tests.material.canvas import Canvas, Colour

_STEP = 12
_BASIS = [
    [(sqrt(0.125) if u == 0 else 0.5) * cos((2 * x + 1) * u * pi / 16) for x in range(8)]
    for u in range(8)
]
_ZIGZAG = sorted(
    range(64), key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8)
)
_DC = {size: f"{size:04b}" for size in range(12)}
_END, _SIXTEEN_ZEROS = 0x00, 0xF0
_AC_SYMBOLS = bytes(
    [_END, _SIXTEEN_ZEROS, *(16 * run + size for run in range(16) for size in range(1, 11))]
)
_AC = {symbol: f"{at:08b}" for at, symbol in enumerate(_AC_SYMBOLS)}


def _magnitude(value: int) -> tuple[int, str]:
    """Size category and the bits that follow it, clause F.1.2."""
    size = abs(value).bit_length()
    return size, f"{value if value > 0 else value + (1 << size) - 1:0{size}b}" if size else ""


def _quantised(block: bytes) -> list[int]:
    """The DCT of 64 samples in zigzag order, divided by the step, trailing zeros cut."""
    if block == block[:1] * 64:
        return [round((block[0] - 128) * 8 / _STEP)]
    rows = [[value - 128 for value in block[at : at + 8]] for at in range(0, 64, 8)]
    across = [[sum(map(mul, basis, row)) for row in rows] for basis in _BASIS]
    turned = [sum(map(mul, basis, column)) for basis in _BASIS for column in across]
    found = [round(turned[at] / _STEP) for at in _ZIGZAG]
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def _coded(values: list[int], before: int) -> str:
    """One block as bits; ``before`` is the DC value of the component's previous block."""
    size, bits = _magnitude(values[0] - before)
    out = [_DC[size], bits]
    run = 0
    for value in values[1:]:
        if value == 0:
            run += 1
            continue
        out += [_AC[_SIXTEEN_ZEROS]] * (run // 16)
        size, bits = _magnitude(value)
        out += [_AC[16 * (run % 16) + size], bits]
        run = 0
    if len(values) < 64:
        out.append(_AC[_END])
    return "".join(out)


def _scan(planes: list[bytes], width: int, height: int) -> bytes:
    known: dict[bytes, list[int]] = {}
    before = [0, 0, 0]
    out = []
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            rows = range(top * width + left, (top + 8) * width + left, width)
            for at, plane in enumerate(planes):
                block = b"".join([plane[row : row + 8] for row in rows])
                if block not in known:
                    known[block] = _quantised(block)
                values = known[block]
                out.append(_coded(values, before[at]))
                before[at] = values[0]
    bits = "".join(out)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


def _segment(marker: int, body: bytes) -> bytes:
    return pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(canvas: Canvas, palette: tuple[Colour, ...]) -> bytes:
    """A JFIF file of ``canvas``, whose sides are multiples of 8."""
    tables = luma(palette)
    planes = [bytes(canvas.pixels.translate(table)) for table in tables]
    dc = bytes([0, *(12 if length == 4 else 0 for length in range(1, 17)), *range(12)])
    lengths = (len(_AC_SYMBOLS) if length == 8 else 0 for length in range(1, 17))
    ac = bytes([0x10, *lengths]) + _AC_SYMBOLS
    frame = pack(">BHHB", 8, canvas.height, canvas.width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\0\0"),
            _segment(0xDB, bytes([0]) + bytes([_STEP]) * 64),
            _segment(0xC0, frame),
            _segment(0xC4, dc),
            _segment(0xC4, ac),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
            _scan(planes, canvas.width, canvas.height),
            b"\xff\xd9",
        )
    )
