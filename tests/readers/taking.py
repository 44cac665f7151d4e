"""What a reader finds, put in order, and held to what ``findings`` promises."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from io import FileIO
from typing import TYPE_CHECKING

from sviedka.errors import InputError
from sviedka.readers import (
    Data,
    Fact,
    Fault,
    Part,
    PartEnd,
    Row,
    Table,
    Text,
    format_of,
    read,
)
from sviedka.readers.findings import BLOCK, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sviedka.readers import Finding

TROUBLES = {
    "damaged", "encrypted", "escapes", "too_big", "too_deep", "too_many", "unsupported",
}  # fmt: skip


@dataclass
class Taken:
    """Findings by sort. ``contents`` are the bytes of parts and ``troubles`` what is wrong with
    them, by number; ``refused`` is the InputError that ended it, if one did.
    """

    parts: list[Part] = field(default_factory=list)
    contents: dict[int, bytes] = field(default_factory=dict)
    troubles: dict[int, str | None] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    tables: list[tuple[Table, list[Row]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refused: InputError | None = None

    @property
    def files(self) -> list[tuple[bytes, bytes]]:
        """Names and bytes of parts, in order."""
        return [(part.name, self.contents[part.number]) for part in self.parts]

    @property
    def named(self) -> dict[bytes, bytes]:
        """The bytes of parts by their names."""
        return dict(self.files)

    def fact(self, name: str, part: int = 0) -> list[object]:
        """The values of facts about a part."""
        return [each.value for each in self.facts if (each.name, each.part) == (name, part)]

    def text(self, part: int = 0) -> str:
        """The text of a part."""
        return "\n".join(each.text for each in self.texts if each.part == part)

    def faulty(self) -> list[tuple[int, str]]:
        """Parts and troubles of faults."""
        return [(each.part, each.trouble) for each in self.faults]


class _Taker:
    """Takes one finding after another, and sees to it that parts do not overlap."""

    def __init__(self) -> None:
        self.taken = Taken()
        self.open: int | None = None
        self._held = bytearray()

    def part(self, each: Part) -> None:
        assert self.open is None, "parts overlap"
        assert each.number == len(self.taken.parts) + 1, "parts are numbered in order"
        assert 0 <= each.parent < each.number, "a part follows what holds it"
        self.open = each.number
        self.taken.parts.append(each)

    def data(self, each: Data) -> None:
        assert self.open is not None, "bytes of nothing"
        assert 0 < len(each.content) <= BLOCK
        self._held += each.content

    def end(self, each: PartEnd) -> None:
        assert each.number == self.open, "the end of another part"
        self.taken.contents[each.number] = bytes(self._held)
        self.taken.troubles[each.number] = each.trouble
        self._held.clear()
        self.open = None

    def said(self, each: Fact | Text | Table | Row | Fault) -> None:
        assert 0 <= each.part <= len(self.taken.parts), "about a part that has not come"
        match each:
            case Fact():
                self.taken.facts.append(each)
            case Text():
                self.taken.texts.append(each)
            case Table():
                self.taken.tables.append((each, []))
            case Row():
                self.taken.tables[-1][1].append(each)
            case Fault():
                assert each.trouble in TROUBLES
                assert each.what
                self.taken.faults.append(each)


def take(findings: Iterable[Finding | None]) -> Taken:
    """Take findings, of which each must keep to the rules."""
    taker = _Taker()
    try:
        for each in findings:
            match each:
                case Part():
                    taker.part(each)
                case Data():
                    taker.data(each)
                case PartEnd():
                    taker.end(each)
                case Fact() | Text() | Table() | Row() | Fault():
                    taker.said(each)
    except InputError as error:
        taker.taken.refused = error
    assert taker.open is None, "a part without an end"
    return taker.taken


def parsed(parse: Callable[..., Iterable[bytes]], data: bytes, arguments: bytes = b"") -> Taken:
    """What a parser makes of bytes, in this process: hypothesis calls it often."""

    def findings() -> Iterable[Finding]:
        source = os.memfd_create("source")
        try:
            os.write(source, data)
            os.lseek(source, 0, os.SEEK_SET)
            for frame in parse(FileIO(source, closefd=False), arguments):
                if frame:
                    yield from decode(frame)
        finally:
            os.close(source)

    return take(findings())


def confined(path: Path, name: str | None = None) -> Taken:
    """What the reader that fits a file makes of it, in the sandbox."""
    source = os.open(path, os.O_RDONLY)
    try:
        form = format_of(os.pread(source, 1 << 16, 0), name or path.name)
        assert form is not None, "no reader knows it"
        return take(read(source, form))
    finally:
        os.close(source)
