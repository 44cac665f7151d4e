"""Laying the results out as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Bar:
    """A figure and what it has to be: at most ``limit``, or with ``least`` at least that."""

    what: str
    value: float
    limit: float
    unit: str
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is what it has to be."""
        return self.value >= self.limit if self.least else self.value <= self.limit

    def row(self) -> tuple[str, ...]:
        """Itself, as a row of a table."""
        sign = "≥" if self.least else "≤"
        return (
            self.what,
            f"{figure(self.value)} {self.unit}",
            f"{sign} {figure(self.limit)} {self.unit}",
            "yes" if self.met else "**no**",
        )


@dataclass(frozen=True)
class Table:
    """Figures under heads; the first column is text."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = ["| " + " | ".join(row) + " |" for row in (self.head, *self.rows)]
        rule = "|---|" + "--:|" * (len(self.head) - 1)
        return "\n".join([lines[0], rule, *lines[1:]])


@dataclass(frozen=True)
class Part:
    """One part of the report: what was measured and how, the figures, the bars."""

    title: str
    blocks: Sequence[str | Table]
    bars: Sequence[Bar] = field(default=())


_READ: Final = """\
Written by `make bench`; made of generated material, by the installed command on real archives,
with every file synced to the disk.

How to read it. Seconds of one machine say little about another, so look at the ratios. CPU is user
and system time of the command and everything that it started, its unlock agent included; it hardly
depends on what else the machine does, while wall time does. Every figure is a median. The *floor*
is what the same guarantees cost with standard tools: a SHA-256 of each original, `tar | age`, a
SHA-256 of the ciphertext. Nothing that hashes an original, seals it and hashes the result can do
with much less, except by hashing faster: `sha256sum` does without the processor's SHA instructions,
OpenSSL, which Python uses, does not. So the floor is shown with OpenSSL's hash as well, and Sviedka
without the instructions, as on a machine that lacks them."""

_SMALL: Final = """\
**This was a smoke run on small inputs (`--quick`). Its figures mean nothing, and the bars are not
for it.**"""


def document(
    parts: Iterable[Part], machine: Sequence[tuple[str, str]], *, date: str | None, quick: bool
) -> str:
    """The whole text."""
    parts = list(parts)
    bars = Table(
        ("Bar", "measured", "bar", "met"), [bar.row() for part in parts for bar in part.bars]
    )
    told = [("Date", date), *machine] if date else machine
    blocks: list[str | Table] = ["# Benchmarks", _READ]
    if quick:
        blocks.append(_SMALL)
    blocks += ["## The bars", bars]
    for part in parts:
        blocks += [f"## {part.title}", *part.blocks]
    blocks += ["## The machine", Table(("", ""), [each for each in told if all(each)])]
    return "\n\n".join(map(str, blocks)) + "\n"


def figure(value: float) -> str:
    """A figure with about three digits that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
