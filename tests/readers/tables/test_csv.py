"""Rows come out as they were written, whatever divides their fields and encodes their letters."""

import codecs
import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sviedka.readers.tables import csv as reader
from tests.readers.taking import confined, parsed

FIELDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters='\0\r,;\t|"'), max_size=12
)
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), min_size=1, max_size=8)
)
PEOPLE = "імя;узрост;горад\nАлесь Прыдуманы;34;Мінск\nГанна Выдуманая;28;Гомель\n"
ROW = [["імя", "узрост", "горад"], ["Алесь Прыдуманы", "34", "Мінск"]]


def read(data):
    return parsed(reader.parse, data)


def rows(taken):
    ((_, found),) = taken.tables
    return [row.values for row in found]


@example(written=[["\x1e", ""]], divider=";")
@given(written=ROWS, divider=st.sampled_from(",;\t|"))
def test_rows_come_out_as_written(written, divider):
    out = io.StringIO()
    csv.writer(out, delimiter=divider, quoting=csv.QUOTE_ALL).writerows(written)
    assert rows(read(out.getvalue().encode("utf-8-sig"))) == written


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
def test_letters_of_any_encoding(codec):
    taken = read(PEOPLE.encode(codec))
    assert rows(taken)[:2] == ROW
    assert taken.fact("charset_used") == [codecs.lookup(codec).name]
    assert not taken.faults


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
def test_dividers(divider):
    assert rows(read(PEOPLE.replace(";", divider).encode()))[:2] == ROW


def test_a_semicolon_divides_though_there_are_more_commas():
    data = b"name;said\na;one, two, three\nb;four\nc;five, six\n"
    assert rows(read(data))[1] == ["a", "one, two, three"]


def test_rows_are_numbered_as_they_stand():
    ((_, found),) = read(b'a,b\n\n"c\nc",d\ne,f\n').tables
    assert [(row.number, row.values) for row in found] == [
        (1, ["a", "b"]), (3, ["c\nc", "d"]), (4, ["e", "f"]),
    ]  # fmt: skip


def test_ragged_rows_and_zero_bytes_are_kept():
    assert rows(read(b"a,b,c\nd\ne,f\x00f\n")) == [["a", "b", "c"], ["d"], ["e", "f\0f"]]


def test_letters_that_are_of_no_encoding_are_said_by_line():
    data = PEOPLE.encode() * 4000 + b"x;\xff;y\n"
    taken = read(data)
    assert [(fault.place, fault.trouble) for fault in taken.faults] == [("line 12001", "damaged")]


def test_a_quotation_without_end_loses_no_rows_before_it(monkeypatch):
    monkeypatch.setattr(reader, "LONGEST_LINE", 1000)
    taken = read(b'a,b\n"c,d\n' + b"e,f\n" * 2000)
    assert rows(taken)[0] == ["a", "b"]
    assert {trouble for _, trouble in taken.faulty()} == {"damaged"}
    assert rows(taken)[-1] == ["e", "f"]


def test_a_line_without_end_is_cut_and_said(monkeypatch):
    monkeypatch.setattr(reader, "LONGEST_LINE", 1000)
    taken = read(b"a,b\n" + b"x" * 5000 + b"\ny,z\n")
    assert taken.faulty() == [(0, "too_big")]
    assert rows(taken)[-1] == ["y", "z"]


@given(data=st.binary(max_size=300))
def test_any_bytes_are_rows_of_some_sort(data):
    assert read(data).refused is None


@pytest.mark.parametrize("name", ["a.csv", "a.TSV"])
def test_in_the_sandbox_it_is_the_same(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(PEOPLE.encode("cp1251"))
    assert rows(confined(path))[:2] == ROW
