"""A WACZ package: its ZIP file, its hashes and signature, its lists, and the WARCs inside."""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.web import signature
from sviedka.readers.web.digests import Summing
from sviedka.readers.web.findings import Entry, Missing, Problem, Record, frames
from sviedka.readers.web.lists import Lists
from sviedka.readers.web.package import DIGEST, LARGEST, NAME, Stated
from sviedka.readers.web.stream import GZIP, BombError, DamagedError, Input, inflated
from sviedka.readers.web.warc import Warc
from sviedka.readers.web.zipped import Fault, Section, blocks, members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Trouble
    from sviedka.readers.web.findings import Found
    from sviedka.readers.web.zipped import Member

_WARCS: Final = (".warc", ".warc.gz", ".arc", ".arc.gz")
_INDEXES: Final = (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")
_NEEDS: Final[dict[str, Callable[[str], bool]]] = {
    "archive/*.warc": lambda path: path.startswith("archive/") and path.endswith(_WARCS),
    "indexes/*.cdx": lambda path: path.startswith("indexes/") and path.endswith(_INDEXES),
    "pages/pages.jsonl": lambda path: path == "pages/pages.jsonl",
}
"""What a package has at least (WACZ 1.1.1, "Directories and Files")."""
_UNLISTED: Final = frozenset({NAME, DIGEST})
"""What a package does not list: itself, and its own digest."""


def read(source: FileIO, arguments: bytes) -> Iterator[bytes]:
    """For the sandbox: frames of what a WACZ holds; InputError if nothing can be had of it."""
    del arguments
    size = source.seek(0, os.SEEK_END)
    return frames(_found(source, size))


def _found(source: FileIO, size: int) -> Iterator[Found]:
    listed: list[Member] = []
    try:
        listed, faults = members(source)
    except DamagedError as error:
        faults = [Fault(size, "damaged", str(error))]
    for fault in faults:
        yield Problem(b"", *fault)
    records = 0
    for each in _Wacz(source, listed).found() if listed else ():
        records += isinstance(each, Record)
        yield each
    if not records and faults:
        source.seek(0)
        with suppress(InputError):
            for each in Warc(source, size).scattered():  # what shows without any directory
                records += isinstance(each, Record)
                yield each
    if not records and not listed:
        raise InputError("nothing of it can be read")


class _Wacz:
    def __init__(self, source: FileIO, listed: list[Member]) -> None:
        self._source = source
        self._members = {each.path: each for each in listed}
        self._lists = Lists()
        self._faults: list[Problem] = []
        self._stated = Stated(self._whole(NAME), self._whole(DIGEST))

    def found(self) -> Iterator[Found]:
        yield from self._package()
        for path, member in self._members.items():
            yield from self._guarded(member, self._entry(member))
            if path.startswith("pages/") and path.endswith(".jsonl"):
                pages = self._lists.pages(path, blocks(Section(self._source, member)))
                yield from self._guarded(member, pages)
            elif path.startswith("indexes/") and path.endswith(_INDEXES):
                yield from self._guarded(member, self._index(member))
        for path in self._stated.listed:
            if path not in self._members:
                yield Missing("file", path.encode(errors="replace"))
        for path, there in _NEEDS.items():
            if not any(map(there, self._members)):
                yield Missing("file", path.encode())
        for path, member in self._members.items():
            if path.startswith("archive/") or path.endswith(_WARCS):
                yield from self._guarded(member, self._warc(member))
        yield from self._lists.left()

    def _package(self) -> Iterator[Found]:
        stated = self._stated
        yield from self._faults
        for what in stated.faults:
            yield Problem(b"", 0, "damaged", what)
        if NAME not in self._members:
            yield Missing("file", NAME.encode())
            return
        package = stated.found()
        yield package
        if not package.version:
            yield Problem(NAME.encode(), 0, "damaged", "it states no version of the format")
        if stated.signed is not None:
            yield signature.check(stated.signed, stated.computed, stated.created)

    def _whole(self, path: str) -> bytes | None:
        """The bytes of a small file; None if it is not there or not small."""
        member = self._members.get(path)
        if member is None:
            return None
        if member.size > LARGEST:
            what = f"it has more than {LARGEST} bytes, and was not read"
            self._faults.append(Problem(path.encode(), member.start, "too_big", what))
            return None
        try:
            return Input(Section(self._source, member)).peek(LARGEST)
        except (BombError, DamagedError) as error:
            self._faults.append(_problem(member, error))
            return None

    def _entry(self, member: Member) -> Iterator[Found]:
        """Hold an entry against what the directory and the package say of it."""
        listed = self._stated.listed.get(member.path)
        digest = Summing(listed.hash if listed else b"", always=True)
        crc = size = 0
        for block in blocks(Section(self._source, member)):
            digest.update(block)
            crc = zlib.crc32(block, crc)
            size += len(block)
        stated = listed.size if listed else None
        path = member.path.encode(errors="replace")
        if (crc, size) != (member.crc, member.size):
            what = "its bytes are not those of the directory's checksum and size"
            yield Problem(path, member.start, "damaged", what)
        if path.decode(errors="replace") not in _UNLISTED:
            yield Entry(path, member.stored, size, stated, digest.result(whole=True))

    def _index(self, member: Member) -> Iterator[Found]:
        section = Section(self._source, member)
        if not member.path.endswith(".gz"):
            self._lists.index(blocks(section))
            return
        source = Input(section)
        while source.peek(len(GZIP)) == GZIP:
            self._lists.index(inflated(source))
        if source.peek(1):
            raise DamagedError("bytes behind the last gzip member")
        yield from ()

    def _warc(self, member: Member) -> Iterator[Found]:
        if not member.stored:
            what = "it is compressed once more, so that no record can be had by its place alone"
            yield Problem(member.path.encode(errors="replace"), 0, "unsupported", what)
        path = member.path.encode(errors="replace")
        base = member.start if member.stored else None
        section = Section(self._source, member)
        for each in Warc(section, member.size, path, base).found():
            if isinstance(each, Record):
                self._lists.met(each)
            yield each

    @staticmethod
    def _guarded(member: Member, found: Iterable[Found]) -> Iterator[Found]:
        """What is found until an entry turns out to be broken, and that."""
        try:
            yield from found
        except (BombError, DamagedError, InputError) as error:
            yield _problem(member, error)


def _problem(member: Member, error: Exception) -> Problem:
    trouble: Trouble = "too_big" if isinstance(error, BombError) else "damaged"
    what = error.what if isinstance(error, InputError) else str(error)
    return Problem(member.path.encode(errors="replace"), member.start, trouble, what)
