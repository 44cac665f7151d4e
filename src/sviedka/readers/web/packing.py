"""Writing a WACZ 1.1.1 package around WARC files, so that players and ``wacz validate`` take it.

The same WARCs, pages and time give the same bytes. The WARCs are read in the sandbox for their
index, and copied as they are, not compressed again, so that each record stays addressable.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from contextlib import closing
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from sviedka.errors import InputError, UsageError
from sviedka.readers.web import cdxj
from sviedka.readers.web.findings import Record
from sviedka.readers.web.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

VERSION: Final = "1.1.1"
"""The newest that ``wacz validate`` knows."""
_BLOCK: Final = 1 << 20
_SUFFIXES: Final = (".warc", ".warc.gz")


class Warc(NamedTuple):
    """A WARC to be packed: what it is to be called, and where it lies."""

    name: str
    place: Path


class Page(NamedTuple):
    """A page of the collection: where somebody begins to read. ``time`` is in UTC."""

    url: str
    time: datetime
    title: str = ""


def pack(  # noqa: PLR0913 - what to pack, and what the package says of itself
    out: IO[bytes],
    warcs: Sequence[Warc],
    pages: Iterable[Page],
    created: datetime,
    software: str,
    *,
    title: str = "",
) -> None:
    """Write WARC files and their pages as one WACZ to ``out``, which may be a pipe.

    ``created`` is in UTC. The names of the files must differ, and end in .warc or .warc.gz, lower
    case letters; UsageError if not. InputError or SandboxError for what is no WARC.
    """
    _check_names(warcs)
    with zipfile.ZipFile(out, "w") as zipped:
        package = _Package(zipped, created)
        lines: list[tuple[str, str, str]] = []
        for warc in warcs:
            lines += _copy(package, warc)
        index, second = cdxj.compressed(lines, "index.cdx.gz")
        package.add("indexes/index.cdx.gz", index, stored=True)
        package.add("indexes/index.idx", second)
        package.add("pages/pages.jsonl", _pages(pages))
        package.close(software, title)


class _Package:
    """A ZIP file in the making, which remembers what it lists."""

    def __init__(self, zipped: zipfile.ZipFile, created: datetime) -> None:
        self._zipped = zipped
        self._created = created
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, content: bytes, *, stored: bool = False) -> None:
        """A small file."""
        self._write(path, [content], len(content), stored=stored)

    def copy(self, path: str, blocks: Iterable[bytes], size: int) -> None:
        """A file of this size, as it is."""
        self._write(path, blocks, size, stored=True)

    def close(self, software: str, title: str) -> None:
        """What the package lists, and the hash of that."""
        said: dict[str, Any] = {"profile": "data-package", "resources": self._resources}
        if title:
            said["title"] = title
        said |= {
            "created": self._created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "wacz_version": VERSION,
            "software": software,
        }
        package = _json(said)
        self.add("datapackage.json", package)
        digest = f"sha256:{hashlib.sha256(package).hexdigest()}"
        self.add("datapackage-digest.json", _json({"path": "datapackage.json", "hash": digest}))

    def _write(self, path: str, blocks: Iterable[bytes], size: int, *, stored: bool) -> None:
        info = zipfile.ZipInfo(path, self._created.timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.create_system = 3  # Unix, wherever it is written, so that the bytes are the same
        digest, written = hashlib.sha256(), 0
        with self._zipped.open(info, "w", force_zip64=size >= zipfile.ZIP64_LIMIT) as entry:
            for block in blocks:
                entry.write(block)
                digest.update(block)
                written += len(block)
        if written != size:
            raise InputError("it changed while it was packed", where=path)
        self._resources.append(
            {
                "name": path.rpartition("/")[2],
                "path": path,
                "hash": f"sha256:{digest.hexdigest()}",
                "bytes": size,
            }
        )


def _check_names(warcs: Sequence[Warc]) -> None:
    names = [each.name for each in warcs]
    if not names:
        raise UsageError("a package needs a WARC file")
    for name in names:
        if not name.endswith(_SUFFIXES) or name != name.lower() or names.count(name) > 1:
            raise UsageError("this name does not do for a WARC within a package", where=name)


def _copy(package: _Package, warc: Warc) -> Iterator[tuple[str, str, str]]:
    """Copy a WARC in; gives the lines of its index."""
    with warc.place.open("rb", buffering=0) as source:
        size = os.fstat(source.fileno()).st_size
        with closing(read(source.fileno())) as findings:
            lines = [
                cdxj.line(each, warc.name)
                for each in findings
                if isinstance(each, Record) and each.kind in cdxj.HELD and each.length
            ]
        source.seek(0)
        package.copy(f"archive/{warc.name}", iter(lambda: source.read(_BLOCK), b""), size)
    yield from lines


def _pages(pages: Iterable[Page]) -> bytes:
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    for each in pages:
        time = each.time.strftime("%Y-%m-%dT%H:%M:%SZ")
        name = hashlib.sha256(f"{time} {each.url}".encode()).hexdigest()[:16]
        lines.append({"id": name, "url": each.url, "ts": time, "title": each.title or each.url})
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in lines).encode()


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=2).encode()
