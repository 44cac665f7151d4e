"""One record of a WARC or ARC file: its block read once, its digests taken on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.readers.web import coding, digests, heads
from sviedka.readers.web.findings import KINDS, LONGEST, Digest, Record
from sviedka.readers.web.sniff import LENGTH, sniff
from sviedka.readers.web.stream import BombError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from hashlib import _Hash

    from sviedka.readers.findings import Trouble
    from sviedka.readers.web.heads import Head
    from sviedka.readers.web.stream import Window

_STEP: Final = 1 << 18
_START: Final = 1 << 14
"""Bytes of a payload, as it was sent, that are kept to tell its type, or of a warcinfo block."""
_CONCURRENT: Final = 8
"""Records at the same time as this one that are named: what was asked, notes about it."""
_HTTP: Final = frozenset({b"response", b"request", b"revisit"})
_CONTENT: Final = frozenset({b"response", b"resource", b"revisit", b"conversion"})
_NEEDS: Final = (b"warc-type", b"warc-record-id", b"warc-date")
_TARGETED: Final = frozenset({*_HTTP, *_CONTENT, b"continuation"})
"""Types that have a WARC-Target-URI (ISO 28500:2017, 5.11)."""


class Reading:
    """A record as it is read. ``problems`` say what is wrong with it, ``trouble`` the worst."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.type = head.get(b"warc-type").lower()
        self.length = head.size(b"content-length")
        self.trouble: Trouble | None = None
        self.problems: list[tuple[Trouble, str]] = []
        self._http: Head | None = None
        self._status: int | None = None
        self._payload = 0
        self._start = bytearray()
        self._whole = False
        away = self.type == b"revisit" or b"warc-segment-number" in head.fields
        self._block = digests.Summing(head.get(b"warc-block-digest"))
        self._sum = digests.Summing(
            head.get(b"warc-payload-digest"),
            elsewhere=away,
            always=self.type in _CONTENT and not away,
        )
        self._also: _Hash | None = None

    def run(self, window: Window) -> None:
        """Take the block. A stream that breaks meanwhile leaves the record not whole."""
        self._judge()
        left = self.length
        if left is None:
            self._blame("damaged", "a record without a usable Content-Length")
            return
        try:
            if left and self._is_http():
                left -= self._take_head(window, left)
            for data in self._blocks(window, left):
                self._take(data)
        except (BombError, DamagedError) as error:
            self._blame("too_big" if isinstance(error, BombError) else "damaged", str(error))
            raise
        self._whole = self.trouble is None

    def _judge(self) -> None:
        """See what the head lacks that every such record has."""
        lacking = [name for name in _NEEDS if not self.head.get(name)]
        if self.head.first.startswith(b"ARC/"):
            lacking = []
        if self.type in _TARGETED and not self.head.get(b"warc-target-uri"):
            lacking.append(b"warc-target-uri")
        kind = self.type.decode("latin-1")[:40] or "record"
        for name in lacking:
            spelt = name.decode().title().replace("Warc", "WARC").replace("Uri", "URI")
            self.problems.append(("damaged", f"a {kind} without {spelt.replace('-Id', '-ID')}"))

    def _is_http(self) -> bool:
        stated = self.head.get(b"content-type").lower()
        return self.type in _HTTP and (
            stated.startswith(b"application/http")
            or self.url.lower().startswith((b"http:", b"https:"))
        )

    def _take_head(self, window: Window, left: int) -> int:
        """Take the head of an HTTP message; returns its size."""
        data = window.head(min(left, heads.LONGEST))
        if data is None and left <= heads.LONGEST and heads.begins(window.peek(heads.FIRST)):
            data = bytes(window.peek(left)[:left])  # a head alone, without its blank line
            window.skip(len(data))
        if data is None and self.type == b"revisit":
            return 0  # it may have none: the head stands in the record that it refers to
        if data is None:
            self.problems.append(("damaged", "no HTTP head where one should be"))
            return 0
        self._block.update(data)
        self._http = heads.parse(data)
        self._status = heads.status(self._http.first) if self.type != b"request" else None
        if self.type == b"response" and self._status is None:
            self.problems.append(("damaged", "no HTTP status where one should be"))
        coded = self._http.get(b"transfer-encoding").lower()
        if b"chunked" in coded and self._sum.name:
            # Some tools state the digest of what was sent, some that of what the chunks hold.
            self._also = digests.new(self._sum.name)
            self._chunks = coding.Dechunker()
        return len(data)

    def _blocks(self, window: Window, left: int) -> Iterator[memoryview]:
        while left:
            data = window.take(min(left, _STEP))
            if not data:
                self._blame("damaged", f"a record ends {left} bytes before its Content-Length")
                return
            left -= len(data)
            yield data

    def _take(self, data: memoryview) -> None:
        self._payload += len(data)
        self._block.update(data)
        self._sum.update(data)
        if self._also is not None:
            for part in self._chunks.feed(data):
                self._also.update(part)
        if len(self._start) < _START:
            self._start += data[: _START - len(self._start)]

    def _blame(self, trouble: Trouble, what: str) -> None:
        self.trouble = self.trouble or trouble
        self.problems.append((trouble, what))

    def misfit(self, what: str) -> None:
        """The stream behind the block shows that its length is wrong."""
        self._blame("damaged", what)

    @property
    def url(self) -> bytes:
        """Its target, without the angle brackets that some tools put around it."""
        url = self.head.get(b"warc-target-uri")
        return url[1:-1] if url.startswith(b"<") and url.endswith(b">") else url

    @property
    def software(self) -> bytes:
        """Of a warcinfo record, what the file was made with."""
        if self.type != b"warcinfo":
            return b""
        return self._cut(heads.parse(b"\n" + bytes(self._start)).get(b"software"))

    def found(self, file: bytes, place: tuple[int, int | None, int, int | None]) -> Record:
        """What is found: ``place`` is offset, length, skip and absolute offset."""
        offset, length, skip, at = place
        head, declared, sniffed = self.head, head_type(self.head, self._http), ""
        if self.type in _CONTENT and self._start:
            sniffed = sniff(self._beginning())
        name = self.type.decode("latin-1")
        digest, block = self._digests()
        return Record(
            file,
            offset,
            length,
            skip,
            at,
            name if name in KINDS else "unknown",
            self._cut(head.get(b"warc-record-id")),
            self._cut(self.url),
            self._cut(head.get(b"warc-date")),
            self._status,
            self._cut(declared),
            sniffed,
            self._payload,
            digest,
            block,
            self._concurrent_to(),
            self._cut(head.get(b"warc-refers-to")),
            self._cut(head.get(b"warc-refers-to-target-uri")),
            self._cut(head.get(b"warc-refers-to-date")),
            self._cut(head.get(b"warc-truncated")),
            self.trouble,
        )

    def _concurrent_to(self) -> list[bytes]:
        name = b"warc-concurrent-to"
        if name not in self.head.fields:
            return []
        return [self._cut(value) for key, value in self.head.all() if key == name][:_CONCURRENT]

    def _digests(self) -> tuple[Digest, Digest]:
        also = self._also
        if also is not None and self._chunks.broken:
            also = None
        payload = self._sum.result(whole=self._whole, also=also)
        block = self._block.result(whole=self._whole)
        return self._short(payload), self._short(block)

    def _short(self, digest: Digest) -> Digest:
        return Digest(self._cut(digest.stated), digest.computed, digest.verdict)

    def _beginning(self) -> bytes:
        start = bytes(self._start)
        if self._http is None:
            return start
        transfer, content = (
            self._http.get(name) for name in (b"transfer-encoding", b"content-encoding")
        )
        if not transfer and not content:
            return start
        return coding.beginning(start, transfer, content, LENGTH) or start

    def _cut(self, value: bytes) -> bytes:
        return value if len(value) <= LONGEST else value[:LONGEST]


def head_type(head: Head, http: Head | None) -> bytes:
    """The media type of what a record holds: of a message, that of its body."""
    if http is not None:
        return http.get(b"content-type")
    stated = head.get(b"content-type")
    return b"" if stated.lower().startswith(b"application/http") else stated
