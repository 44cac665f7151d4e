"""ZIP: the members that its directory lists, those that it hides, and those left without one.

PKWARE's APPNOTE.TXT 6.3.10. A ZIP may stand behind a program that unpacks it.
"""

from __future__ import annotations

import io
import os
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from sviedka.errors import InputError
from sviedka.readers.archives.names import escapes
from sviedka.readers.archives.zipdirectory import LOCAL, LOCAL_HEADER, directory, listed
from sviedka.readers.archives.zipmember import Content, next_standing, standing_at
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault, Part, frames
from sviedka.readers.outlet import MOST_PARTS, Outlet, PartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sviedka.readers.archives.zipdirectory import Directory, Member
    from sviedka.readers.findings import Finding


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the members of a ZIP."""
    del arguments
    return frames(findings(io.BufferedReader(source)))


def parse_program(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: what a program for Windows would unpack. Most have nothing."""
    del arguments
    file = io.BufferedReader(source)
    found = directory(file, file.seek(0, os.SEEK_END))
    return frames(findings(file) if found else ())


def findings(file: BinaryIO) -> Iterator[Finding]:
    """The members in the order of the directory, or, without one, in the order of their bytes."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    begins = file.read(len(LOCAL)) == LOCAL
    out = Outlet(size)
    found = directory(file, size)
    if found and not (begins and found.before):  # else it is the directory of a ZIP inside
        yield from stated(0, "comment", found.comment.decode("utf-8", "replace"), "end record")
        yield from _listed(file, found, out)
    elif begins:
        yield Fault(0, "end", "damaged", "its directory is lost; members are taken as they stand")
        yield from _standing(file, 0, size, out)
    else:
        raise InputError("this is no ZIP: it has no directory of members")


def _listed(file: BinaryIO, found: Directory, out: Outlet) -> Iterator[Finding]:
    members: list[Member] = []
    try:
        members.extend(islice(listed(file, found), MOST_PARTS + 1))
    except PartError as error:
        yield Fault(0, "directory", error.trouble, error.what)
    shared, gaps = _spans(members, found)
    for index, member in enumerate(members):
        if out.full:
            yield out.refusal(f"member {index + 1}")
            return
        if index in shared:
            warning = PartError("damaged", "its bytes are another member's too: a bomb?")
            yield from _member(out, member, (), warning)
        elif stands := standing_at(file, member.offset):
            content = Content(file, member, stands[1])
            yield from _member(out, member, content, _warning(member, stands[0]))
        else:
            warning = PartError("damaged", "it is not where the directory says")
            yield from _member(out, member, (), warning)
    hidden = PartError("damaged", "the directory does not list it")
    for at, stop in gaps:
        yield from _standing(file, at, stop, out, hidden)


def _standing(
    file: BinaryIO, at: int, stop: int, out: Outlet, warning: PartError | None = None
) -> Iterator[Finding]:
    """The members whose local headers stand between ``at`` and ``stop``."""
    while (place := next_standing(file, at, stop)) is not None:
        stands = standing_at(file, place)
        if not stands:
            yield Fault(0, f"offset {place}", "damaged", "a member's header breaks off")
            return
        if out.full:
            yield out.refusal(f"offset {place}")
            return
        member, at = stands
        content = Content(file, member, at)
        yield from _member(out, member, content, warning or _warning(member, member))
        at = content.end


def _member(
    out: Outlet, member: Member, blocks: Iterable[bytes], warning: PartError | None
) -> Iterator[Finding]:
    if member.name.endswith(b"/") and not member.size:
        return  # a folder: the names of what is in it say so
    part = Part(out.number(), 0, member.name, "", f"offset {member.offset}", member.modified)
    yield from out.give(part, blocks, warning)
    if member.modified is None:
        yield from stated(part.number, "modified_stated", member.clock, "local time")


def _warning(listed: Member, standing: Member) -> PartError | None:
    """What is wrong with a member as its two headers have it, although it can be read."""
    if escapes(listed.name) or escapes(standing.name):
        return PartError("escapes", "its name leads out of its folder")
    if listed.name != standing.name:
        name = standing.name.decode("utf-8", "replace")
        return PartError("damaged", f"the header in front of it calls it {name!r}")
    if listed.method != standing.method:
        return PartError("damaged", "its two headers state two methods of compression")
    return None


def _spans(members: Sequence[Member], found: Directory) -> tuple[set[int], list[tuple[int, int]]]:
    """Which members have bytes in common with one before them, and what no member covers.

    What stands before the first one is a program's, if the ZIP stands behind one.
    """
    shared: set[int] = set()
    gaps: list[tuple[int, int]] = []
    order = sorted(range(len(members)), key=lambda index: members[index].offset)
    end = members[order[0]].offset if members and found.before else 0
    for index in order:
        member = members[index]
        if member.offset < end:
            shared.add(index)
        elif member.offset > end + LOCAL_HEADER.size:
            gaps.append((end, member.offset))
        end = max(end, member.end)
    if end + LOCAL_HEADER.size < found.at:
        gaps.append((end, found.at))
    return shared, gaps
