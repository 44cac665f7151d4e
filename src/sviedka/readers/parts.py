"""A part of the file itself, by its name and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.readers.findings import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding
    from sviedka.readers.outlet import Outlet


def inside(
    outlet: Outlet, name: str, place: str, blocks: Iterable[bytes], kind: str = ""
) -> Iterator[Finding]:
    """The next part with its bytes, of the media type ``kind``; ``blocks`` may raise PartError."""
    part = Part(outlet.number(), 0, name.encode("utf-8", "replace"), kind, place)
    yield from outlet.give(part, blocks)
