"""One record of a web archive read again, as the exchange that it was."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.live.exchange import Exchange
from sviedka.capture.live.spool import Spool
from sviedka.errors import FormatError
from sviedka.readers.web import heads

if TYPE_CHECKING:
    from sviedka.capture.live.content import Headers
    from sviedka.capture.live.exchange import Request
    from sviedka.readers.web.findings import Record

Read = Callable[[int, int], bytes]
"""Gives at most so many bytes (second) at an offset (first) of the archive's file."""

LARGEST: Final = 64 << 20
"""Bytes of one record, compressed and not: what a browser takes in one piece is far less."""
_GZIP: Final = b"\x1f\x8b"
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]+[ \t]*(;[^\r\n]*)?\r?\n")
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_BEGINS: Final = re.compile(r"bytes (\d+)-")
_OF_THE_WHOLE: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class Message(NamedTuple):
    """What a record holds: an HTTP response, or (status 200, no head) a resource without one."""

    status: int
    head: bytes
    headers: Headers
    body: bytes


def message(read: Read, record: Record) -> Message:
    """The content of a record that has an offset; FormatError if it cannot be read."""
    block = _block(read, record)
    if record.kind != "resource" and heads.begins(block[: heads.FIRST]):
        head, body = _split(block)
        return Message(
            heads.status(head) or 0, head, _unframed(tuple(heads.parse(head).all()), body), body
        )
    sort = record.media_type or record.sniffed.encode() or b"application/octet-stream"
    return Message(200, b"", ((b"content-type", sort),), block)


def exchange(request: Request, found: Message, time: datetime) -> Exchange:
    """What was recorded at ``time``, as the answer to ``request``."""
    return Exchange(
        request,
        b"",
        found.head,
        found.status,
        found.headers,
        Spool(found.body),
        None,
        None,
        time,
        time,
    )


def ranged(answer: Exchange, wanted: str) -> Exchange | None:
    """What answers a request for the part ``wanted`` (a Range header, or ""); None if nothing.

    A part that was recorded answers only who asks from the same byte on; a whole is cut to it.
    """
    part = _RANGE.fullmatch(wanted)
    if answer.status == 206:
        begins = _BEGINS.match(answer.header("content-range"))
        return answer if part and begins and begins[1] == part[1] else None
    if part is None or answer.status != 200:
        return answer
    content = answer.content(LARGEST)
    first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
    if first > last:
        return None
    headers = (
        *(each for each in answer.headers if each[0] not in _OF_THE_WHOLE),
        (b"content-range", b"bytes %d-%d/%d" % (first, last, len(content))),
    )
    cut = Message(206, b"", headers, content[first : last + 1])
    return exchange(answer.request, cut, answer.began)


def moment(date: bytes) -> datetime:
    """A WARC-Date (a profile of ISO 8601); the beginning of time if it is none."""
    try:
        found = datetime.fromisoformat(date.decode("ascii", "replace"))
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - it gets its zone below
    return found.replace(tzinfo=found.tzinfo or UTC)


def _block(read: Read, record: Record) -> bytes:
    where = record.url.decode("utf-8", "replace")[:200]
    if record.at is None or (record.length or 0) > LARGEST:
        raise FormatError("a record too large to be shown", where=where)
    data = read(record.at, record.length or LARGEST)
    if data.startswith(_GZIP):
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            data = inflate.decompress(data, LARGEST + record.skip)
        except zlib.error as error:
            raise FormatError("a record whose compression is broken", where=where) from error
        if inflate.unconsumed_tail:
            raise FormatError("a record too large to be shown", where=where)
    data = data[record.skip :]
    if data.startswith(b"WARC/"):
        head, block = _split(data)
        fields: heads.Head | None = heads.parse(head)
    else:
        head, end, block = data.partition(b"\n")
        fields = heads.arc(head + end)
    size = fields.size(b"content-length") if fields else None
    if size is None:
        raise FormatError("a record that cannot be read", where=where)
    return block[:size]


def _split(block: bytes) -> tuple[bytes, bytes]:
    """A head with its empty line, and what comes behind it."""
    found = _BLANK.search(block)
    return (block[: found.end()], block[found.end() :]) if found else (block, b"")


def _unframed(headers: Headers, body: bytes) -> Headers:
    """Headers without a framing that is not there: many crawlers record bodies out of chunks."""
    if _CHUNK.match(body):
        return headers
    return tuple(each for each in headers if each[0] != b"transfer-encoding")
