"""Word documents since 2007 (DOCX, DOCM, DOTX): text, properties, authors, files inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.documents.ooxml import held, links, properties, reading
from sviedka.readers.documents.package import Package
from sviedka.readers.documents.wordtext import Story
from sviedka.readers.documents.xml import Start
from sviedka.readers.facts import stated
from sviedka.readers.findings import frames
from sviedka.readers.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

_BODY: Final = re.compile(r"word/document\d*\.xml")
_ASIDE: Final = re.compile(r"word/((?:header|footer)\d*|footnotes|endnotes|comments)\.xml")
_NOTES: Final = frozenset({"footnotes", "endnotes", "comments"})


def docx(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. InputError if it is no such document."""
    del arguments
    return frames(_findings(source))


def _findings(source: FileIO) -> Iterator[Finding]:
    package = Package(source)
    bodies = [name for name in package.names if _BODY.fullmatch(name)]
    if not bodies:
        raise InputError("this package holds no Word document")
    yield from properties(package)
    yield from reading(package, "word/settings.xml", _settings)
    yield from reading(package, "word/people.xml", _people)
    yield from links(package)
    for name in bodies:
        yield from reading(package, name, Story("").read)
    for name in sorted(package.names):
        if aside := _ASIDE.fullmatch(name):
            story = Story("" if aside[1] in _NOTES else aside[1])
            yield from reading(package, name, story.read)
    yield from held(package, Outlet(package.size))


def _settings(events: Iterable[Event]) -> Iterator[Finding]:
    """The mark of the session in which a document was begun; its copies keep it."""
    for event in events:
        if isinstance(event, Start) and event.name == "w:rsidRoot":
            yield from stated(0, "document_id", event.attributes.get("w:val", ""), "w:rsidRoot")


def _people(events: Iterable[Event]) -> Iterator[Finding]:
    """Who took part, with the accounts under which Word knows them ([MS-DOCX] 2.5.3)."""
    for event in events:
        if isinstance(event, Start) and event.name == "w15:person":
            yield from stated(0, "change_by", event.attributes.get("w15:author", ""), event.name)
        elif isinstance(event, Start) and event.name == "w15:presenceInfo":
            account = event.attributes.get("w15:userId", "")
            yield from stated(0, "account_id", account, event.name)
