"""Reading one open web archive in the sandbox."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import sandbox
from sviedka.errors import SandboxError
from sviedka.readers.web.findings import decode
from sviedka.sandbox import Limits

if TYPE_CHECKING:
    from collections.abc import Generator

    from sviedka.readers.web.findings import Found

_PARSERS: Final = {
    "wacz": "sviedka.readers.web.wacz:read",
    "warc": "sviedka.readers.web.warc:read",
}
_SLOWEST: Final = 4 << 20
"""Bytes a second that are read at least; a tenth of what is usual."""
_ZIP: Final = b"PK"


def format_of(source: int) -> str:
    """``wacz`` or ``warc`` (ARC files too), by how the open file begins."""
    return "wacz" if os.pread(source, len(_ZIP), 0) == _ZIP else "warc"


def read(source: int) -> Generator[Found]:
    """Yield what a WARC, ARC or WACZ holds; ``source`` is open for reading only, and can seek.

    What has been yielded when an error comes is whole and in order. InputError if there is no
    record and no package in it; SandboxError if the reader broke a limit, died, or talked nonsense.
    """
    os.lseek(source, 0, os.SEEK_SET)
    size = os.fstat(source).st_size
    seconds = 60 + size // _SLOWEST
    limits = Limits(cpu=seconds, wall=2.0 * seconds, output=max(1 << 30, size))
    for frame in sandbox.run(_PARSERS[format_of(source)], source, limits=limits):
        try:
            yield from decode(frame)
        except msgspec.MsgspecError as error:
            raise SandboxError("the reader of hostile files sent what is no finding") from error
