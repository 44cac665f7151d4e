"""How much a capture may take before it is cut off, and says so."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one capture.

    ``connect``, ``idle`` (between two bytes) and ``total`` are seconds of one exchange: a server
    that sends a byte a minute is left after ``idle``, one that sends a byte a second after
    ``total``. ``whole`` are seconds of the capture. ``head`` and ``answer`` are bytes of one answer
    as they come over the wire; ``bytes`` and ``requests`` are those of the whole capture.
    ``redirects`` in a row: the Fetch standard (https://fetch.spec.whatwg.org/#http-redirect-fetch)
    stops after 20.
    """

    connect: float = 30.0
    idle: float = 30.0
    total: float = 600.0
    whole: float = 3600.0
    head: int = 64 << 10
    answer: int = 512 * MIB
    bytes: int = 2048 * MIB
    requests: int = 2000
    redirects: int = 20
