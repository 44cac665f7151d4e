"""A small canvas of palette indices, on which shapes are painted row by row.

One byte a pixel: a colour change is a change of palette, and every colour plane that an encoder
wants is one ``bytes.translate``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import sqrt

Colour = tuple[int, int, int]


class Paint(IntEnum):
    """What a palette has a colour for, by index."""

    SKY = 0
    GROUND = 1
    HILL = 2
    WALL = 3
    ROOF = 4
    WINDOW = 5
    TRUNK = 6
    LEAF = 7
    COAT = 8
    HEAD = 9
    LEG = 10
    SUN = 11
    BAR = 12
    MARK = 13


DAY: tuple[Colour, ...] = (
    (186, 214, 235),
    (196, 186, 150),
    (132, 158, 120),
    (222, 206, 184),
    (150, 74, 60),
    (92, 116, 140),
    (96, 74, 58),
    (84, 130, 78),
    (52, 70, 118),
    (120, 104, 96),
    (48, 44, 52),
    (246, 216, 120),
    (24, 24, 28),
    (214, 60, 52),
)


@dataclass(slots=True)
class Canvas:
    """``pixels[y * width + x]`` is an index into a palette."""

    width: int
    height: int
    pixels: bytearray

    @classmethod
    def filled(cls, width: int, height: int, colour: int) -> Canvas:
        """A canvas of one colour."""
        return cls(width, height, bytearray([colour]) * (width * height))

    def copy(self) -> Canvas:
        """The same picture, to be painted over."""
        return Canvas(self.width, self.height, bytearray(self.pixels))

    def span(self, y: int, left: float, right: float, colour: int) -> None:
        """Paint ``left <= x < right`` of one row, cut to the canvas."""
        start, stop = max(0, round(left)), min(self.width, round(right))
        if 0 <= y < self.height and start < stop:
            row = y * self.width
            self.pixels[row + start : row + stop] = bytes([colour]) * (stop - start)

    def box(self, x: float, y: float, width: float, height: float, colour: int) -> None:
        """Paint an upright rectangle."""
        for row in range(round(y), round(y + height)):
            self.span(row, x, x + width, colour)

    def disc(self, x: float, y: float, rx: float, ry: float, colour: int) -> None:
        """Paint an ellipse around (x, y)."""
        for row in range(int(y - ry), int(y + ry) + 1):
            rest = 1 - ((row - y) / ry) ** 2
            if rest > 0:
                half = rx * sqrt(rest)
                self.span(row, x - half, x + half, colour)

    def beam(
        self, start: tuple[float, float], end: tuple[float, float], thick: float, c: int
    ) -> None:
        """Paint a slanting limb from a higher point to a lower one."""
        (x0, y0), (x1, y1) = start, end
        for row in range(round(y0), round(y1) + 1):
            x = x0 + (x1 - x0) * (row - y0) / max(1.0, y1 - y0)
            self.span(row, x - thick / 2, x + thick / 2, c)

    def mirrored(self) -> Canvas:
        """Left and right exchanged."""
        rows = range(0, len(self.pixels), self.width)
        flipped = b"".join(self.pixels[row : row + self.width][::-1] for row in rows)
        return Canvas(self.width, self.height, bytearray(flipped))


def luma(palette: tuple[Colour, ...]) -> tuple[bytes, bytes, bytes]:
    """Tables palette index → Y, Cb, Cr, full range (JFIF 1.02, ITU-T T.871)."""
    planes = (bytearray(256), bytearray(256), bytearray(256))
    for at, (red, green, blue) in enumerate(palette):
        y = 0.299 * red + 0.587 * green + 0.114 * blue
        planes[0][at] = round(y)
        planes[1][at] = min(255, round(128 + (blue - y) / 1.772))
        planes[2][at] = min(255, round(128 + (red - y) / 1.402))
    return bytes(planes[0]), bytes(planes[1]), bytes(planes[2])
