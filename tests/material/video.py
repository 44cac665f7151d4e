"""Short silent clips: a figure of plain shapes walks through an invented yard.

A clip may be varied as reposting channels vary theirs: mirrored, recoloured, with a bar or a mark,
at half the frame rate. It is real H.264 in MP4, made without any dependency, 30 to 250 KB.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.material import h264, mp4
from tests.material.canvas import DAY, Canvas, Colour, Paint, luma
from tests.material.scene import walker, yard

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT, RATE = 192, 144, 10


def clip(seed: int, seconds: float = 3) -> list[Canvas]:
    """The frames of a clip; its scene, pace and direction follow from ``seed``."""
    rng = Random(seed)
    scene = yard(rng, WIDTH, HEIGHT)
    start, pace = rng.uniform(20, 80), rng.uniform(18, 34)
    ground, phase = HEIGHT * rng.uniform(0.82, 0.95), rng.uniform(0, 6)
    frames = []
    for number in range(round(seconds * RATE)):
        time = number / RATE
        frame = scene.copy()
        walker(frame, start + pace * time, ground, phase + 7 * time)
        frames.append(frame)
    return frames


def _barred(frame: Canvas) -> Canvas:
    frame = frame.copy()
    frame.box(0, 0, frame.width, 16, Paint.BAR)
    frame.box(0, frame.height - 16, frame.width, 16, Paint.BAR)
    return frame


def _marked(frame: Canvas) -> Canvas:
    frame = frame.copy()
    frame.disc(frame.width - 20, 20, 11, 11, Paint.MARK)
    return frame


def _grey(palette: tuple[Colour, ...]) -> tuple[Colour, ...]:
    return tuple((y, y, y) for y in luma(palette)[0][: len(palette)])


def _sepia(palette: tuple[Colour, ...]) -> tuple[Colour, ...]:
    return tuple((min(255, y + 24), y, max(0, y - 28)) for y, _, _ in _grey(palette))


#: What reposting channels do: variant → frames → frames.
RECUTS: dict[str, Callable[[list[Canvas]], list[Canvas]]] = {
    "mirrored": lambda frames: [frame.mirrored() for frame in frames],
    "barred": lambda frames: [_barred(frame) for frame in frames],
    "marked": lambda frames: [_marked(frame) for frame in frames],
    "halved": lambda frames: frames[::2],
    "cut": lambda frames: frames[len(frames) // 4 :],
}
#: variant → palette → palette.
TINTS: dict[str, Callable[[tuple[Colour, ...]], tuple[Colour, ...]]] = {
    "grey": _grey,
    "sepia": _sepia,
}
VARIANTS = ("plain", *RECUTS, *TINTS)


def render(frames: list[Canvas], palette: tuple[Colour, ...] = DAY, *, rate: int = RATE) -> bytes:
    """An MP4 file of ``frames``, all of one size, a multiple of 16 each way."""
    size = width, height = frames[0].width, frames[0].height
    tables = luma(palette)
    pictures = []
    for frame in frames:
        rows = range(0, width * height, 2 * width)
        sampled = b"".join(frame.pixels[row : row + width : 2] for row in rows)
        pictures.append(
            h264.Frame(
                bytes(frame.pixels.translate(tables[0])),
                sampled.translate(tables[1]),
                sampled.translate(tables[2]),
            )
        )
    sets = h264.parameter_sets(width, height)
    return mp4.wrap(sets, h264.encode(pictures, width, height), size=size, rate=rate)


def video(seed: int, variant: str = "plain", seconds: float = 3) -> bytes:
    """The MP4 bytes of the clip of ``seed``, as it is or as someone recut it."""
    frames = RECUTS.get(variant, list)(clip(seed, seconds))
    palette = TINTS.get(variant, tuple)(DAY)
    return render(frames, palette, rate=RATE // 2 if variant == "halved" else RATE)


def main() -> None:
    """Write one clip."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.video", description=__doc__)
    parser.add_argument("out", type=Path, help="the .mp4 file to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", choices=VARIANTS, default="plain")
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    options.out.write_bytes(video(options.seed, options.variant, options.seconds))


if __name__ == "__main__":
    main()
