"""XMP packets (ISO 16684-1) outside of pictures: in PDF, in video, in sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.readers.documents.xml import Start, events
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault
from sviedka.readers.outlet import PartError
from sviedka.readers.pictures.position import position
from sviedka.readers.pictures.tags import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding

LARGEST: Final = 1 << 20
"""Bytes of a packet that are read; the standard recommends two thousand, Photoshop writes more."""
MOST: Final = 500
"""Properties that are stated."""
PACKETS: Final = 8
"""Packets of one file that are read."""
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_ADOBE: Final = "http://ns.adobe.com"
_PREFIXES: Final = {
    f"{_ADOBE}/xap/1.0/": "xmp", f"{_ADOBE}/xap/1.0/mm/": "xmpMM",
    f"{_ADOBE}/xap/1.0/rights/": "xmpRights", f"{_ADOBE}/photoshop/1.0/": "photoshop",
    f"{_ADOBE}/exif/1.0/": "exif", f"{_ADOBE}/tiff/1.0/": "tiff",
    f"{_ADOBE}/exif/1.0/aux/": "aux", f"{_ADOBE}/xap/1.0/sType/ResourceRef#": "stRef",
    f"{_ADOBE}/xap/1.0/sType/ResourceEvent#": "stEvt", f"{_ADOBE}/pdf/1.3/": "pdf",
    "http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf", "http://cipa.jp/exif/1.0/": "exifEX",
}  # fmt: skip


def packets(content: bytes) -> Iterator[bytes]:
    """The packets that lie open somewhere in ``content``."""
    at = 0
    for _ in range(PACKETS):
        at = content.find(_BEGIN, at)
        end = content.find(_END, at, at + LARGEST) if at >= 0 else -1
        if end < 0:
            return
        yield content[at : end + len(_END)]
        at = end


def xmp(packet: bytes) -> Iterator[Finding]:
    """The facts that a packet states, by the names that Exiv2 gives its properties."""
    found: dict[str, str] = {}
    try:
        for name, value in _properties(packet[:LARGEST]):
            if len(found) >= MOST:
                break
            if value.strip():
                found[name] = f"{found[name]}; {value}" if name in found else value
    except PartError as error:
        yield Fault(0, "XMP", error.trouble, error.what)
    for tag, value in found.items():
        if name := meaning(tag):
            yield from stated(0, name, value, tag)
    yield from stated(0, "gps_position", position(found), "Xmp.exif")


def _properties(packet: bytes) -> Iterator[tuple[str, str]]:
    """Path and value: of an attribute, or of an element's text, whatever lists it stands in."""
    path: list[str] = []
    for event in events([packet], _PREFIXES):
        if isinstance(event, Start):
            path.append(event.name if _is_property(event.name) else "")
            for key, value in event.attributes.items():
                if _is_property(key):
                    yield _tag([*path, key]), value
        elif isinstance(event, str):
            if any(path):
                yield _tag(path), event.strip()
        else:
            path.pop()


def _is_property(name: str) -> bool:
    """Whether it is one of those known here, and not RDF's own scaffolding."""
    return ":" in name and not name.startswith("rdf:")


def _tag(path: list[str]) -> str:
    """``Xmp.xmpMM.History/stEvt:when``."""
    first, *rest = filter(None, path)
    return "/".join((f"Xmp.{first.replace(':', '.', 1)}", *rest))
