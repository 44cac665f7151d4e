"""Slides since 2007 (PPTX, PPTM): text by slide, speaker's notes, comments, properties."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.documents.ooxml import held, links, properties, reading
from sviedka.readers.documents.package import Package
from sviedka.readers.documents.xml import Start
from sviedka.readers.facts import stated
from sviedka.readers.findings import frames
from sviedka.readers.outlet import Outlet
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

_SHOWN: Final = re.compile(r"ppt/(slide|notesSlide|comment|modernComment)s/\w+?(\d{1,6})\.xml")
_NAMES: Final = {"slide": "slide", "notesSlide": "notes", "comment": "comments"}
_TEXT: Final = frozenset({"a:t", "p:text"})


def pptx(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no such document."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    package = Package(source)
    shown = [found for name in package.names if (found := _SHOWN.fullmatch(name))]
    if not shown:
        raise InputError("this package holds no slides")
    yield from properties(package)
    yield from links(package)
    yield from reading(package, "ppt/commentAuthors.xml", _authors)
    for found in sorted(shown, key=lambda found: (int(found[2]), found[1] != "slide")):
        place = f"{_NAMES.get(found[1], 'comments')} {int(found[2])}"
        yield from reading(package, found[0], partial(_slide, place))
    yield from held(package, Outlet(package.size))


def _slide(place: str, found: Iterable[Event]) -> Iterator[Finding]:
    """Paragraph by paragraph, in the order in which the shapes stand in the file."""
    writing = False
    pieces: list[str] = []
    for event in found:
        if isinstance(event, str):
            if writing:
                pieces.append(event)
        elif isinstance(event, Start):
            writing = event.name in _TEXT
            if event.name == "a:br":
                pieces.append("\n")
        else:
            writing = False
            if event.name in {"a:p", "p:text"}:
                yield from texts(0, place, "".join(pieces))
                pieces.clear()


def _authors(found: Iterable[Event]) -> Iterator[Finding]:
    for event in found:
        if isinstance(event, Start) and event.name == "p:cmAuthor":
            yield from stated(0, "comment_by", event.attributes.get("name", ""), event.name)
