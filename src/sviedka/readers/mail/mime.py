"""What a mail consists of: its entities, found in its bytes without copying them (RFC 2046)."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.mail.headers import head
from sviedka.readers.mail.parameters import body
from sviedka.readers.mail.transfer import base64
from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.mail.headers import Head
    from sviedka.readers.mail.parameters import Body

LONGEST_BOUNDARY: Final = 250
"""Bytes; RFC 2046, 5.1.1, allows 70."""

_AFTER: Final = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")


class Entity(NamedTuple):
    """A mail, or a part of one: its head, what that says, and where its body is in ``data``."""

    data: bytes
    start: int
    stop: int
    head: Head
    body: Body


def entity(data: bytes, start: int, stop: int) -> Entity:
    """The entity that is at ``start`` to ``stop``."""
    fields, begin = head(data, start, stop)
    return Entity(data, begin, stop, fields, body(fields))


def parts(of: Entity) -> Iterator[Entity]:
    """The entities in the body of a multipart; PartError if it breaks off or is not divided."""
    boundary = of.body.boundary
    if not boundary or len(boundary) > LONGEST_BOUNDARY:
        raise PartError("damaged", "it says that it has parts, but not what divides them")
    begun: int | None = None
    for at, after, last in _delimiters(of.data, b"--" + boundary, of.start, of.stop):
        if begun is not None:
            yield entity(of.data, begun, max(begun, _line_end(of.data, at)))
        begun = after
        if last:
            return
    if begun is None:
        raise PartError("damaged", "it says that it has parts, but nothing divides them")
    yield entity(of.data, begun, of.stop)
    raise PartError("damaged", "it ends without the mark of its end")


def _delimiters(data: bytes, mark: bytes, start: int, stop: int) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line begins and ends, and whether it is the closing one."""
    at = data.find(mark, start, stop)
    while at >= 0:
        found = _AFTER.match(data, at + len(mark), stop)
        if found and (at == start or data[at - 1] == 0x0A):
            yield at, found.end(), bool(found[1])
            at = data.find(mark, found.end(), stop)
        else:
            at = data.find(mark, at + 1, stop)


def _line_end(data: bytes, at: int) -> int:
    """Where the line before ``at`` ends: the line break in front of a delimiter belongs to it."""
    return at - 2 if data.endswith(b"\r\n", 0, at) else at - 1


def content(of: Entity) -> Iterator[bytes]:
    """The body of an entity with its transfer encoding undone; PartError after it, if damaged."""
    raw = of.data[of.start : of.stop]
    match of.body.coding:
        case "base64":
            made, broken = base64(raw)
            yield made
            if broken:
                raise PartError("damaged", "its base64 is broken or breaks off")
        case "quoted-printable":
            yield binascii.a2b_qp(raw)
        case "" | "7bit" | "8bit" | "binary":
            yield raw
        case other:
            yield raw
            raise PartError("unsupported", f"its transfer encoding {other[:40]!r} is not known")
