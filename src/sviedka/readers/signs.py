"""By what a format is told: its first bytes, and what a file is called."""

from __future__ import annotations

from collections.abc import Callable

Sign = Callable[[bytes, str], bool]
"""Whether the first bytes and the name in lower case are those of a file of some sort."""


def begins(*magic: bytes, at: int = 0) -> Sign:
    """A file with one of these at an offset."""

    def fits(beginning: bytes, _name: str) -> bool:
        return beginning.startswith(magic, at)

    return fits


def called(*endings: str) -> Sign:
    """A file whose name, in lower case, ends so."""

    def fits(_beginning: bytes, name: str) -> bool:
        return name.endswith(endings)

    return fits


def named(*parts: str) -> Sign:
    """A file whose name, in lower case, has one of these in it."""

    def fits(_beginning: bytes, name: str) -> bool:
        return any(part in name for part in parts)

    return fits


def holds(*words: bytes) -> Sign:
    """A file with one of these in its beginning."""

    def fits(beginning: bytes, _name: str) -> bool:
        return any(word in beginning for word in words)

    return fits


def both(*signs: Sign) -> Sign:
    """A file that all of these fit."""

    def fits(beginning: bytes, name: str) -> bool:
        return all(sign(beginning, name) for sign in signs)

    return fits


def either(*signs: Sign) -> Sign:
    """A file that one of these fits."""

    def fits(beginning: bytes, name: str) -> bool:
        return any(sign(beginning, name) for sign in signs)

    return fits


def text(beginning: bytes, _name: str) -> bool:
    """A file that may be text: no zero bytes, unless it is marked as UTF-16."""
    return b"\0" not in beginning or beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
