"""One compressed stream (gzip, bzip2, xz): a tar archive, or a single file."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.archives.expanding import bzip2, gzip, streams, xz
from sviedka.readers.archives.names import escapes
from sviedka.readers.archives.stream import Stream, file_blocks
from sviedka.readers.archives.tar import is_tar, members
from sviedka.readers.findings import Part, frames
from sviedka.readers.outlet import Outlet, PartError, allowance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from sviedka.readers.archives.expanding import Expander
    from sviedka.readers.findings import Finding

GZIP, BZIP2, XZ, LZMA = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x5d\0\0"
_EXPANDERS: Final[dict[bytes, Callable[[], Expander]]] = {
    GZIP: gzip, BZIP2: bzip2, XZ: xz, LZMA: xz,
}  # fmt: skip
_AHEAD: Final = 1 << 12
_EXTRA, _NAME = 4, 8  # flags of gzip: RFC 1952, 2.3.1


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: what a compressed file holds."""
    del arguments
    return frames(findings(io.BufferedReader(source)))


def findings(file: BinaryIO) -> Iterator[Finding]:
    """The members of a compressed tar archive, or else the one file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    begins = file.read(_AHEAD)
    file.seek(0)
    make = next((make for magic, make in _EXPANDERS.items() if begins.startswith(magic)), None)
    if make is None:
        raise InputError("this is compressed by no method that is known here")
    stream = Stream(streams(make, file_blocks(file)), allowance(size))
    out = Outlet(size)
    if is_tar(stream):
        yield from members(stream, out)
        return
    name, modified = _named(begins) if begins.startswith(GZIP) else (b"", None)
    warning = PartError("escapes", "its name leads out of its folder") if escapes(name) else None
    part = Part(out.number(), 0, name, "", "offset 0", modified)
    yield from out.give(part, _content(stream), warning)


def _content(stream: Stream) -> Iterator[bytes]:
    yield from stream.pieces(allowance(1 << 60))
    if stream.trouble:
        raise stream.trouble


def _named(begins: bytes) -> tuple[bytes, int | None]:
    """The name and the time that the first member of a gzip file states."""
    flags, modified = begins[3:4], int.from_bytes(begins[4:8], "little")
    at = 10
    if flags and flags[0] & _EXTRA:
        at += 2 + int.from_bytes(begins[at : at + 2], "little")
    named = bool(flags and flags[0] & _NAME)
    return begins[at:].partition(b"\0")[0] if named else b"", modified or None
