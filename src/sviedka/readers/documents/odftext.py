"""The text of OpenDocument (part 3, 5 to 10) in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.readers.documents.xml import Start
from sviedka.readers.facts import stated
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

_PARAGRAPHS: Final = frozenset({"text:p", "text:h"})
_CHARACTERS: Final = {"text:tab": "\t", "text:line-break": "\n", "text:soft-hyphen": "\u00ad"}
_ASIDE: Final = {
    "text:note": "note", "office:annotation": "comment", "text:deletion": "deleted",
    "draw:page": "page",
}  # fmt: skip
_SIGNED: Final = {"office:annotation": "comment_by", "office:change-info": "change_by"}
_SPACES: Final = 1000  # of one text:s


class Story:
    """One XML file's text. Paragraphs and rows count from 1, wherever they stand."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._aside: list[str] = []  # notes, comments, slides that are open, outermost first
        self._counts: dict[str, int] = {}
        self._open: list[list[str]] = []  # paragraphs
        self._around: list[str] = []  # elements
        self._signed: set[tuple[str, str]] = set()
        self._cells: list[str] = []
        self._cell: list[str] = []
        self._tables = self._rows = 0

    def read(self, events: Iterable[Event]) -> Iterator[Finding]:
        """Yield its text, and the names that stand by its notes and changes."""
        for event in events:
            if isinstance(event, str):
                yield from self._text(event)
            elif isinstance(event, Start):
                self._start(event.name, event.attributes)
            else:
                yield from self._end(event.name)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._around.append(name)
        if name in _PARAGRAPHS:
            self._open.append([])
        elif name in _CHARACTERS:
            self._write(_CHARACTERS[name])
        elif name == "text:s":
            count = attributes.get("text:c", "1")
            self._write(" " * min(int(count) if count.isdecimal() else 1, _SPACES))
        elif name in _ASIDE:
            self._aside.append(self._counted(_ASIDE[name]))
        elif name == "table:table":
            self._tables += 1
            if self._tables == 1:
                self._counted("table")
                self._rows = 0

    def _text(self, text: str) -> Iterator[Finding]:
        inside = self._around[-1] if self._around else ""
        if inside == "dc:creator":
            holder = self._around[-2] if len(self._around) > 1 else ""
            name = _SIGNED.get(holder, "")
            if name and (name, text) not in self._signed:
                self._signed.add((name, text))
                yield from stated(0, name, text, self._place("dc:creator"))
        elif inside not in {"dc:date", "meta:date-string", "text:note-citation"}:
            self._write(text)

    def _end(self, name: str) -> Iterator[Finding]:
        self._around.pop()
        if name in _PARAGRAPHS:
            yield from self._paragraph("".join(self._open.pop()))
        elif name in _ASIDE:
            self._aside.pop()
        elif name == "table:table":
            self._tables -= 1
        elif name == "table:table-cell" and self._tables == 1:
            self._cells.append("\n".join(self._cell))
            self._cell.clear()
        elif name == "table:table-row" and self._tables == 1:
            self._rows += 1
            place = self._place(f"table {self._counts['table']}, row {self._rows}")
            yield from texts(0, place, "\t".join(self._cells))
            self._cells.clear()

    def _paragraph(self, text: str) -> Iterator[Finding]:
        if self._tables:
            self._cell.append(text)
        else:
            yield from texts(0, self._place(self._counted("paragraph")), text)

    def _write(self, text: str) -> None:
        if self._open:
            self._open[-1].append(text)

    def _counted(self, name: str) -> str:
        self._counts[name] = self._counts.get(name, 0) + 1
        return f"{name} {self._counts[name]}"

    def _place(self, last: str) -> str:
        return ", ".join(filter(None, (self._name, *self._aside, last)))
