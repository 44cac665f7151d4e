"""What all Office Open XML documents share: relationships, properties, what they hold."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.readers.documents.package import MEMBERS
from sviedka.readers.documents.within import within
from sviedka.readers.documents.xml import Start
from sviedka.readers.documents.xmlleaves import leaves
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fact, Fault
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.documents.package import Package
    from sviedka.readers.documents.within import Read
    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding, Value
    from sviedka.readers.outlet import Outlet

_OFFICE: Final = "schemas.openxmlformats.org"
_STRICT: Final = "purl.oclc.org/ooxml"
_METADATA: Final = f"http://{_OFFICE}/package/2006/metadata"
PREFIXES: Final = {
    f"http://{_OFFICE}/wordprocessingml/2006/main": "w",
    f"http://{_STRICT}/wordprocessingml/main": "w",
    f"http://{_OFFICE}/drawingml/2006/main": "a",
    f"http://{_STRICT}/drawingml/main": "a",
    f"http://{_OFFICE}/presentationml/2006/main": "p",
    f"http://{_STRICT}/presentationml/main": "p",
    f"http://{_OFFICE}/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    f"{_METADATA}/core-properties": "cp",
    f"http://{_OFFICE}/officeDocument/2006/extended-properties": "app",
    f"http://{_STRICT}/officeDocument/extendedProperties": "app",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
}
"""Namespaces of ISO/IEC 29500, transitional and strict, by the usual prefixes."""

_PROPERTIES: Final = {
    "dc:creator": "author", "cp:lastModifiedBy": "modified_by", "dc:title": "title",
    "dc:subject": "subject", "dc:description": "description", "dc:language": "language",
    "cp:keywords": "keywords", "cp:category": "category", "cp:revision": "revision",
    "cp:lastPrinted": "printed_stated", "dcterms:created": "created_stated",
    "dcterms:modified": "modified_stated", "dc:identifier": "document_id",
    "app:Company": "company", "app:Manager": "manager", "app:Template": "template",
    "app:TotalTime": "editing_minutes", "app:Pages": "pages", "app:Words": "words",
    "app:Slides": "pages", "app:HyperlinkBase": "file_path", "app:Application": "software",
    "app:AppVersion": "software",
}  # fmt: skip
_LOCAL: Final = re.compile(r"file:|\\\\|[A-Za-z]:[\\/]", re.IGNORECASE)
LINKS: Final = 200
"""Addresses that are stated; a table of contents can have thousands."""
_HELD: Final = re.compile(
    r"(?:word|ppt|xl)/(?:media|embeddings)/[^/]+|docProps/thumbnail\.\w+|.*/vbaProject\.bin"
)
"""Files inside that are files of their own: pictures, embedded documents, macros."""


def reading(package: Package, name: str, read: Read) -> Iterator[Finding]:
    """What ``read`` makes of one XML file inside."""
    yield from within(package, name, PREFIXES, read)


def properties(package: Package) -> Iterator[Finding]:
    """What ``docProps`` states (ISO/IEC 29500-2, 11; 29500-1, 22)."""
    for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        yield from reading(package, name, _properties)


def _properties(found: Iterable[Event]) -> Iterator[Finding]:
    for leaf in leaves(found):
        if leaf.name in _PROPERTIES:
            yield from stated(0, _PROPERTIES[leaf.name], leaf.text, leaf.name)
        elif "pid" in leaf.holder:  # a property of the user's or a firm's own: it may say anything
            yield from stated(0, "custom", leaf.text, f"custom, {leaf.holder.get('name', '')}")


def links(package: Package) -> Iterator[Finding]:
    """Where the document points to: its template, files on its maker's disk, addresses."""
    known: set[tuple[str, Value]] = set()
    for place in package.names:
        if place.endswith(".rels"):
            for finding in reading(package, place, partial(_links, place)):
                if isinstance(finding, Fact):
                    if (finding.name, finding.value) in known or len(known) >= LINKS:
                        continue
                    known.add((finding.name, finding.value))
                yield finding


def _links(place: str, found: Iterable[Event]) -> Iterator[Finding]:
    for event in found:
        if isinstance(event, Start) and event.attributes.get("TargetMode") == "External":
            target = event.attributes.get("Target", "")
            name = "file_path" if _LOCAL.match(target) else "address"
            if target.lower().startswith("mailto:"):
                name = "contact"
            if event.attributes.get("Type", "").endswith("/attachedTemplate"):
                name = "template"
            yield from stated(0, name, target, place)


def held(package: Package, outlet: Outlet) -> Iterator[Finding]:
    """The files inside that are files of their own, as parts."""
    if any(name.endswith("vbaProject.bin") for name in package.names):
        yield fact(0, "macros", value=True, place="vbaProject.bin")
    for name in package.names:
        if _HELD.fullmatch(name):
            yield from inside(outlet, name, name, package.blocks(name))
    if package.crowded:
        yield Fault(0, "package", "too_many", f"more than {MEMBERS} files inside")
