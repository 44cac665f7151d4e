"""CSV and its kin: rows as written, whatever divides their fields."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from sviedka.readers.encodings import SAMPLE, encoding_of
from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault, Row, Table, frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.readers.findings import Finding

LONGEST_LINE: Final = 1 << 21
"""Characters of a line: one row of a spreadsheet holds at most 16,384 cells of 32,767."""
_DIVIDERS: Final = ",;\t|"
_TRIED: Final = 200  # lines


def parse(source: io.FileIO, arguments: bytes) -> Iterable[bytes]:
    """For the sandbox: the rows of a text whose lines are rows."""
    del arguments
    return frames(findings(io.BufferedReader(source)))


def findings(file: BinaryIO) -> Iterator[Finding]:
    """One table; no row is taken for a heading, for nothing marks one."""
    sample = file.read(SAMPLE)
    file.seek(0)
    encoding = encoding_of(sample)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    yield fact(0, "charset_used", encoding, "text")
    yield Table(0, "", None)
    csv.field_size_limit(LONGEST_LINE)
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=_divider(sample.decode(encoding, "ignore")))
    number = 0
    while True:
        number += 1
        try:
            values = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield Fault(0, f"row {number}", "damaged", f"it breaks the rules of CSV: {error}")
            continue
        if values:
            yield Row(0, number, list(values))
    yield from lines.faults()


class _Lines:
    """Lines of bounded length, with note taken of what is wrong with them."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._number = 0
        self._long = self._garbled = 0

    def __iter__(self) -> Iterator[str]:
        whole = True
        while line := self._text.readline(LONGEST_LINE):
            self._number += whole
            whole = line.endswith(("\n", "\r")) or len(line) < LONGEST_LINE
            if not whole and not self._long:
                self._long = self._number
            if not self._garbled and "\ufffd" in line:
                self._garbled = self._number
            yield line

    def faults(self) -> Iterator[Fault]:
        """What was wrong, each by the first line that has it."""
        if self._long:
            what = f"it is longer than {LONGEST_LINE} characters and was cut into rows"
            yield Fault(0, f"line {self._long}", "too_big", what)
        if self._garbled:
            what = "some characters are not of the encoding that the text seems to be in"
            yield Fault(0, f"line {self._garbled}", "damaged", what)


def _divider(sample: str) -> str:
    """What divides the fields: that by which most lines come out equally wide, and wide."""
    lines = list(islice(io.StringIO(sample, newline=""), _TRIED))
    if len(lines) > 1:
        lines.pop()  # it may be cut
    return max(_DIVIDERS, key=lambda divider: _fit(lines, divider))


def _fit(lines: list[str], divider: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=divider) if row)
    except csv.Error:
        return 0.0, 0
    width, often = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (often / widths.total(), width) if width > 1 else (0.0, 0)
