"""What a web archive holds, as records: one a resource, and one of the whole."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.text import text
from sviedka.capture.web.account import Account
from sviedka.errors import InputError, SandboxError
from sviedka.readers.web.findings import Page, Record
from sviedka.readers.web.lists import bare
from sviedka.readers.web.reading import read
from sviedka.readers.web.sniff import lies

if TYPE_CHECKING:
    from collections.abc import Iterator

_SORTS: Final = frozenset({"response", "resource", "revisit", "conversion"})
_TIME: Final = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")


def records(source: int, name: str, item: str, imported: str) -> Iterator[dict[str, Any]]:
    """Records of kind ``resource`` in the order of the file, at last one of ``web_archive``.

    ``source`` is a descriptor open for reading only, that can seek; ``name`` what the file is
    called, ``item`` the id of its record, ``imported`` that of the import. The same file gives the
    same records. What cannot be read stands in the last one; nothing about the file is raised.
    """
    account = Account(source, name, item, imported)
    pages: dict[bytes, bytes] = {}
    number = 0
    try:
        with closing(read(source)) as findings:
            for each in findings:
                account.note(each)
                if isinstance(each, Page):
                    pages.setdefault(bare(each.url), each.title)
                elif isinstance(each, Record) and each.kind in _SORTS:
                    number += 1
                    yield {
                        "import": imported,
                        "item": item,
                        "number": number,
                        **_resource(each, pages),
                    }
    except (InputError, SandboxError) as error:
        account.fail(error)
    yield account.record()


def _resource(record: Record, pages: dict[bytes, bytes]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "block": record.block_digest.verdict,
        "kind": "resource",
        "offset": record.offset,
        "payload": record.payload,
        "sort": record.kind,
        "v": 1,
        "verdict": record.payload_digest.verdict,
    }
    said |= _time(record.date)
    sizes = {"at": record.at, "length": record.length, "status": record.status}
    said |= {key: size for key, size in sizes.items() if size is not None}
    words = {
        "digest": record.payload_digest.stated,
        "file": record.file,
        "record_id": record.id,
        "refers_to": record.refers_to,
        "refers_to_time": record.refers_to_date,
        "refers_to_url": record.refers_to_url,
        "truncated": record.truncated,
        "type": record.media_type,
        "url": record.url,
    }
    for key, value in words.items():
        said |= text(key, value) if value else {}
    names = {"computed": record.payload_digest.computed, "sniffed": record.sniffed}
    said |= {key: value for key, value in names.items() if value}
    if record.skip:
        said["skip"] = record.skip
    if record.trouble:
        said["trouble"] = record.trouble
    if lies(record.media_type, record.sniffed):
        said["mistyped"] = True
    title = pages.get(bare(record.url)) if record.url else None
    if title is not None:
        said["page"] = True
        said |= text("title", title) if title else {}
    return said


def _time(stated: bytes) -> dict[str, str]:
    if _TIME.fullmatch(stated):
        return {"time": stated.decode()}
    return text("time_stated", stated) if stated else {}
