"""OpenDocument 1.3: texts (ODT) and slides (ODP), with notes, changes and the names in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.documents.odftext import Story
from sviedka.readers.documents.package import Package
from sviedka.readers.documents.within import within
from sviedka.readers.documents.xml import Start, events
from sviedka.readers.documents.xmlleaves import leaves
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.outlet import Outlet, PartError
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
PREFIXES: Final = {
    **{f"{_OASIS}:{name}:1.0": name for name in ("office", "text", "table", "meta", "config")},
    f"{_OASIS}:drawing:1.0": "draw",
    f"{_OASIS}:manifest:1.0": "manifest",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/1999/xlink": "xlink",
}
"""Namespaces of OpenDocument by the prefixes that the standard uses."""
_META: Final = {
    "meta:initial-creator": "author", "dc:creator": "modified_by", "meta:printed-by": "modified_by",
    "meta:creation-date": "created_stated", "dc:date": "modified_stated",
    "meta:print-date": "printed_stated", "meta:generator": "software", "dc:title": "title",
    "dc:subject": "subject", "dc:description": "description", "meta:keyword": "keywords",
    "dc:language": "language", "meta:editing-cycles": "revision", "meta:user-defined": "custom",
}  # fmt: skip
_SETTINGS: Final = {"PrinterName": "printer", "RsidRoot": "document_id"}
_HELD: Final = re.compile(
    r"(?:Pictures|Thumbnails|[Mm]edia|Object [^/]+)/[^/]+|ObjectReplacements/.+"
)
_MACROS: Final = re.compile(r"(?:Basic|Scripts)/.+/.+")


def odf(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no such document."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    package = Package(source)
    if "content.xml" not in package:
        raise InputError("this package holds no OpenDocument")
    yield from within(package, "meta.xml", PREFIXES, _meta)
    yield from within(package, "settings.xml", PREFIXES, _settings)
    if any(_MACROS.fullmatch(name) for name in package.names):
        yield fact(0, "macros", value=True, place="Basic")
    if _encrypted(package):
        yield Fault(0, "document", "encrypted", "the document needs a password")
        return
    yield from within(package, "content.xml", PREFIXES, Story("").read)
    yield from within(package, "styles.xml", PREFIXES, Story("styles").read)  # headers, footers
    outlet = Outlet(package.size)
    for name in package.names:
        if _HELD.fullmatch(name):
            yield from inside(outlet, name, name, package.blocks(name))


def _meta(found: Iterable[Event]) -> Iterator[Finding]:
    for leaf in leaves(found):
        if leaf.name in _META:
            yield from stated(0, _META[leaf.name], leaf.text, leaf.name)
        elif leaf.name == "meta:template":
            yield from stated(0, "template", leaf.attributes.get("xlink:href", ""), leaf.name)


def _settings(found: Iterable[Event]) -> Iterator[Finding]:
    for leaf in leaves(found):
        name = leaf.attributes.get("config:name", "")
        if name in _SETTINGS:
            yield from stated(0, _SETTINGS[name], leaf.text, name)


def _encrypted(package: Package) -> bool:
    """Whether the manifest says so of any file (part 2, 4.4)."""
    try:
        return any(
            isinstance(event, Start) and event.name == "manifest:encryption-data"
            for event in events(package.blocks("META-INF/manifest.xml"), PREFIXES)
        )
    except PartError:
        return False
