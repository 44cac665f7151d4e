"""One resource of a web archive, out of the vault: only its own range is unsealed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sviedka import sandbox
from sviedka.capture.contents.spool import spooled
from sviedka.capture.text import said
from sviedka.errors import InputError, SandboxError, UsageError
from sviedka.keep.reading import find_item, find_record, open_record, seek_original
from sviedka.readers.web.payload import Answer, Place
from sviedka.sandbox import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.age import Reader
    from sviedka.keep.archive import Archive

_PARSER: Final = "sviedka.readers.web.payload:read"
_BLOCK: Final = 1 << 20
_LIMITS: Final = Limits(cpu=600, wall=1200.0, output=64 << 30)
"""A film of some hours inflates within this; what one body may become is bounded by its reader."""


class Opened(NamedTuple):
    """A resource: what its record says, what stood before its bytes, and the bytes.

    ``blocks`` raises InputError behind the last good byte where the record is broken.
    """

    record: dict[str, Any]
    answer: Answer
    blocks: Iterator[bytes]


@contextmanager
def opened(archive: Archive, name: str, purpose: str = "") -> Iterator[Opened]:
    """Open the resource whose record's id begins with ``name``; use it within the block.

    UsageError if that is no resource, NotFoundError, AccessError, IntegrityError as for any item.
    """
    record = find_record(archive, name)
    if record.kind != "resource":
        raise UsageError(f"this is a record of kind {record.kind}, not a resource", where=name)
    body = msgspec.json.decode(open_record(archive, record, purpose).body, type=dict[str, Any])
    item = find_item(archive, body["item"])
    where = f"resource {body['number']} of item {item.id.hex()[:12]}"
    with (
        seek_original(archive, item, purpose) as original,
        spooled(_range(original, body), where) as source,
    ):
        frames = sandbox.run(_PARSER, source, arguments=_place(body), limits=_LIMITS)
        try:
            answer = msgspec.msgpack.decode(next(frames), type=Answer)
        except (StopIteration, msgspec.MsgspecError) as error:
            raise SandboxError("the reader of hostile files sent what is no answer") from error
        yield Opened(body, answer, frames)


def _range(original: Reader, body: dict[str, Any]) -> Iterator[bytes]:
    """The bytes in which the record lies: its own, or all, where these cannot be told."""
    at, length = body.get("at"), body.get("length")
    original.seek(at or 0)
    left = length if at is not None and length is not None else original.size - (at or 0)
    while left:
        block = original.read(min(left, _BLOCK))
        if not block:
            raise InputError("the web archive ends before this record does", where=body["item"])
        left -= len(block)
        yield block


def _place(body: dict[str, Any]) -> bytes:
    skip = body.get("skip", 0)
    if "at" in body:
        return msgspec.msgpack.encode(Place(b"", 0, skip))
    return msgspec.msgpack.encode(Place(said(body, "file"), body["offset"], skip))
