"""Exchanges as a WARC file (ISO 28500:2017, WARC 1.1), one gzip member a record.

Heads and bodies are written as they went over the wire. The payload digest is of the body as it
stands in the record, framing included: so Heritrix, wget and warcio write it, and so `warcio check`
asks for it.
"""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from typing import IO, TYPE_CHECKING, Any, Final

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sviedka.capture.live.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sviedka.capture.live.exchange import Exchange

_VERSION: Final = "WARC/1.1"
_FIELDS: Final = "application/warc-fields"
_CERTIFICATE: Final = "application/pkix-cert"  # RFC 2585, §4.1


def warc_date(moment: datetime) -> str:
    """A time as WARC-Date has it, with microseconds (§5.4)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Recording:
    """A WARC in the making, into ``out``. It may be written to from several threads."""

    def __init__(
        self,
        out: IO[bytes] | Spool,
        about: Mapping[str, str],
        began: datetime,
        *,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._writer = WARCWriter(_Out(out), gzip=True, warc_version=_VERSION)
        self._new_id = new_id
        self._lock = threading.Lock()
        self._certificates: set[bytes] = set()
        lines = "".join(f"{name}: {_line(value)}\r\n" for name, value in about.items() if value)
        self._info = ""
        self._info = self._write("warcinfo", "", began, Spool(lines.encode()), _FIELDS)

    def exchange(self, exchange: Exchange) -> str:
        """Write a request and its response; the WARC-Record-ID of the response."""
        more = {} if exchange.address is None else {"WARC-IP-Address": exchange.address}
        cut = {} if exchange.truncated is None else {"WARC-Truncated": exchange.truncated}
        with self._lock:
            response = self._write(
                "response", exchange.url, exchange.began, exchange.body,
                "application/http; msgtype=response", {**more, **cut},
                head=exchange.response_head,
            )  # fmt: skip
            self._write(
                "request", exchange.url, exchange.began, Spool(exchange.request.body),
                "application/http; msgtype=request", {**more, "WARC-Concurrent-To": response},
                head=exchange.request_head,
            )  # fmt: skip
            self._secured(exchange, response)
        return response

    def resource(self, uri: str, media_type: str, data: bytes, when: datetime, of: str = "") -> str:
        """Write something made here; ``of`` is the record that it was made from."""
        more = {"WARC-Concurrent-To": of} if of else {}
        with self._lock:
            return self._write("resource", uri, when, Spool(data), media_type, more)

    def metadata(self, uri: str, said: Any, when: datetime, of: str = "") -> str:
        """Write what is said about a URL, as JSON."""
        data = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        more = {"WARC-Refers-To": of} if of else {}
        with self._lock:
            return self._write("metadata", uri, when, Spool(data), "application/json", more)

    def _secured(self, exchange: Exchange, response: str) -> None:
        """Once for each certificate: how the connection was secured, and the certificate itself."""
        tls = exchange.tls
        if tls is None or tls.certificate in self._certificates:
            return
        self._certificates.add(tls.certificate)
        digest = hashlib.sha256(tls.certificate).hexdigest()
        lines = f"tls-protocol: {tls.protocol}\r\ntls-cipher: {tls.cipher}\r\n"
        lines += f"tls-certificate: urn:sha256:{digest}\r\n"
        self._write(
            "metadata", exchange.url, exchange.began, Spool(lines.encode()), _FIELDS,
            {"WARC-Refers-To": response},
        )  # fmt: skip
        self._write(
            "resource", f"urn:sha256:{digest}", exchange.began, Spool(tls.certificate), _CERTIFICATE
        )

    def _write(  # noqa: PLR0913, PLR0917 - what a record is made of
        self,
        sort: str,
        uri: str,
        when: datetime,
        body: Spool,
        media_type: str,
        more: Mapping[str, str] | None = None,
        head: bytes = b"",
    ) -> str:
        """Write one record; its WARC-Record-ID."""
        name = f"<{self._new_id().urn}>"
        payload, block = hashlib.sha256(), hashlib.sha256(head)
        for piece in body.blocks():
            payload.update(piece)
            block.update(piece)
        fields = [("WARC-Type", sort), ("WARC-Record-ID", name), ("WARC-Date", warc_date(when))]
        fields += [("WARC-Target-URI", uri)] if uri else []
        fields += [("WARC-Warcinfo-ID", self._info)] if self._info else []
        fields += (more or {}).items()
        fields.append(("WARC-Block-Digest", f"sha256:{block.hexdigest()}"))
        if sort != "warcinfo":  # what has none is given a SHA-1 by the writer
            fields.append(("WARC-Payload-Digest", f"sha256:{payload.hexdigest()}"))
        record = ArcWarcRecord(
            "warc", sort, StatusAndHeaders("", fields, protocol=_VERSION),
            _Stream(head, body), None, media_type, len(head) + body.size,
        )  # fmt: skip
        self._writer.write_record(record)
        return name


class _Out:
    """The writer's file; it flushes after each record, and there is nothing to flush here."""

    def __init__(self, out: IO[bytes] | Spool) -> None:
        self.write = out.write

    def flush(self) -> None:
        """Nothing."""


class _Stream:
    """A head and a body as one file to read from."""

    def __init__(self, head: bytes, body: Spool) -> None:
        self._pieces = self._all(head, body)

    @staticmethod
    def _all(head: bytes, body: Spool) -> Iterator[bytes]:
        if head:
            yield head
        yield from body.blocks()

    def read(self, _size: int = -1) -> bytes:
        """The next piece, of any size; b"" at the end."""
        return next(self._pieces, b"")


def _line(value: str) -> str:
    """A value within its line."""
    return " ".join(value.split())
