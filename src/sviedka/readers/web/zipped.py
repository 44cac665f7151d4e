"""The ZIP file around a WACZ: its directory held against the entries themselves (APPNOTE 6.3.10).

A central directory that says something else than the entries' own headers shows one file to one
program and another to the next; so it is reported, and the central directory is what is read.
"""

from __future__ import annotations

import codecs
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.web.stream import FREE, PIECE, RATIO, BombError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from sviedka.readers.findings import Trouble

codecs.lookup("cp437")  # names that are not UTF-8; in the sandbox nothing is imported any more
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_MAGIC: Final = b"PK\x03\x04"
_ENCRYPTED, _LATER = 1, 8  # general purpose flags: bit 0, and bit 3: sizes stand behind the data
_DESCRIPTOR: Final = 24
"""Bytes of the longest data descriptor, which may stand between two entries."""
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BLOCK: Final = 1 << 18
MOST: Final = 100_000
"""Entries; a package of one crawl has a few dozen."""


class Member(NamedTuple):
    """An entry that can be read: its name, where its data begin, their size as they lie there."""

    path: str
    start: int
    packed: int
    size: int
    crc: int
    stored: bool


class Fault(NamedTuple):
    """What is wrong with an entry, at an offset."""

    offset: int
    trouble: Trouble
    what: str


def members(source: FileIO) -> tuple[list[Member], list[Fault]]:
    """The entries, and what is wrong with them; DamagedError if there is no directory."""
    try:
        with zipfile.ZipFile(source) as zipped:
            listed = zipped.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError) as error:
        raise DamagedError("the directory of the ZIP file is not whole") from error
    faults = []
    if len(listed) > MOST:
        faults.append(Fault(0, "too_many", f"{len(listed) - MOST} entries more than are read"))
    found = []
    names: set[str] = set()
    end = 0
    for info in sorted(listed[:MOST], key=lambda each: each.header_offset):
        at, name = max(info.header_offset, 0), info.filename
        is_folder = name.endswith("/")
        if not is_folder:
            faults += [Fault(at, trouble, what) for trouble, what in _name_faults(name, names)]
        names.add(name)
        start, wrong = _start(source, info)
        faults += [Fault(at, "damaged", f"{name}: {each}") for each in wrong]
        if at < end:
            faults.append(Fault(at, "damaged", f"{name}: it overlaps the entry before"))
            continue
        if at > end + _DESCRIPTOR:
            faults.append(Fault(end, "damaged", f"{at - end} bytes that belong to no entry"))
        if start is None:
            continue
        end = start + info.compress_size
        if unread := _unread(info):
            faults.append(Fault(at, *unread))
        elif not is_folder:
            stored = info.compress_type == zipfile.ZIP_STORED
            found.append(Member(name, start, info.compress_size, info.file_size, info.CRC, stored))
    return found, faults


def _name_faults(name: str, names: set[str]) -> Iterator[tuple[Trouble, str]]:
    if name in names:
        yield "damaged", f"{name}: another entry has this name"
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        yield "escapes", f"{name}: this name leads out of the package"


def _unread(info: zipfile.ZipInfo) -> tuple[Trouble, str] | None:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted", f"{info.filename}: it needs a password"
    if info.compress_type not in _METHODS:
        return "unsupported", f"{info.filename}: compressed by a method that is not known here"
    return None


def _start(source: FileIO, info: zipfile.ZipInfo) -> tuple[int | None, list[str]]:
    """Where the data begin, and in what the entry's own header says something else."""
    source.seek(max(info.header_offset, 0))
    header = source.read(_LOCAL.size)
    if info.header_offset < 0 or len(header) < _LOCAL.size or not header.startswith(_MAGIC):
        return None, ["no entry begins where the directory says"]
    _, _, flags, method, _, _, crc, packed, size, name_size, extra = _LOCAL.unpack(header)
    name = source.read(name_size)
    text = name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    wrong = []
    if text != info.orig_filename:
        wrong.append("its own header has another name")
    if method != info.compress_type:
        wrong.append("its own header has another method")
    stated = (crc, packed, size)
    if not flags & _LATER and any(
        own not in {listed, 0xFFFFFFFF}  # ZIP64: the sizes stand in the extra field
        for own, listed in zip(stated, (info.CRC, info.compress_size, info.file_size), strict=True)
    ):
        wrong.append("its own header has another size or checksum")
    return info.header_offset + _LOCAL.size + name_size + extra, wrong


class Section:
    """The data of one entry as a file that can be read from anywhere.

    What is deflated is inflated again from its beginning to go back. Reading raises DamagedError
    for data that are no deflate, and BombError for more than they may become.
    """

    def __init__(self, source: FileIO, member: Member) -> None:
        self._source = source
        self._member = member
        self._position = 0
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._taken = self._given = 0
        self._rest = b""

    def seek(self, offset: int, /) -> int:
        """Move to an offset in the data."""
        if self._member.stored:
            self._position = offset
            return offset
        if offset < self._position:
            self.__init__(self._source, self._member)  # type: ignore[misc] # from the beginning
        while self._position < offset and self.read(min(offset - self._position, _BLOCK)):
            pass
        return self._position

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        data = self._read_stored(size) if self._member.stored else self._read_deflated(size)
        self._position += len(data)
        return data

    def _read_stored(self, size: int) -> bytes:
        member = self._member
        self._source.seek(member.start + self._position)
        return self._source.read(max(min(size, member.packed - self._position), 0))

    def _read_deflated(self, size: int) -> bytes:
        while not self._rest and not self._inflate.eof:
            left = self._member.packed - self._taken
            self._source.seek(self._member.start + self._taken)
            piece = self._source.read(min(left, PIECE))
            if not piece:
                raise DamagedError("an entry is cut off")
            self._taken += len(piece)
            try:
                self._rest = self._inflate.decompress(piece)
            except zlib.error as error:
                raise DamagedError("an entry is damaged") from error
            self._given += len(self._rest)
            if self._given > max(FREE, RATIO * self._taken):
                raise BombError(f"an entry inflates to more than {RATIO} times its size")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def blocks(section: Section) -> Iterator[bytes]:
    """The data from where it stands to the end."""
    while block := section.read(_BLOCK):
        yield block
