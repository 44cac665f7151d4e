"""Web archives of an invented site: WARC files, plain or in gzip members, and packages of them."""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import zipfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from tests.material.documents import LINES
from tests.material.picture import picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DATE = "2022-12-14T12:00:00Z"
SITE = "https://prykladny.example"
_HTTP = "application/http; msgtype="


def digest(data: bytes) -> str:
    """As most recorders state it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def identifier(text: str) -> str:
    """A record id, the same for the same text."""
    return f"<urn:uuid:{UUID(bytes=hashlib.sha256(text.encode()).digest()[:16])}>"


def record(kind: str, block: bytes, **fields: str | None) -> bytes:
    """A record; fields by their names with _ for -, None leaves one out that would be there."""
    url = fields.get("WARC_Target_URI") or ""
    head: dict[str, str | None] = {
        "WARC_Type": kind,
        "WARC_Record_ID": identifier(f"{kind} {url} {fields.get('WARC_Date', DATE)}"),
        "WARC_Date": DATE,
        "WARC_Block_Digest": digest(block),
        "Content_Length": str(len(block)),
        **fields,
    }
    lines = [f"{key.replace('_', '-')}: {value}\r\n" for key, value in head.items() if value]
    return b"WARC/1.1\r\n" + "".join(lines).encode() + b"\r\n" + block + b"\r\n\r\n"


def response(
    url: str,
    body: bytes,
    media_type: str = "text/html",
    *,
    status: str = "200 OK",
    head: Mapping[str, str] | None = None,
    **fields: str | None,
) -> bytes:
    """An answer of a server."""
    lines = {"Content-Type": media_type, "Content-Length": str(len(body)), **(head or {})}
    top = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    block = f"HTTP/1.1 {status}\r\n{top}\r\n".encode() + body
    own = {
        "WARC_Target_URI": url,
        "WARC_Payload_Digest": digest(body),
        "Content_Type": _HTTP + "response",
    }
    return record("response", block, **{**own, **fields})


def request(url: str, **fields: str | None) -> bytes:
    """What was asked for."""
    block = f"GET {url} HTTP/1.1\r\nHost: prykladny.example\r\n\r\n".encode()
    own = {"WARC_Target_URI": url, "Content_Type": _HTTP + "request"}
    return record("request", block, **{**own, **fields})


def resource(url: str, body: bytes, media_type: str, **fields: str | None) -> bytes:
    """Something that no HTTP answer stands before: a picture of a page."""
    own = {
        "WARC_Target_URI": url,
        "WARC_Payload_Digest": digest(body),
        "Content_Type": media_type,
    }
    return record("resource", body, **{**own, **fields})


def revisit(url: str, of: str, *, of_body: bytes = b"what it was") -> bytes:
    """That a page is as it was at ``DATE``; ``of`` is the id of that record."""
    date = "2022-12-15T12:00:00Z"
    return record(
        "revisit",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        WARC_Target_URI=url,
        WARC_Date=date,
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        WARC_Refers_To=of,
        WARC_Refers_To_Target_URI=url,
        WARC_Refers_To_Date=DATE,
        WARC_Payload_Digest=digest(of_body),
        Content_Type=_HTTP + "response",
    )


def info(software: str = "Выдуманы запісвальнік 1.0") -> bytes:
    """What the file was made with."""
    block = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    return record("warcinfo", block, Content_Type="application/warc-fields")


def page(number: int, size: int = 600) -> bytes:
    """An HTML page."""
    rng = Random(number)
    words = " ".join(rng.choices(" ".join(LINES).split(), k=size // 12))
    return f"<!doctype html><title>Старонка {number}</title><p>{words}</p>".encode()


def site(pages: int = 3) -> Iterator[bytes]:
    """The records of a small crawl: pages with what was asked, a picture, a revisit."""
    yield info()
    for number in range(pages):
        url = f"{SITE}/{number}"
        yield response(url, page(number))
        yield request(url)
    yield response(f"{SITE}/photo.jpg", picture(1, ".jpg"), "image/jpeg")
    yield revisit(f"{SITE}/0", identifier(f"response {SITE}/0 {DATE}"))


def member(data: bytes) -> bytes:
    """A gzip member, the same for the same bytes."""
    return gzip.compress(data, mtime=0)


def warc(records: Iterable[bytes], *, gzipped: bool = True) -> bytes:
    """A WARC file."""
    return b"".join(member(each) if gzipped else each for each in records)


def offsets(records: Sequence[bytes], *, gzipped: bool = True) -> list[int]:
    """Where each record begins in that file."""
    found, at = [], 0
    for each in records:
        found.append(at)
        at += len(member(each) if gzipped else each)
    return found


def pages_list(urls: Iterable[str]) -> bytes:
    """A list of pages."""
    lines: list[dict[str, str]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Усе"}]
    lines += [{"url": url, "ts": DATE, "title": f"Загаловак {url}"} for url in urls]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def index(lines: Iterable[tuple[str, str, int]]) -> bytes:
    """An index of (url, file, offset)."""
    made = [
        "example,prykladny)/ 20221214120000 "
        + json.dumps({"url": url, "filename": name, "offset": str(offset), "length": "1"})
        for url, name, offset in lines
    ]
    return "".join(f"{line}\n" for line in sorted(made)).encode()


def contents(records: Sequence[bytes], urls: Iterable[str]) -> dict[str, bytes]:
    """The files of a package, but those that describe it."""
    listed = [
        (url.decode(), "data.warc.gz", at)
        for each, at in zip(records, offsets(records), strict=True)
        if b"WARC-Type: re" in each and b"WARC-Type: request" not in each
        for url in [each.split(b"WARC-Target-URI: ")[1].split(b"\r\n")[0]]
    ]
    return {
        "archive/data.warc.gz": warc(records),
        "indexes/index.cdx.gz": member(index(listed)),
        "pages/pages.jsonl": pages_list(urls),
    }


def described(files: Mapping[str, bytes], **more: object) -> dict[str, bytes]:
    """The files with ``datapackage.json`` and its digest; ``more`` goes into the first."""
    resources = [
        {
            "name": path.rpartition("/")[2],
            "path": path,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for path, data in files.items()
    ]
    package = {"profile": "data-package", "resources": resources, "created": DATE}
    text = json.dumps({**package, "wacz_version": "1.1.1", **more}).encode()
    said = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
    return {**files, "datapackage.json": text, "datapackage-digest.json": json.dumps(said).encode()}


def write_wacz(out: Path, files: Mapping[str, bytes], *, deflated: bool = False) -> Path:
    """Write files as a package."""
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as zipped:
        for path, data in files.items():
            zipped.writestr(zipfile.ZipInfo(path, (2022, 12, 14, 12, 0, 0)), data, method)
    return out


def main() -> None:
    """Write a package, or a WARC file."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.web", description=__doc__)
    parser.add_argument("out", type=Path, help="the file; .wacz, .warc.gz or .warc")
    parser.add_argument("--pages", type=int, default=3)
    given = parser.parse_args()
    records = list(site(given.pages))
    if given.out.suffix == ".wacz":
        urls = [f"{SITE}/{number}" for number in range(given.pages)]
        write_wacz(given.out, described(contents(records, urls)))
    else:
        given.out.write_bytes(warc(records, gzipped=given.out.suffix == ".gz"))


if __name__ == "__main__":
    main()
