"""What the program 7z makes of an archive: a list of its members, then all their bytes in a row.

The list is that of ``7z l -slt``, a block of ``Key = value`` lines a member. It is written from
names that strangers chose; whatever it says, the bytes are cut by it and their checksums compared.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from sviedka.errors import InputError
from sviedka.readers.archives.names import escapes
from sviedka.readers.archives.stream import Stream, file_blocks
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault, Part, frames
from sviedka.readers.outlet import Outlet, PartError, allowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from sviedka.readers.findings import Finding

LONGEST_LIST: Final = 64 << 20
"""Bytes of the list, about 200 a member."""

_LINE: Final = re.compile(r"([A-Z][A-Za-z ]{0,30}) =(?: (.*))?")
_TIME: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)")
_MEMBERS: Final = b"\n----------\n"


class _Member(NamedTuple):
    name: str
    size: int
    modified: int | None
    crc: str
    encrypted: bool
    link: bool


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: what the program wrote; ``arguments`` is the size of the archive."""
    return frames(findings(io.BufferedReader(source), int(arguments)))


def findings(file: BinaryIO, size: int) -> Iterator[Finding]:
    """The members of an archive of ``size`` bytes."""
    length = file.readline(20).strip()
    if not length.isdigit() or int(length) > LONGEST_LIST:
        raise InputError("the list of what is in it is missing or too long")
    head, _, listed = file.read(int(length)).partition(_MEMBERS)
    yield from _troubles(head)
    stream = Stream(file_blocks(file), allowance(size))
    out = Outlet(size)
    for number, member in enumerate(_members(listed), 1):
        place = f"member {number}"
        if out.full:
            yield out.refusal(place)
            return
        name = member.name.encode("utf-8", "surrogateescape")
        warning = None
        if escapes(name):
            warning = PartError("escapes", "its name leads out of its folder")
        elif member.link:
            warning = PartError("unsupported", "it is a link, and holds where it leads")
        part = Part(out.number(), 0, name, "", place, member.modified)
        yield from out.give(part, _content(stream, member), warning)
    if not stream.trouble and stream.peek(1):
        yield Fault(0, "end", "damaged", "there are more bytes in it than its members say")


def _troubles(head: bytes) -> Iterator[Finding]:
    """What the program says of the archive as a whole."""
    if b"Wrong password" in head:
        yield Fault(0, "list", "encrypted", "even its list of members needs a password")
    elif b"ERROR" in head or b"ERRORS:" in head:
        yield Fault(0, "list", "damaged", "the list of its members is damaged")
    for line in head.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(" = ")
        if key == "Comment":
            yield from stated(0, "comment", value, key)


def _members(listed: bytes) -> Iterator[_Member]:
    """The files in a list; folders are in the names of what they hold."""
    fields: dict[str, str] = {}
    for line in listed.decode("utf-8", "surrogateescape").split("\n"):
        found = _LINE.fullmatch(line)
        if found and (found[1] != "Path" or not fields):
            fields.setdefault(found[1], found[2] or "")
        elif not line and fields:
            yield from _member(fields)
            fields = {}
    if fields:
        yield from _member(fields)


def _member(fields: dict[str, str]) -> Iterator[_Member]:
    attributes, size = fields.get("Attributes", ""), fields.get("Size", "")
    if "Path" not in fields or attributes.startswith("D") or fields.get("Folder") == "+":
        return
    yield _Member(
        fields["Path"],
        int(size) if size.isdigit() and len(size) < 20 else 0,
        _seconds(fields.get("Modified", "")),
        fields.get("CRC", ""),
        encrypted=fields.get("Encrypted") == "+",
        link=" l" in attributes,
    )


def _content(stream: Stream, member: _Member) -> Iterator[bytes]:
    if member.encrypted:  # the program writes nothing for it
        raise PartError("encrypted", "it is encrypted and needs a password")
    crc = made = 0
    for piece in stream.pieces(member.size):
        crc, made = crc32(piece, crc), made + len(piece)
        yield piece
    if made < member.size:
        what = f"it breaks off after {made} bytes of {member.size}"
        raise stream.trouble or PartError("damaged", what)
    if member.crc and member.crc.upper() != f"{crc:08X}":
        raise PartError("damaged", "its checksum is wrong")


def _seconds(said: str) -> int | None:
    """The time of last change; the program knows no zone in its sandbox, and so writes UTC."""
    found = _TIME.match(said)
    return timegm(tuple(map(int, found.groups()))) if found else None
