"""The forms in which things are handed over, by the name that a person gives."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.handover.package import Handover, Package

    Write = Callable[[Handover, Package], None]
    """Writes all of a hand-over into a package; raises what ``Handover.give`` does."""

FORMATS: Final = ("bagit", "case", "load", "ocfl")
"""Each is the module of this wing that writes it, which is loaded only then."""


def writer(form: str) -> Write:
    """What writes packages of one of ``FORMATS``."""
    write: Write = import_module(f"{__package__}.{form}").write
    return write
