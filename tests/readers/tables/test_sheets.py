"""Workbooks give the cells of every sheet, where they stand and as they are."""

from itertools import pairwise

import pytest

from sviedka.errors import SandboxError
from sviedka.readers.tables import sheets
from tests.material.tables import ods, xlsx
from tests.readers.taking import confined, parsed


def text(place, value):
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


BOOK = xlsx(
    {
        "Спіс": row(2, text("B2", "імя"), '<c r="C2"><v>34</v></c>')
        + row(5, '<c r="B5"><v>1.5</v></c><c r="C5" s="1"><v>44910</v></c>'),
        "Схаваны": row(1, '<c r="A1" t="b"><v>1</v></c>'),
        "Пусты": "",
    },
    hidden=["Схаваны"],
    author="Somebody",
)


def read(data):
    return parsed(sheets.parse, data)


def test_cells_stand_where_they_stood():
    taken = read(BOOK)
    found = {table.name: [(r.number, r.values) for r in rows] for table, rows in taken.tables}
    assert found == {
        "Спіс": [(2, [None, "імя", 34]), (5, [None, 1.5, "2022-12-15"])],
        "Схаваны": [(1, [True])],
        "Пусты": [],
    }
    assert not taken.faults


def test_what_is_hidden_is_said_to_be():
    assert read(BOOK).fact("hidden") == ["Схаваны"]


def test_who_made_it_is_kept_apart():
    (author,) = (fact for fact in read(BOOK).facts if fact.name == "author")
    assert (author.value, author.reveals) == ("Somebody", True)


def test_opendocument_too():
    cell = '<table:table-cell office:value-type="{0}" {1}><text:p>{2}</text:p></table:table-cell>'
    rows = (
        "<table:table-row>"
        + cell.format("string", "", "імя")
        + cell.format("float", 'office:value="34"', "34")
        + cell.format("date", 'office:date-value="2022-12-14"', "14.12.2022")
        + "</table:table-row>"
    )
    ((table, (only,)),) = read(ods("Спіс", rows)).tables
    assert (table.name, only.values) == ("Спіс", ["імя", 34, "2022-12-14"])


@pytest.mark.parametrize("cut", [1, 30, 300, 900])
def test_one_that_is_cut_off_is_refused(cut):
    assert read(BOOK[:-cut]).refused


def test_a_damaged_sheet_leaves_the_others_alone():
    data = xlsx(
        {"a": row(1, text("A1", "whole")), "b": "<row><c></row>", "c": row(1, text("A1", "x"))}
    )
    taken = read(data)
    found = {table.name: [r.values for r in rows] for table, rows in taken.tables}
    assert found == {"a": [["whole"]], "b": [], "c": [["x"]]}
    assert ("sheet 2", "damaged") in [(fault.place, fault.trouble) for fault in taken.faults]


def test_entities_do_not_grow():
    grown = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi")
    )
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{grown}]>' + row(1, text("A1", "&i;"))
    taken = read(xlsx({"a": bomb}))
    assert sum(len(str(r.values)) for _, rows in taken.tables for r in rows) < 1000


def test_a_cell_in_the_last_corner_ends_its_reader_and_what_came_before_is_kept(tmp_path):
    corner = row(1, text("A1", "x")) + row(1048576, text("XFD1048576", "y"))
    path = tmp_path / "corner.xlsx"
    path.write_bytes(xlsx({"first": row(1, text("A1", "kept")), "corner": corner}))
    with pytest.raises(SandboxError):
        confined(path)


def test_in_the_sandbox_it_is_the_same(tmp_path):
    path = tmp_path / "without a name"
    path.write_bytes(BOOK)
    assert confined(path).tables == read(BOOK).tables


def test_what_is_called_a_workbook_and_is_none_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\3\4 and nothing more")
    assert confined(path).refused
