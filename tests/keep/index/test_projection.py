"""Projections: made, fed, made again when they change, dropped when nobody knows them."""

from typing import ClassVar

import pytest

from sviedka.errors import UsageError
from sviedka.keep.index import Index, records
from sviedka.keep.index.index import CHUNK
from tests.keep.index.world import (
    CASES,
    KEY,
    Notes,
    batch,
    body_of,
    event,
    item,
    note,
    nothing,
)

ROWS = [
    *batch(0, [event(), note("one"), item("a")]),
    *batch(1, [event(), item("b")]),
    *batch(2, [event(), note("two")], case=CASES[2]),
]


def tables(index):
    return {name for name, _ in index.dump()}


def notes(index):
    with index.reading() as db:
        return [text for (text,) in db.execute("SELECT text FROM notes ORDER BY 1")]


def test_a_projection_that_is_new_is_given_what_is_there(tmp_path):
    asked = []

    def fetch(batches):
        asked.extend(batches)
        return (row for row in ROWS if row.entry in (0, 2))

    path = tmp_path / "index.db"
    with Index.open(path, KEY, [], nothing) as index:
        index.apply(ROWS, 3)
    with Index.open(path, KEY, [Notes()], fetch) as index:
        assert notes(index) == ["one v1", "two v1"]
        assert [each.object for each in asked] == [ROWS[0].object, ROWS[-1].object]
        assert len(records_of(index)) == len(ROWS)
    Index.open(path, KEY, [Notes()], nothing).close()


def records_of(index):
    with index.reading() as db:
        return records.records(db)


def test_a_projection_of_another_version_is_made_again(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, KEY, [Notes(1)], nothing) as index:
        index.apply(ROWS, 3)
    with Index.open(path, KEY, [Notes(2)], lambda _: ROWS) as index:
        assert notes(index) == ["one v2", "two v2"]
    with Index.open(path, KEY, [Notes(1)], lambda _: ROWS) as index:
        assert notes(index) == ["one v1", "two v1"]


def test_a_changed_schema_or_kind_counts_as_another_version(tmp_path):
    class More(Notes):
        kinds: ClassVar = frozenset({"note", "unheard of"})

    path = tmp_path / "index.db"
    with Index.open(path, KEY, [Notes()], nothing) as index:
        index.apply(ROWS, 3)
    asked = []
    for each in (More(), Notes()):
        Index.open(path, KEY, [each], lambda batches: asked.append(batches) or ROWS).close()
    assert len(asked) == 2


def test_an_unknown_projection_is_dropped_with_all_that_it_made(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, KEY, [], nothing) as index:
        bare = tables(index)
    with Index.open(path, KEY, [Notes()], nothing) as index:
        index.apply(ROWS, 3)
    with Index.open(path, KEY, [], nothing) as index:
        with index.reading() as db:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
        assert not [name for name in names if name.startswith("notes")]
        index.forget(CASES[1])
        index.forget(CASES[2])
        assert tables(index) <= bare


def test_a_failed_fetch_leaves_the_projection_as_it_was(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, KEY, [Notes(1)], nothing) as index:
        index.apply(ROWS, 3)
        before = list(index.dump())

    def fetch(_):
        yield ROWS[0]
        raise UsageError("no key")

    with pytest.raises(UsageError, match="no key"):
        Index.open(path, KEY, [Notes(2)], fetch)
    with Index.open(path, KEY, [Notes(1)], nothing) as index:
        assert list(index.dump()) == before


class Bad(Notes):
    def __init__(self, schema):
        super().__init__()
        self.schema = schema


@pytest.mark.parametrize(
    ("schema", "what"),
    [
        ("CREATE TABLE t (case_id, pos_from, pos_to)", "lacks facet"),
        ("CREATE TABLE t (x)", "lacks case_id, facet, pos_from, pos_to"),
        ("CREATE TABLE t (case_id, facet, pos_from, pos_to)", "no index"),
        ("CREATE TABLE t (case_id, facet, pos_from, pos_to, PRIMARY KEY (facet))", "no index"),
    ],
)
def test_a_table_that_could_not_be_emptied_by_case_is_refused(tmp_path, schema, what):
    path = tmp_path / "index.db"
    with pytest.raises(UsageError, match=what):
        Index.open(path, KEY, [Bad(schema)], nothing)
    with Index.open(path, KEY, [Notes()], nothing) as index:
        assert "t" not in tables(index)


def test_a_projection_is_given_its_kinds_in_order_and_in_bounded_numbers(tmp_path):
    class Witness(Notes):
        given: ClassVar = []
        sizes: ClassVar = []

        def apply(self, db, rows):
            self.sizes.append(len(rows))
            self.given += [(row.kind, row.entry, row.order) for row in rows]

    many = batch(0, [event(), *(note(str(n)) for n in range(2 * CHUNK)), item("a")])
    with Index.open(tmp_path / "i", KEY, [Witness()], nothing) as index:
        index.apply(iter(many), 1)
    assert Witness.given == [("note", 0, order) for order in range(1, 2 * CHUNK + 1)]
    assert max(Witness.sizes) <= CHUNK


def test_a_record_that_does_not_fit_is_told_and_keeps_nobody_out(tmp_path):
    rows = batch(
        0,
        [
            event(),
            note("one"),
            ("note", b'{"broken'),
            note("one"),
            note("two"),
            ("item", body_of("item", 0, object="short", sha256="x", size=1)),
            event(),
            ("unheard of", b"\xff"),
        ],
    )
    with Index.open(tmp_path / "i", KEY, [Notes()], nothing) as index:
        index.apply(rows, 1)
        assert notes(index) == ["one v1", "two v1"]
        with index.reading() as db:
            found = records.misfits(db)
            assert len(records.records(db)) == len(rows)
        assert [(each.order, each.projection) for each in found] == [
            (2, "notes"),
            (3, "notes"),
            (5, "item"),
            (6, "event"),
        ]
        assert rows[2].id.hex() in found[0].why
        assert "UNIQUE" in found[1].why
        index.forget(CASES[1])
        with index.reading() as db:
            assert records.misfits(db) == []


@pytest.mark.parametrize(
    ("rows", "position"),
    [
        (batch(5, [event()]), 5),
        (batch(1, [event()]), 9),
        (batch(5, [event()], position=4), 9),
        ([*batch(6, [event()]), *batch(5, [event()])], 9),
        ([*batch(5, [event()]), *batch(5, [event()])], 9),
        ([], 2),
    ],
    ids=["beyond", "below", "entry after its group", "backwards", "twice", "going back"],
)
def test_rows_out_of_place_are_refused_as_a_whole(tmp_path, rows, position):
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply(batch(2, [event()]), 3)
        before = list(index.dump())
        with pytest.raises(UsageError):
            index.apply([*batch(4, [event()]), *rows] if rows else [], position)
        assert list(index.dump()) == before


def test_the_first_entries_of_a_group_may_lie_below_what_is_already_in(tmp_path):
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply([], 1)
        index.apply([*batch(0, [event()], position=1), *batch(1, [event()])], 2)
        assert index.position == 2


def test_a_replay_takes_rows_of_its_case_and_facet_only(tmp_path):
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply(ROWS, 3)
        before = list(index.dump())
        for rows, facet in ((ROWS, None), (ROWS[:1], "identity"), (batch(3, [event()]), None)):
            with pytest.raises(UsageError):
                index.replay(CASES[1], rows, facet)
        assert list(index.dump()) == before


def test_forgetting_and_applying_can_be_one_change(tmp_path):
    path = tmp_path / "index.db"
    with (
        Index.open(path, KEY, [], nothing) as index,
        Index.open(path, KEY, [], nothing) as other,
    ):
        index.apply(ROWS, 3)
        with index.writing():
            index.forget(CASES[1])
            index.apply([], 4)
            assert other.position == 3
            assert len(records_of(other)) == len(ROWS)
        assert other.position == 4
        assert {each.batch.case for each in records_of(other)} == {CASES[2]}
        with index.writing():
            with pytest.raises(UsageError):
                index.apply(ROWS, 5)
            index.apply([], 6)
        assert other.position == 6
