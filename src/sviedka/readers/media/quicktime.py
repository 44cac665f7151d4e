"""What movies state in their user data and metadata: QuickTime keys, iTunes lists, 3GPP."""

from __future__ import annotations

import re
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import decode
from sviedka.readers.facts import stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding
    from sviedka.readers.media.boxes import Box, Boxes

_MOST: Final = 1000  # keys
_KEYS: Final = {
    "make": "device_make", "model": "device_model", "software": "software",
    "creationdate": "created_stated", "author": "author", "artist": "author",
    "director": "author", "producer": "author", "title": "title", "displayname": "title",
    "description": "description", "comment": "comment", "copyright": "copyright",
    "keywords": "keywords", "encoder": "encoder", "camera.identifier": "device_serial",
    "camera.serialnumber": "device_serial", "camera.lens_model": "lens_model",
    "content.identifier": "image_id", "android.version": "device_software",
    "android.manufacturer": "device_make", "android.model": "device_model",
    "direction.facing": "gps_direction", "information": "comment",
}  # fmt: skip
_PREFIXES: Final = ("com.apple.quicktime.", "com.apple.photos.", "com.", "mdta.")
_FOURS: Final = {
    b"\xa9mak": "device_make", b"\xa9mod": "device_model", b"\xa9swr": "software",
    b"\xa9too": "encoder", b"\xa9enc": "encoder", b"\xa9xyz": "gps_position", b"\xa9nam": "title",
    b"\xa9ART": "author", b"\xa9aut": "author", b"\xa9wrt": "author", b"aART": "author",
    b"\xa9dir": "author", b"\xa9prd": "author", b"\xa9own": "owner", b"\xa9day": "created_stated",
    b"\xa9cmt": "comment", b"\xa9cpy": "copyright", b"cprt": "copyright", b"\xa9des": "description",
    b"desc": "description", b"\xa9inf": "comment", b"\xa9key": "keywords", b"auth": "author",
    b"titl": "title", b"dscp": "description", b"loci": "place_name", b"apID": "account_id",
    b"ownr": "owner", b"manu": "device_make", b"modl": "device_model", b"FIRM": "device_software",
    b"CAME": "device_serial", b"LENS": "lens_serial",
}  # fmt: skip
_THREE_GPP: Final = frozenset({b"auth", b"titl", b"dscp", b"cprt", b"loci"})  # TS 26.244, 8
_POSITION: Final = re.compile(r"([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")  # ISO 6709


def user_data(boxes: Boxes, box: Box) -> Iterator[Finding]:
    """The texts in a ``udta`` box, or in the ``ilst`` of iTunes."""
    for each in boxes.inside(box.start, box.end):
        if each.kind == b"meta":
            yield from metadata(boxes, each)
        elif each.kind in _FOURS:
            place = f"udta {each.kind.decode('latin-1')}"
            value = _text(boxes.content(each, most=1 << 16), each.kind)
            yield from _stated(_FOURS[each.kind], value, place)


def metadata(boxes: Boxes, box: Box) -> Iterator[Finding]:
    """The texts of a ``meta`` box: keys by name, or letters."""
    skip = 0 if boxes.content(box, 4, 4) == b"hdlr" else 4  # QuickTime's has no version
    keys: list[str] = []
    for each in boxes.inside(box.start + skip, box.end):
        if each.kind == b"keys":
            keys = _names(boxes.content(each))
        elif each.kind == b"ilst":
            yield from _items(boxes, each, keys)


def _items(boxes: Boxes, box: Box, keys: list[str]) -> Iterator[Finding]:
    for item in boxes.inside(box.start, box.end):
        number = int.from_bytes(item.kind, "big")
        key = keys[number - 1] if 0 < number <= len(keys) else ""
        name = _meaning(key) if key else _FOURS.get(item.kind, "")
        if not name:
            continue
        for each in boxes.inside(item.start, item.end):
            if each.kind == b"data" and boxes.content(each, 3, 1) in {b"\0", b"\1"}:
                value = decode(boxes.content(each, 8, 1 << 16), "utf-8")[0]
                yield from _stated(name, value, key or item.kind.decode("latin-1"))


def _names(content: bytes) -> list[str]:
    """The names in a ``keys`` box."""
    found: list[str] = []
    at = 8
    while at + 8 <= len(content) and len(found) < _MOST:
        size = max(unpack_from(">I", content, at)[0], 8)
        found.append(content[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    return found


def _meaning(key: str) -> str:
    if "location.ISO6709" in key:
        return "gps_position"
    if "location." in key:
        return "place_name"
    for prefix in _PREFIXES:
        if key.startswith(prefix) and key.removeprefix(prefix) in _KEYS:
            return _KEYS[key.removeprefix(prefix)]
    return _KEYS.get(key, "")


def _text(content: bytes, kind: bytes) -> str:
    """Text after QuickTime's length and language, in 3GPP's form, or bare."""
    if kind in _THREE_GPP:
        return decode(content[6:], "")[0].partition("\0")[0]
    if kind[:1] == b"\xa9" and len(content) >= 4:
        return decode(content[4 : 4 + unpack_from(">H", content)[0]], "")[0]
    return decode(content, "")[0].strip("\0")


def _stated(name: str, value: str, place: str) -> Iterator[Finding]:
    if name == "gps_position" and (found := _POSITION.match(value)):
        value = f"{float(found[1]):.6f}, {float(found[2]):.6f}"
    yield from stated(0, name, value, place)
