"""Tables are read back as they were, whatever their cells hold, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.handover.tables import BOM, DELIMITER, NEWLINE, QUOTE, csv_line, dat_cell, dat_line

HOSTILE = "=+-@\t\r\n'\"þ®\x14;,\u2028\x85\x00"
cells = st.text(st.characters(codec="utf-8") | st.sampled_from(HOSTILE), max_size=30)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)


def uncovered(cell: str) -> str:
    """A cell without the mark against formulas."""
    return cell.removeprefix("'")


def parsed(text: str) -> list[list[str]]:
    """A DAT file as a program reads it that knows nothing but its signs."""
    rows = []
    for line in text.removesuffix("\r\n").split("\r\n"):
        found = line.split(f"{QUOTE}{DELIMITER}{QUOTE}")
        assert found[0].startswith(QUOTE)
        assert found[-1].endswith(QUOTE)
        found[0] = found[0][1:]
        found[-1] = found[-1][:-1]
        rows.append(found)
    return rows


@given(tables)
def test_csv_is_read_back_to_the_letter(rows: list[list[str]]) -> None:
    text = "".join(map(csv_line, rows))
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [[uncovered(cell) for cell in row] for row in found] == rows
    for cell in (cell for row in found for cell in row):
        assert not cell.startswith(tuple("=+-@\t\r\n"))


@given(tables)
def test_dat_keeps_every_cell_in_its_place(rows: list[list[str]]) -> None:
    found = parsed("".join(map(dat_line, rows)))
    assert found == [[dat_cell(cell) for cell in row] for row in rows]
    for cell in (cell for row in found for cell in row):
        assert not {QUOTE, DELIMITER, "\r", "\n"} & set(cell)


@given(cells)
def test_a_cell_of_dat_is_the_same_when_it_goes_through_again(cell: str) -> None:
    once = dat_cell(cell).replace(NEWLINE, "\n")
    assert dat_cell(once).replace(NEWLINE, "\n") == once


@given(
    st.text(st.characters(exclude_characters="þ®\x14", exclude_categories=("Cs", "Cc", "Zl", "Zp")))
)
def test_what_holds_none_of_its_signs_is_left_as_it_is(cell: str) -> None:
    assert dat_cell(cell) == cell


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("=1+1", "'=1+1"), ("'=1", "''=1"), ("plain", "plain"), ("＝1", "'＝1"), ("", "")],
)
def test_a_formula_gets_an_apostrophe(cell: str, kept: str) -> None:
    assert csv_line([cell]) == f'"{kept}"\r\n'


def test_half_a_surrogate_pair_can_be_written() -> None:
    assert csv_line(["a\ud800"]) == '"a\\ud800"\r\n'
    assert dat_line(["a\ud800", "b"]) == f"{QUOTE}a\\ud800{QUOTE}{DELIMITER}{QUOTE}b{QUOTE}\r\n"


def test_the_mark_at_the_beginning_is_one_letter() -> None:
    assert BOM.encode() == b"\xef\xbb\xbf"
