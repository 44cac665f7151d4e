"""Plain text in any encoding, as a stream."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import SAMPLE, encoding_of
from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault, frames
from sviedka.readers.wording import PIECE, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

_BLOCK: Final = PIECE // 2
LARGEST: Final = 256 << 20
"""Bytes that are read as text; what is longer is a log of a machine, not a document."""


def plain(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. Any bytes are a text; what its encoding does not explain is replaced."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    name = encoding_of(source.read(SAMPLE))
    source.seek(0)
    yield fact(0, "charset_used", name, "text")
    decoder = codecs.getincrementaldecoder(name)("replace")
    line, size, held = 1, 0, ""
    while block := source.read(_BLOCK):
        size += len(block)
        held += decoder.decode(block)
        if size > LARGEST:
            what = f"only the first {LARGEST >> 20} MiB were read"
            yield Fault(0, f"line {line}", "too_big", what)
            break
        whole, end, held = held.rpartition("\n")
        yield from texts(0, f"line {line}", whole)
        line += (whole + end).count("\n")
        if len(held) > PIECE // 2:  # a line that does not end
            yield from texts(0, f"line {line}", held)
            held = ""
    yield from texts(0, f"line {line}", held + decoder.decode(b"", final=True))
