"""RTF 1.9.1: text with its notes and deleted passages, the names in its head, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.documents.rtftext import Reading
from sviedka.readers.documents.rtftokens import tokens
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

LARGEST: Final = 128 << 20
"""Bytes that are read; pictures in hexadecimal make large files of small documents."""
SIGN: Final = b"{\\rtf"


def rtf(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no RTF."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    content = source.read(LARGEST + 1)
    if SIGN not in content[:64]:
        raise InputError("this does not begin as RTF does")
    reading = Reading(Outlet(len(content)))
    for token in tokens(content[:LARGEST]):
        yield from reading.take(token)
    yield from reading.end()
    if len(content) > LARGEST:
        yield Fault(0, "document", "too_big", f"only the first {LARGEST >> 20} MiB were read")
