"""What a web archive is as a whole: sums, what is missing, what is wrong, its signature."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.text import text
from sviedka.capture.web.roots import KNOWN
from sviedka.keep.author import TOOL
from sviedka.readers.web.findings import (
    KINDS,
    Entry,
    Missing,
    Package,
    Page,
    Problem,
    Record,
    Signature,
    Software,
    Unlisted,
)
from sviedka.readers.web.reading import format_of
from sviedka.readers.web.sniff import lies

if TYPE_CHECKING:
    from sviedka.errors import SviedkaError
    from sviedka.readers.web.findings import Digest, Found

MOST: Final = 200
"""So many missing things, and faults, are listed; the rest is counted."""
_LONGEST: Final = 1000
"""Bytes of a name or of words in these lists, so that the record stays far below 1 MiB."""
_SUMS: Final = {"matches": "matched", "differs": "failed", "unknown": "unchecked"} | {
    "unread": "unchecked"
}


class Account:
    """Takes note of all that is found, and says it in one record."""

    def __init__(self, source: int, name: str, item: str, imported: str) -> None:
        self._said: dict[str, Any] = {
            "format": format_of(source),
            "import": imported,
            "item": item,
            "kind": "web_archive",
            "tool": TOOL,
            "v": 1,
            **text("name", name.encode("utf-8", "surrogateescape")),
        }
        self._records: Counter[str] = Counter()
        self._digests: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._missing: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self._failed = False

    def note(self, found: Found) -> None:
        """Take note of one thing."""
        match found:
            case Record():
                self._record(found)
            case Problem():
                self._fault(found.file, found.offset, found.trouble, found.what)
            case Software():
                self._software(found)
            case Page():
                self._counts["pages"] += 1
            case Entry():
                self._entry(found)
            case Missing():
                self._miss(found)
            case Unlisted():
                self._counts["unindexed"] += found.records
            case Package():
                self._package(found)
            case Signature():
                self._sign(found)

    def fail(self, error: SviedkaError) -> None:
        """The reader gave up; what was found until then stands."""
        self._failed = True
        self._fault(b"", 0, "damaged", error.what)

    def record(self) -> dict[str, Any]:
        """The record of kind ``web_archive``."""
        said = self._said
        sums = ("matched", "failed", "unchecked")
        said["digests"] = {name: self._digests[name] for name in sums}
        if said["format"] == "wacz":
            said["files"] = {name: self._files[name] for name in (*sums, "unlisted")}
        kinds = (*KINDS, "unknown")
        said["records"] = [
            {"count": self._records[each], "sort": each} for each in kinds if self._records[each]
        ]
        said |= {name: count for name, count in self._counts.items() if count}
        if self._missing:
            said["missing"] = self._missing
        if self._faults:
            said["faults"] = self._faults
        wrong = self._faults or self._missing or self._files["unlisted"]
        said["outcome"] = "failed" if self._failed else "faults" if wrong else "whole"
        return said

    def _record(self, record: Record) -> None:
        self._records[record.kind] += 1
        for what, digest in (("payload", record.payload_digest), ("block", record.block_digest)):
            self._sum(self._digests, digest)
            if digest.verdict == "differs":
                words = f"the {what} of a {record.kind} is not what its digest says"
                self._fault(record.file, record.offset, "damaged", words)
        self._counts["mistyped"] += lies(record.media_type, record.sniffed)

    @staticmethod
    def _sum(sums: Counter[str], digest: Digest) -> None:
        if digest.verdict in _SUMS:
            sums[_SUMS[digest.verdict]] += 1

    def _software(self, found: Software) -> None:
        if self._said["format"] != "wacz":
            self._said |= text("version", found.version)
            if found.version.startswith(b"ARC"):
                self._said["format"] = "arc"
        if found.name and not {"software", "software_base64"} & self._said.keys():
            self._said |= text("software", found.name)

    def _entry(self, entry: Entry) -> None:
        self._sum(self._files, entry.hash)
        size = entry.bytes_stated
        if entry.hash.verdict == "absent":
            self._files["unlisted"] += 1
        if entry.hash.verdict == "differs" or (size is not None and size != entry.size):
            self._fault(entry.path, 0, "damaged", "it is not what the package lists")

    def _miss(self, found: Missing) -> None:
        if len(self._missing) >= MOST:
            self._counts["missing_more"] += 1
            return
        said: dict[str, Any] = {"what": found.what, **text("name", found.name[:_LONGEST])}
        if found.date:
            said |= text("time", found.date[:_LONGEST])
        self._missing.append(said)

    def _package(self, found: Package) -> None:
        self._said["package"] = found.digest.verdict
        if found.digest.verdict == "differs":
            what = "the list of files is not what its digest says"
            self._fault(b"datapackage.json", 0, "damaged", what)
        for name in ("version", "software", "created", "title"):
            self._said |= text(name, getattr(found, name)) if getattr(found, name) else {}

    def _sign(self, found: Signature) -> None:
        said: dict[str, Any] = {
            "chain": found.chain,
            "form": found.form,
            "integrity": found.integrity,
            "stamp": found.stamp,
            "trust": "known" if _is_known(found) else "unknown",
        }
        for name in ("why", "key", "root", "stamped", "stamp_root"):
            said |= {name: getattr(found, name)} if getattr(found, name) else {}
        for name in ("domain", "created", "software"):
            said |= text(name, getattr(found, name)) if getattr(found, name) else {}
        self._said["signature"] = said
        if found.integrity == "invalid":
            what = f"the signature does not hold: {found.why}"
            self._fault(b"datapackage-digest.json", 0, "damaged", what)

    def _fault(self, file: bytes, offset: int, trouble: str, what: str) -> None:
        if len(self._faults) >= MOST:
            self._counts["faults_more"] += 1
            return
        words = what.encode("utf-8", "replace")[:_LONGEST]
        said: dict[str, Any] = {"offset": offset, "trouble": trouble, **text("what", words)}
        if file:
            said |= text("file", file[:_LONGEST])
        self._faults.append(said)


def _is_known(found: Signature) -> bool:
    return (
        found.integrity == found.chain == found.stamp == "valid"
        and found.root in KNOWN
        and found.stamp_root in KNOWN
    )
