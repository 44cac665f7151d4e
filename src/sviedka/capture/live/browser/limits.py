"""How much a page may have of time, memory and requests before it is shown as it is by then."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one visit. None of them is an error: what was reached is said among the faults.

    Seconds: ``load`` until the page has come to rest, ``scroll`` for going down it once, ``quiet``
    without any request counts as rest, ``stuck`` without an answer as a script that does not end,
    ``shot`` for the picture and the text, each. Beyond these come only the ends of the calls of
    ``fetch`` that are under way, for which that function has its own bounds.

    ``requests`` in all, ``at_once`` in as many threads; ``body`` bytes of one answer, ``bodies`` of
    all; ``navigations`` of the page itself, beyond the first; ``dialogs`` before scripts are
    stopped. ``height`` and ``width`` of the picture in CSS pixels: surfaces of more than 16,384 are
    not drawn (Skia and most graphics stacks have that bound). ``memory`` of data for each process
    of the browser; ``message`` bytes of one message from it, the picture among them.
    """

    load: float = 30.0
    scroll: float = 10.0
    quiet: float = 0.5
    stuck: float = 8.0
    shot: float = 20.0
    requests: int = 2000
    at_once: int = 6
    body: int = 32 * MIB
    bodies: int = 256 * MIB
    navigations: int = 5
    dialogs: int = 20
    height: int = 16_000
    width: int = 4096
    memory: int = 2048 * MIB
    message: int = 192 * MIB
