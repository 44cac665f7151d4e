"""Heads of records and of HTTP messages: named fields in lines (ISO 28500:2017, 4; RFC 9112)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST: Final = 1 << 20
"""Bytes of a head; ISO 28500 sets no bound, and a data: URL may be long."""
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?: |\r?$|\r?\n)")
FIRST: Final = 64
"""Bytes that show whether an HTTP message begins."""
_MESSAGE: Final = re.compile(rb"HTTP/\d|[A-Z]{3,16} \S")
_ARC: Final = re.compile(
    rb"(?P<url>[a-z][a-z0-9+.-]*:[^\r\n]*?) (?P<ip>[0-9a-fA-F.:]*) (?P<date>[0-9]{14}|[0-9]{12})"
    rb" (?P<type>[^ \r\n]*)(?: [^ \r\n]*){0,5}? (?P<length>[0-9]{1,16})\r?\n"
)


class Head(NamedTuple):
    """The first line, and the fields by their names in lower case; of several, the first."""

    first: bytes
    fields: dict[bytes, bytes]
    lines: list[bytes]

    def get(self, name: bytes) -> bytes:
        """A field, without the blanks around it; b"" if it is not there."""
        return self.fields.get(name, b"")

    def all(self) -> list[tuple[bytes, bytes]]:
        """All fields as they stand, of one name as many as there are."""
        return [field for line in self.lines if (field := _field(line))]

    def size(self, name: bytes) -> int | None:
        """A field that is a size; None if it is not there or no size."""
        value = self.get(name)
        return int(value) if value.isdigit() and len(value) <= 16 else None


def parse(data: bytes) -> Head:
    """A head of named fields; lines that are none are left out."""
    if b"\n " in data or b"\n\t" in data:
        data = _FOLD.sub(b" ", data)
    first, *lines = data.rstrip(b"\r\n").split(b"\n")
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return Head(first.rstrip(b"\r"), fields, lines)


def _field(line: bytes) -> tuple[bytes, bytes] | None:
    name, colon, value = line.partition(b":")
    return (name.strip().lower(), value.strip()) if colon else None


def begins(start: bytes) -> bool:
    """Whether an HTTP message begins so."""
    return _MESSAGE.match(start) is not None


def status(head: bytes) -> int | None:
    """The status of an HTTP response; None if this is none."""
    found = _STATUS.match(head)
    return int(found[1]) if found else None


def arc(line: bytes) -> Head | None:
    """The line that begins a record of an ARC file, in the words of a WARC; None if it is none.

    Of both versions of https://archive.org/web/researcher/ArcFileFormat.php.
    """
    found = _ARC.fullmatch(line)
    if found is None:
        return None
    url, date = found["url"], found["date"].ljust(14, b"0")
    stated = b"%b-%b-%bT%b:%b:%bZ" % (
        date[:4], date[4:6], date[6:8], date[8:10], date[10:12], date[12:],
    )  # fmt: skip
    about = url.startswith(b"filedesc:")
    fields = {
        b"warc-type": b"warcinfo" if about else b"response",
        b"warc-date": stated,
        b"content-length": found["length"],
        b"content-type": found["type"],
    }
    if not about:
        fields[b"warc-target-uri"] = url
    return Head(b"ARC/1", fields, [])
