"""Pictures: PNG, baseline JPEG and WebP, drawn from a seed; no face, no dependency."""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path
from random import Random
from struct import pack
from typing import TYPE_CHECKING

from tests.material.canvas import DAY, Paint
from tests.material.jpeg import jpeg
from tests.material.scene import yard

if TYPE_CHECKING:
    from tests.material.canvas import Canvas, Colour

WIDTH, HEIGHT = 320, 240


def drawing(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Canvas:
    """A yard with a few standing figures, or none."""
    rng = Random(seed)
    canvas = yard(rng, width, height)
    for _ in range(rng.randrange(4)):
        x, y = rng.uniform(0, width), height * rng.uniform(0.65, 0.8)
        size = height / 40
        canvas.beam((x, y), (x + rng.uniform(-size, size), y + 7 * size), 2.4 * size, Paint.COAT)
        canvas.disc(x, y - size, 1.1 * size, 1.3 * size, Paint.HEAD)
    if rng.random() < 0.3:
        canvas.box(0, height - 20, width, 20, Paint.BAR)
        canvas.disc(14, height - 10, 7, 7, Paint.MARK)
    return canvas


def _chunk(kind: bytes, body: bytes) -> bytes:
    return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))


def png(canvas: Canvas, palette: tuple[Colour, ...] = DAY) -> bytes:
    """A PNG file with a palette (ISO/IEC 15948, colour type 3)."""
    rows = range(0, len(canvas.pixels), canvas.width)
    lines = b"".join(b"\0" + canvas.pixels[row : row + canvas.width] for row in rows)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", pack(">IIBBBBB", canvas.width, canvas.height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in palette for value in colour)),
            _chunk(b"IDAT", zlib.compress(lines, 6)),
            _chunk(b"IEND", b""),
        )
    )


def webp(colour: Colour, side: int = 512) -> bytes:
    """A lossless WebP of one colour (RFC 9649): a sticker, as far as a file format cares."""
    fields = [(0x2F, 8), (side - 1, 14), (side - 1, 14), (0, 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    red, green, blue = colour
    for symbol in (green, red, blue, 255, 0):  # prefix codes of a single symbol: no pixel data
        fields += [(1, 1), (0, 1), (1, 1), (symbol, 8)]
    value = shift = 0
    for field, width in fields:
        value |= field << shift
        shift += width
    body = value.to_bytes((shift + 7) // 8, "little")
    padded = body + bytes(len(body) % 2)
    chunk = b"WEBPVP8L" + pack("<I", len(body)) + padded
    return b"RIFF" + pack("<I", len(chunk)) + chunk


def picture(seed: int, suffix: str = ".jpg", width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """The bytes of a picture; ``suffix`` is ``.jpg`` or ``.png``, the sides multiples of 8."""
    canvas = drawing(seed, width, height)
    return png(canvas) if suffix == ".png" else jpeg(canvas, DAY)


def main() -> None:
    """Write one picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.picture", description=__doc__)
    parser.add_argument("out", type=Path, help="the .png, .jpg or .webp file to write")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.out.suffix == ".webp":
        options.out.write_bytes(webp(DAY[options.seed % len(DAY)]))
    else:
        options.out.write_bytes(picture(options.seed, options.out.suffix))


if __name__ == "__main__":
    main()
