"""WARC files by another hand, written without any library."""

import base64
import gzip
import hashlib
import uuid
from datetime import UTC, datetime, timedelta


def record(kind, url, http, body, second=0, **more):
    """A record of a WARC 1.0; ``http`` are the lines of its head."""
    block = "\r\n".join([*http, "", ""]).encode() + body
    digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
    when = datetime(2020, 8, 9, tzinfo=UTC) + timedelta(seconds=second)
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{uuid.uuid4().urn}>",
        "WARC-Date": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": f"sha1:{digest}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **more,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def written(*answers, packed=True):
    """A WARC by another hand: (url, status, headers, body, seconds) of each."""
    records = [
        record(
            "response", url,
            [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())],
            body, second,
        )
        for url, status, headers, body, second in answers
    ]  # fmt: skip
    return b"".join(gzip.compress(each) if packed else each for each in records)
