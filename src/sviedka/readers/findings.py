"""What a reader finds in a file, one thing after another, and how it crosses from the sandbox.

A file holds *parts* (the members of an archive, the mails of a mail box, the attachments of a
mail), *text*, *rows* of tables and *facts* about it. Parts are numbered from 1 in the order in
which they come; part 0 is the file itself, and everything says to which part it belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Trouble = Literal[
    "damaged",  # not what the format says: a member cut in half, a wrong checksum, a lying type
    "encrypted",  # needs a password
    "escapes",  # its name leads out of the folder it belongs to (zip-slip)
    "too_big",  # more than may come out of one file (a bomb)
    "too_deep",  # nested deeper than is followed
    "too_many",  # more parts than are followed
    "unsupported",  # a variant that no reader here knows
]

Value = str | int | float | bool | None


class _Found(msgspec.Struct, frozen=True, array_like=True, tag_field="found", tag=str.lower):
    """Base of all findings: an array that begins with the name of its class."""


class Fact(_Found, frozen=True):
    """Something that the file states about itself or its making.

    ``reveals``: it may point to the person who made, owned or sent it (a device's serial number, a
    position, a name, an address); such facts are kept apart from the rest. ``place`` is where it
    stands, in the format's own words (``Exif.Photo.BodySerialNumber``, ``Subject``).
    """

    part: int
    name: str
    value: Value
    place: str
    reveals: bool


class Text(_Found, frozen=True):
    """Some text in reading order; ``place`` says where (``page 3``, ``body``)."""

    part: int
    place: str
    text: str


class Table(_Found, frozen=True):
    """A table begins; rows follow until the next one. ``columns`` are as written, or unknown."""

    part: int
    name: str
    columns: list[str] | None


class Row(_Found, frozen=True):
    """A row of the table that was named last; ``number`` as its users count, from 1."""

    part: int
    number: int
    values: list[Value]


class Part(_Found, frozen=True):
    """A part begins; its bytes follow as ``Data``, if it has any, until its ``PartEnd``.

    Parts do not overlap: a part's data are all there before the next part begins. ``parent`` is the
    part that holds it (0: the file). ``name`` is as stated, in bytes, for it may be any encoding's;
    ``type`` the media type as stated, or ""; ``place`` where it is found (``mail 17``, ``offset
    1024``). ``modified`` is the time stated, in seconds since 1970, UTC. ``opened``: its reader
    goes on into it, and what it holds follows here too; nobody need read it again.
    """

    number: int
    parent: int
    name: bytes
    type: str
    place: str
    modified: int | None = None
    opened: bool = False


class Data(_Found, frozen=True):
    """The next bytes of the part that began last."""

    content: bytes


class PartEnd(_Found, frozen=True):
    """A part is over; ``trouble`` says why it is not whole, or not there at all."""

    number: int
    trouble: Trouble | None = None


class Fault(_Found, frozen=True):
    """Something could not be read; the rest goes on. ``what`` is for people."""

    part: int
    place: str
    trouble: Trouble
    what: str


Finding = Fact | Text | Table | Row | Part | Data | PartEnd | Fault

_BATCH: Final = 256
_BYTES: Final = 1 << 20
BLOCK: Final = 1 << 18
"""Bytes of a part that one ``Data`` holds at most, so that a frame stays small."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Finding])


def frames(findings: Iterable[Finding | None]) -> Iterator[bytes]:
    """In the child: findings in batches. What was found before an error goes out before it.

    None sends what was found so far, for the next step may end the process: a library that aborts.
    """
    held: list[Finding] = []
    size = 0
    try:
        for each in findings:
            if each is not None:
                held.append(each)
                size += _weight(each)
            if each is None or len(held) >= _BATCH or size >= _BYTES:
                yield _encoder.encode(held)
                held.clear()
                size = 0
            if each is None:
                yield b""
    except InputError:
        yield _encoder.encode(held)
        raise
    yield _encoder.encode(held)


def decode(frame: bytes) -> list[Finding]:
    """In the parent: what one frame holds; msgspec.ValidationError, DecodeError if it is none."""
    return _decoder.decode(frame)


def _weight(finding: Finding) -> int:
    if isinstance(finding, Data):
        return len(finding.content)
    if isinstance(finding, Text):
        return len(finding.text)
    return 64
