"""What pictures and clips show: an invented yard, and figures of plain shapes without a face."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from tests.material.canvas import Canvas, Paint

if TYPE_CHECKING:
    from random import Random


def yard(rng: Random, width: int, height: int) -> Canvas:
    """A yard with a house, a tree and a sun, each where the seed puts it."""
    canvas = Canvas.filled(width, height, Paint.SKY)
    unit = height / 144
    horizon = height * rng.uniform(0.5, 0.65)
    canvas.disc(width * rng.random(), height * 0.15, 11 * unit, 11 * unit, Paint.SUN)
    canvas.disc(
        width * rng.random(), horizon, width * 0.4, height * rng.uniform(0.1, 0.25), Paint.HILL
    )
    canvas.box(0, horizon, width, height - horizon, Paint.GROUND)
    left, house = width * rng.uniform(0, 0.6), unit * rng.uniform(40, 70)
    canvas.box(left, horizon - house * 0.6, house, house * 0.7, Paint.WALL)
    for row in range(round(house * 0.4)):
        canvas.span(
            round(horizon - house + row), left + house / 2 - row, left + house / 2 + row, Paint.ROOF
        )
    for at in range(rng.randrange(1, 4)):
        canvas.box(
            left + (6 + 14 * at) * unit, horizon - house * 0.4, 8 * unit, 10 * unit, Paint.WINDOW
        )
    tree = width * rng.uniform(0.1, 0.9)
    canvas.box(tree - 2 * unit, horizon - 24 * unit, 5 * unit, 34 * unit, Paint.TRUNK)
    canvas.disc(tree, horizon - 30 * unit, 14 * unit, 17 * unit, Paint.LEAF)
    return canvas


def walker(canvas: Canvas, x: float, ground: float, step: float) -> None:
    """A figure without a face: head, coat, swinging arms and legs."""
    hip, neck = ground - 22, ground - 44
    for side in (-1, 1):
        swing = 9 * sin(step) * side
        canvas.beam((x, hip), (x + swing, ground), 5, Paint.LEG)
        canvas.beam((x, neck + 3), (x - swing, hip + 2), 4, Paint.COAT)
    canvas.beam((x, neck), (x, hip + 2), 13, Paint.COAT)
    canvas.disc(x, neck - 6, 6, 7, Paint.HEAD)
