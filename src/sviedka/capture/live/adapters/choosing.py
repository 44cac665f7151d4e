"""Which adapter captures a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.capture.live.adapters.page import PageAdapter
from sviedka.capture.live.adapters.telegram import TelegramAdapter
from sviedka.capture.live.adapters.video import VideoAdapter

if TYPE_CHECKING:
    from sviedka.capture.live.adapters import Adapter

ADAPTERS: Final[tuple[Adapter, ...]] = (TelegramAdapter(), VideoAdapter(), PageAdapter())
"""In the order in which they are asked; the last takes every URL."""


def named(name: str) -> Adapter:
    """The adapter of this name."""
    return next(each for each in ADAPTERS if each.name == name)


def choose(url: str, name: str | None = None) -> Adapter:
    """The adapter that was named, else the first that a URL fits."""
    if name:
        return named(name)
    return next((each for each in ADAPTERS if each.fits(url)), ADAPTERS[-1])
