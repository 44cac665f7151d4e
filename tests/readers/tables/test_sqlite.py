"""Databases give the rows of their tables, and run nothing of what is written in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.readers.tables import sqlite
from tests.material.tables import database
from tests.readers.taking import confined, parsed

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
)
CREATE = "CREATE TABLE person (name, age, note)"
INSERT = "INSERT INTO person VALUES (?, ?, ?)"


def read(data):
    return parsed(sqlite.parse, data)


def tables(taken):
    return {table.name: [row.values for row in rows] for table, rows in taken.tables}


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=20))
def test_rows_come_out_as_they_were_put_in(rows):
    taken = read(database(CREATE, *((INSERT, row) for row in rows)))
    assert tables(taken) == {"person": [list(row) for row in rows]}
    assert taken.tables[0][0].columns == ["name", "age", "note"]
    assert not taken.faults


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_encodings(encoding):
    data = database(f"PRAGMA encoding = '{encoding}'", CREATE, (INSERT, ("Алесь", 1, "ў")))
    assert tables(read(data)) == {"person": [["Алесь", 1, "ў"]]}


def test_text_that_is_no_text_is_read_as_it_may_be():
    text = "Это выдуманное примечание".encode("cp1251").hex()
    data = database(CREATE, f"INSERT INTO person VALUES ('a', 1, CAST(x'{text}' AS TEXT))")
    assert tables(read(data)) == {"person": [["a", 1, "Это выдуманное примечание"]]}


def test_bytes_are_given_as_sql_writes_them_and_long_ones_as_parts():
    long = bytes(range(256)) * 20
    taken = read(database(CREATE, (INSERT, (b"\0\xff", long, 1))))
    assert tables(taken) == {"person": [["x'00ff'", "part 1", 1]]}
    assert taken.contents == {1: long}
    assert taken.parts[0].place == "table person, row 1, column age"


def test_odd_names():
    data = database(
        'CREATE TABLE "a "" b" ("c "" d", "select")', 'INSERT INTO "a "" b" VALUES (1, 2)'
    )
    assert tables(read(data)) == {'a " b': [[1, 2]]}


def test_views_triggers_and_modules_are_not_asked():
    data = database(
        CREATE,
        (INSERT, ("a", 1, "b")),
        "CREATE VIEW danger AS SELECT randomblob(1000000000)",
        "CREATE TRIGGER t AFTER INSERT ON person BEGIN DELETE FROM person; END",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
    )
    found = tables(read(data))
    assert found["person"] == [["a", 1, "b"]]
    assert not {"danger", "words"} & set(found)


def test_columns_that_are_computed_are_not():
    data = database(
        "CREATE TABLE odd (a, b AS (hex(zeroblob(100000000))))", "INSERT INTO odd (a) VALUES (1)",
        CREATE, (INSERT, ("a", 1, "b")),
    )  # fmt: skip
    taken = read(data)
    assert taken.faulty() == [(0, "damaged")]
    assert tables(taken)["person"] == [["a", 1, "b"]]


def test_a_table_of_too_many_columns():
    names = ", ".join(f"c{number}" for number in range(1500))
    taken = read(database(f"CREATE TABLE wide ({names})", "INSERT INTO wide (c0) VALUES (7)"))
    assert tables(taken)["wide"][0][:2] == [7, None]
    assert taken.faulty() == [(0, "too_many")]


def test_a_write_ahead_log_that_is_not_here_is_said(tmp_path):
    data = bytearray(database(CREATE, (INSERT, ("a", 1, "b"))))
    data[18:20] = b"\2\2"
    path = tmp_path / "with a log"
    path.write_bytes(data)
    taken = confined(path)
    assert taken.faulty() == [(0, "unsupported")]
    assert tables(taken) == {"person": [["a", 1, "b"]]}


def test_a_damaged_page_leaves_other_tables_alone():
    rows = [(INSERT, ("x" * 100, number, "")) for number in range(500)]
    data = bytearray(
        database(CREATE, *rows, "CREATE TABLE other (a)", "INSERT INTO other VALUES (1)")
    )
    data[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    taken = read(bytes(data))
    assert (0, "damaged") in taken.faulty()
    assert tables(taken)["other"] == [[1]]


@pytest.mark.parametrize("size", [0, 10, 50, 99, 100, 600])
def test_what_is_cut_off_early_is_refused(size):
    assert read(database(CREATE)[:size]).refused


def test_what_is_cut_off_later_gives_what_is_there():
    rows = [(INSERT, ("x" * 100, number, "")) for number in range(500)]
    taken = read(database(CREATE, *rows)[: 4096 * 6])
    assert taken.faulty() == [(0, "damaged")]
    assert [row[1] for row in tables(taken)["person"]] == list(range(len(tables(taken)["person"])))


def test_in_the_sandbox_it_is_the_same(tmp_path):
    path = tmp_path / "anything"
    path.write_bytes(database(CREATE, (INSERT, ("a", 1, b"b" * 600))))
    taken = confined(path)
    assert tables(taken) == {"person": [["a", 1, "part 1"]]}
    assert taken.contents == {1: b"b" * 600}
