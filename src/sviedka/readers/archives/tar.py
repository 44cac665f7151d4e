"""tar: the members as they come, in one pass; where a header is broken, from the next one on."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.archives.names import escapes
from sviedka.readers.archives.stream import Stream, file_blocks
from sviedka.readers.archives.tarheader import BLOCK, LONGEST_EXTENSION, Header, header, records
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault, Part, frames
from sviedka.readers.outlet import Outlet, PartError, allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from sviedka.readers.findings import Finding

_FILES: Final = frozenset({b"0", b"\0", b"7", b"S"})
_FOLDER, _SPARSE = b"5", b"S"
_OTHERS: Final = {
    b"1": "a second name of", b"2": "a link to", b"3": "a character device", b"4": "a block device",
    b"6": "a pipe",
}  # fmt: skip
_LINKS: Final = frozenset({b"1", b"2"})
_LONG_NAME, _LONG_TARGET, _NEXT, _ALL = b"L", b"K", b"x", b"g"
_EXTENSIONS: Final = frozenset({_LONG_NAME, _LONG_TARGET, _NEXT, _ALL, b"X"})


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the members of a tar archive that is not compressed.

    ``arguments`` is the size, in digits, of the file that it was made from, if it is a pipe.
    """
    size = int(arguments) if arguments else source.seek(0, os.SEEK_END)
    if not arguments:
        source.seek(0)
    return frames(findings(io.BufferedReader(source), size))


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """The members of the archive that ``file`` is; it need not be one that can be sought in."""
    stream = Stream(file_blocks(file), allowance(size))
    if not is_tar(stream):
        raise InputError("this is no tar archive: it does not begin with a header of one")
    yield from members(stream, Outlet(size))


def is_tar(stream: Stream) -> bool:
    """Whether ``stream`` begins as a tar archive does."""
    begins = stream.peek(BLOCK)
    return len(begins) == BLOCK and any(begins[:100]) and header(begins) is not None


def members(stream: Stream, out: Outlet) -> Iterator[Finding]:
    """The members of a tar archive, until its stream ends."""
    return _Members(stream, out).findings()


class _Members:
    def __init__(self, stream: Stream, out: Outlet) -> None:
        self._stream = stream
        self._out = out
        self._always: dict[bytes, bytes] = {}
        self._extra: dict[bytes, bytes] = {}

    def findings(self) -> Iterator[Finding]:
        ended = broken = False
        while block := self._stream.read(BLOCK):
            if not block.strip(b"\0"):
                ended = len(block) == BLOCK
                continue
            ended = False
            place = f"offset {self._stream.offset - len(block)}"
            found = header(block) if len(block) == BLOCK else None
            if found is None:
                if not broken and len(block) == BLOCK:
                    yield Fault(
                        0, place, "damaged", "this is no header; the next one is looked for"
                    )
                broken = True
                continue
            broken = False
            if self._out.full:
                yield self._out.refusal(place)
                return
            yield from self._one(found, place)
        end = f"offset {self._stream.offset}"
        if trouble := self._stream.trouble:
            yield Fault(0, end, trouble.trouble, trouble.what)
        elif not ended:
            yield Fault(0, end, "damaged", "it ends without the mark of its end")

    def _one(self, found: Header, place: str) -> Iterator[Finding]:
        if found.kind in _EXTENSIONS:
            yield from self._extension(found, place)
            return
        said = self._always | self._extra
        self._extra = {}
        if found.kind in _FILES:
            yield from self._file(found, said, place)
        elif found.kind in _OTHERS:
            yield from self._other(found, said, place)
        elif found.kind != _FOLDER:  # of a folder the names of what is in it say enough
            yield Fault(0, place, "unsupported", f"a member of the unknown type {found.kind!r}")
            self._stream.skip(found.size + _padding(found.size))

    def _extension(self, found: Header, place: str) -> Iterator[Finding]:
        """What is said of the next member, or of all that follow."""
        data = self._stream.read(min(found.size, LONGEST_EXTENSION))
        if found.size > LONGEST_EXTENSION:
            yield Fault(0, place, "too_big", f"an extended header of {found.size} bytes")
        self._stream.skip(found.size - len(data) + _padding(found.size))
        if found.kind == _ALL:
            self._always |= records(data)
        elif found.kind == _LONG_NAME:
            self._extra[b"path"] = data.partition(b"\0")[0]
        elif found.kind == _LONG_TARGET:
            self._extra[b"linkpath"] = data.partition(b"\0")[0]
        else:
            self._extra |= records(data)

    def _file(self, found: Header, said: dict[bytes, bytes], place: str) -> Iterator[Finding]:
        name = said.get(b"path", found.name)
        size = found.size
        if (stated_size := said.get(b"size", b"")).isdigit() and len(stated_size) < 20:
            size = int(stated_size)
        if name.endswith(b"/") and not size:
            return  # a folder, before there was a type for them
        more = found.extended
        while more:  # further blocks of a map of holes
            block = self._stream.read(BLOCK)
            more = len(block) == BLOCK and block[504] != 0
        warning = None
        if escapes(name):
            warning = PartError("escapes", "its name leads out of its folder")
        elif found.kind == _SPARSE or any(key.startswith(b"GNU.sparse.") for key in said):
            warning = PartError("unsupported", "it is stored without its holes, and given so")
        part = Part(self._out.number(), 0, name, "", place, _seconds(found, said))
        yield from self._out.give(part, self._content(size), warning)
        owner = said.get(b"uname", found.owner).decode("utf-8", "replace")
        yield from stated(part.number, "owner", owner, "uname")
        self._stream.skip(_padding(size))

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        for piece in self._stream.pieces(size):
            left -= len(piece)
            yield piece
        if left:
            raise self._stream.trouble or PartError(
                "damaged", f"it breaks off after {size - left} bytes of {size}"
            )

    def _other(self, found: Header, said: dict[bytes, bytes], place: str) -> Iterator[Finding]:
        """A member that is no file: its name, and that it is not followed."""
        name = said.get(b"path", found.name)
        target = said.get(b"linkpath", found.target) if found.kind in _LINKS else b""
        what = f"{_OTHERS[found.kind]} {target.decode('utf-8', 'replace')}".rstrip()
        leads_out = escapes(name) or escapes(target)
        warning = PartError("escapes" if leads_out else "unsupported", f"it is {what}")
        part = Part(self._out.number(), 0, name, "", place, _seconds(found, said))
        yield from self._out.give(part, (), warning)


def _seconds(found: Header, said: dict[bytes, bytes]) -> int | None:
    digits = said.get(b"mtime", b"").partition(b".")[0]
    if digits.removeprefix(b"-").isdigit() and len(digits) < 20:
        return int(digits)
    return found.modified


def _padding(size: int) -> int:
    return -size % BLOCK
