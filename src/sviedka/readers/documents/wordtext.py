"""The text of WordprocessingML (ISO/IEC 29500-1, 17) in reading order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from sviedka.readers.documents.xml import Start
from sviedka.readers.facts import stated
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

_CHARACTERS: Final = {
    "w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "\u2011",
    "w:softHyphen": "\u00ad",
}  # fmt: skip
_NOTES: Final = {"w:footnote": "footnote", "w:endnote": "endnote", "w:comment": "comment"}
_GROUPS: Final = {
    "w:tbl": "table", "w:del": "removed", "w:moveFrom": "removed", "w:t": "text",
    "w:delText": "text", "mc:Fallback": "repeated",  # for old programs, what stands beside it
}  # fmt: skip
_CHANGES: Final = frozenset({
    "w:del", "w:moveFrom", "w:ins", "w:moveTo", "w:pPrChange", "w:rPrChange", "w:sectPrChange",
    "w:tblPrChange", "w:trPrChange", "w:tcPrChange", "w:cellIns", "w:cellDel", "w:cellMerge",
})  # fmt: skip


class Story:
    """One run of text: the body, a header, the footnotes, the comments.

    Paragraphs and the rows of tables count from 1 within it; what stands in a table within a table
    belongs to the outer cell. Text that a tracked change removed comes apart, as ``deleted``.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._note = ""
        self._paragraphs = self._tables = self._rows = 0
        self._open: list[tuple[list[str], list[str]]] = []  # paragraphs: what stands, what is gone
        self._cells: list[str] = []
        self._cell: list[str] = []
        self._inside: Counter[str] = Counter()  # how many of these are open
        self._signed: set[tuple[str, str]] = set()

    def read(self, events: Iterable[Event]) -> Iterator[Finding]:
        """Yield its text, and the names that stand by its notes and changes."""
        for event in events:
            if isinstance(event, str):
                if self._inside["text"]:
                    self._write(event)
            elif isinstance(event, Start):
                yield from self._start(event.name, event.attributes)
            else:
                yield from self._end(event.name)

    def _start(self, name: str, attributes: dict[str, str]) -> Iterator[Finding]:
        if group := _GROUPS.get(name):
            self._inside[group] += 1
        if name in _CHARACTERS:
            self._write(_CHARACTERS[name])
        elif name == "w:p":
            self._open.append(([], []))
        elif name == "w:tbl" and self._inside["table"] == 1:
            self._tables += 1
            self._rows = 0
        elif name in _NOTES:
            self._note = f"{_NOTES[name]} {attributes.get('w:id', '')}"
            yield from self._sign("comment_by", attributes)
        elif name in _CHANGES:
            yield from self._sign("change_by", attributes)

    def _end(self, name: str) -> Iterator[Finding]:
        if group := _GROUPS.get(name):
            self._inside[group] -= 1
        if name == "w:p":
            yield from self._paragraph(*self._open.pop())
        elif name == "w:tc" and self._inside["table"] == 1:
            self._cells.append("\n".join(self._cell))
            self._cell.clear()
        elif name == "w:tr" and self._inside["table"] == 1:
            self._rows += 1
            yield from texts(0, self._place(self._row()), "\t".join(self._cells))
            self._cells.clear()
        elif name in _NOTES:
            self._note = ""

    def _paragraph(self, stands: list[str], gone: list[str]) -> Iterator[Finding]:
        text = "".join(stands)
        if self._inside["table"]:
            place = self._row(1)
            self._cell.append(text)
        else:
            self._paragraphs += 1
            place = "" if self._note else f"paragraph {self._paragraphs}"
            yield from texts(0, self._place(place), text)
        yield from texts(0, self._place(place, "deleted"), "".join(gone))

    def _write(self, text: str) -> None:
        if self._open and not self._inside["repeated"]:
            self._open[-1][1 if self._inside["removed"] else 0].append(text)

    def _sign(self, name: str, attributes: dict[str, str]) -> Iterator[Finding]:
        """Each author once; the same name as that of a comment and of a change is two facts."""
        author = attributes.get("w:author", "")
        if (name, author) not in self._signed:
            self._signed.add((name, author))
            yield from stated(0, name, author, self._place("w:author"))

    def _row(self, ahead: int = 0) -> str:
        return f"table {self._tables}, row {self._rows + ahead}"

    def _place(self, *rest: str) -> str:
        return ", ".join(part for part in (self._name, self._note, *rest) if part)
