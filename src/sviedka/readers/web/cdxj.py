"""Lines of an index of records, by which players find them (CDXJ 0.1.0)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sviedka.readers.web.findings import Record

HELD: Final = frozenset({"response", "resource", "revisit"})
"""Records that are indexed."""
_TOGETHER: Final = 1024
"""Lines that are compressed together, as py-wacz does."""
_PORTS: Final = {"http": 80, "https": 443}
_WWW: Final = re.compile(r"\Awww[0-9]*\.")


def surt(url: str) -> str:
    """A URL as indexes sort it: the parts of its host turned round, its query sorted.

    As wabac.js makes it (``getSurt``), which looks records up by it.
    """
    if not url.startswith(("http:", "https:")):
        return url
    try:
        parts = urlsplit(url.lower())
        port = f":{parts.port}" if parts.port not in {None, _PORTS[parts.scheme]} else ""
    except ValueError:
        return url
    host = _WWW.sub("", parts.hostname or "", count=1)
    turned = ",".join(reversed(_ascii(host).split(".")))
    query = "&".join(sorted(parts.query.split("&")))
    return f"{turned}{port}){parts.path or '/'}{'?' + query if query else ''}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def line(record: Record, name: str) -> tuple[str, str, str]:
    """Key, time and JSON of a record in the WARC ``name``."""
    url = record.url.decode("utf-8", "replace")
    time = "".join(each for each in record.date.decode("latin-1") if each.isdigit())[:14]
    said = {"url": url, "mime": _mime(record)}
    if record.status is not None:
        said["status"] = str(record.status)
    if digest := record.payload_digest.stated.decode("latin-1") or record.payload_digest.computed:
        said["digest"] = digest
    said |= {"length": str(record.length), "offset": str(record.offset), "filename": name}
    return surt(url), time, json.dumps(said, ensure_ascii=False)


def _mime(record: Record) -> str:
    if record.kind == "revisit":
        return "warc/revisit"
    return record.media_type.decode("latin-1").split(";")[0].strip()


def compressed(lines: Sequence[tuple[str, str, str]], name: str) -> tuple[bytes, bytes]:
    """An index in gzip members, and the index of these members; ``name`` is the first's."""
    members, offset = [], 0
    second = [f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"]
    for some in _parts(sorted(lines)):
        text = "".join(f"{key} {time} {said}\n" for key, time, said in some)
        member = gzip.compress(text.encode(), mtime=0)
        digest = f"sha256:{hashlib.sha256(member).hexdigest()}"
        place = {"offset": offset, "length": len(member), "digest": digest}
        second.append(f"{some[0][0]} {some[0][1]} {json.dumps(place)}\n")
        members.append(member)
        offset += len(member)
    return b"".join(members), "".join(second).encode()


def _parts(lines: Sequence[tuple[str, str, str]]) -> Iterator[Sequence[tuple[str, str, str]]]:
    for at in range(0, len(lines), _TOGETHER):
        yield lines[at : at + _TOGETHER]
