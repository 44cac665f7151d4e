"""Web archives of the archive as one WACZ package, for the players that others use."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sviedka.capture.contents.spool import spooled
from sviedka.capture.web.resources import resources
from sviedka.capture.whence import called
from sviedka.errors import UsageError
from sviedka.keep.author import TOOL
from sviedka.keep.reading import read_original
from sviedka.readers.web.packing import Page, Warc, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.keep.archive import Archive
    from sviedka.keep.index.items import Item


def pack_items(
    archive: Archive, items: Sequence[Item], out: BinaryIO, title: str = "", purpose: str = ""
) -> int:
    """Write WARC items and the pages in them as one WACZ; how many pages it lists.

    UsageError for an item that is no WARC or was not looked into; InputError for one larger than
    can be held in memory, and what reading an original raises.
    """
    with archive.projector.index.reading() as db:
        names = called(db, [each.id for each in items])
        found = [each for item in items for each in resources(db, item=item.id, pages=True)]
        bare = [item for item in items if not resources(db, item=item.id, limit=1)]
    if bare:
        raise UsageError(
            "this is no web archive, or it was not looked into yet",
            where=f"item {bare[0].id.hex()[:12]}",
            do="`sviedka read ITEM` looks into it",
        )
    pages = [
        Page(_text(each.url), _time(each.time), _text(each.title)) for each in found if each.time
    ]
    with ExitStack() as stack:
        warcs = []
        for number, item in enumerate(items, 1):
            blocks = read_original(archive, item, purpose)
            source = stack.enter_context(spooled(blocks, names.get(item.id, "")))
            suffix = ".gz" if _is_gzip(source) else ""
            warcs.append(Warc(f"data-{number}.warc{suffix}", Path(f"/proc/self/fd/{source}")))
        pack(out, warcs, pages, archive.now(), TOOL, title=title)
    return len(pages)


def _time(stated: str) -> datetime:
    return datetime.fromisoformat(stated).astimezone(UTC)


def _text(stated: bytes) -> str:
    return stated.decode("utf-8", "replace")


def _is_gzip(source: int) -> bool:
    return os.pread(source, 2, 0) == b"\x1f\x8b"
