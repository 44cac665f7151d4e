"""What the archive asks: records, items, imports, labels, counts."""

import pytest

from sviedka.errors import AmbiguousError, NotFoundError, UsageError
from sviedka.keep.index import Index, events, items, labels, records
from tests.keep.index.world import (
    CASES,
    DEVICE,
    KEY,
    Notes,
    batch,
    digest,
    event,
    item,
    label,
    note,
    nothing,
)

IMPORT, OTHER = b"i" * 16, b"j" * 16
ROWS = [
    *batch(0, [event(type="cap"), label("Channel")], case=CASES[1], position=2),
    *batch(1, [event(IMPORT), item("a", 5), note("x")], case=CASES[1], position=2),
    *batch(2, [event(IMPORT), item("b", 7)], case=CASES[2], facet="identity", position=2),
    *batch(5, [event(OTHER, purpose="again"), item("a", 5)], case=CASES[2], facet="identity"),
    *batch(6, [event(IMPORT), item("a", 5), item("c", 1)], case=CASES[1]),
    *batch(7, [event(), label("New name", "person")], case=CASES[1]),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("views") / "index.db"
    with Index.open(path, KEY, [Notes()], nothing) as index:
        index.apply(ROWS, 8)
        with index.reading() as db:
            yield db


def places(found):
    return [(each.entry, each.order) for each in found]


def test_a_record_is_found_by_the_beginning_of_its_id(db):
    for row in ROWS:
        digits = row.id.hex()
        for length in (20, 21, 64):
            found = records.find(db, digits[:length])
            assert (found.id, found.kind, found.order) == (row.id, row.kind, row.order)
            assert found.batch == records.Batch(
                row.entry, row.position, row.case, row.facet, 1, DEVICE, row.object
            )
    assert records.find(db, ROWS[0].id.hex().upper()).id == ROWS[0].id


def test_a_beginning_of_several_ids_lists_them(tmp_path):
    rows = batch(0, [event(), *(note(str(n)) for n in range(30)), item("a"), item("b")])
    for row, last in zip(rows, range(33), strict=True):
        row.id = b"\xab\xcd" + bytes(29) + bytes([last])
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply(rows, 1)
        with index.reading() as db:
            with pytest.raises(AmbiguousError, match="and others") as caught:
                records.find(db, "abc")
            assert caught.value.candidates == [row.id.hex() for row in rows[:10]]
            with pytest.raises(AmbiguousError) as caught:
                items.find(db, "abcd0")
            assert caught.value.candidates == [row.id.hex() for row in rows[-2:]]
            with pytest.raises(NotFoundError, match="no item begins with 77"):
                items.find(db, "77")
            with pytest.raises(NotFoundError):
                records.find(db, "77")


@pytest.mark.parametrize("prefix", ["", "xy", "a" * 65, "12 ", "%"])
def test_what_begins_no_id_is_a_usage_error(db, prefix):
    for find in (records.find, items.find):
        with pytest.raises(UsageError):
            find(db, prefix)


def test_a_record_brought_twice_is_where_it_first_came(tmp_path):
    first = batch(0, [event(), item("a")])
    again = batch(3, [event(), item("a")], case=CASES[2])
    for one, other in zip(first, again, strict=True):
        other.id = one.id
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply([*first, *again], 4)
        with index.reading() as db:
            assert records.find(db, first[1].id.hex()).batch.entry == 0
            assert items.find(db, first[1].id.hex()).case == CASES[1]
        index.forget(CASES[1])
        with index.reading() as db:
            assert records.find(db, first[1].id.hex()).batch.entry == 3


def test_an_item_is_found_by_its_id_and_by_the_hash_of_its_original(db):
    row = ROWS[3]
    found = items.find(db, row.id.hex()[:16])
    assert found == items.Item(
        row.id,
        CASES[1],
        "evidence",
        1,
        digest("sealed", "a"),
        digest("a"),
        5,
        entry=1,
        order=1,
        position=2,
    )
    assert places(items.same(db, CASES[1], "evidence", digest("a"))) == [(1, 1), (6, 1)]
    assert places(items.same(db, CASES[2], "identity", digest("a"))) == [(5, 1)]
    assert items.same(db, CASES[2], "evidence", digest("a")) == []


def test_items_are_listed_in_the_order_in_which_they_came(db):
    everything = [(1, 1), (2, 1), (5, 1), (6, 1), (6, 2)]
    assert places(items.items(db)) == everything
    assert places(items.items(db, limit=2)) == everything[:2]
    assert places(items.items(db, limit=2, offset=3)) == everything[3:]
    assert places(items.items(db, case=CASES[2])) == [(2, 1), (5, 1)]
    assert places(items.items(db, facet="evidence")) == [(1, 1), (6, 1), (6, 2)]
    assert places(items.items(db, imported=IMPORT)) == [(1, 1), (2, 1), (6, 1), (6, 2)]
    assert places(items.items(db, imported=IMPORT, case=CASES[2])) == [(2, 1)]


def test_records_are_listed_by_kind_case_facet_and_import(db):
    def listed(**filters):
        return [(each.batch.entry, each.order) for each in records.records(db, **filters)]

    assert listed() == [(row.entry, row.order) for row in ROWS]
    assert listed(kind="label") == [(0, 1), (7, 1)]
    assert listed(imported=OTHER) == [(5, 0), (5, 1)]
    assert listed(imported=IMPORT, kind="item", facet="identity", case=CASES[2]) == [(2, 1)]
    assert listed(case=CASES[1], limit=2, offset=1) == [(0, 1), (1, 0)]


def test_batches_are_listed_by_the_kinds_that_they_hold(db):
    assert [each.entry for each in records.batches_with(db, {"note", "label"})] == [0, 1, 7]
    assert records.batches_with(db, {"unheard of"}) == records.batches_with(db, []) == []


def test_imports_tell_what_they_brought(db):
    one, other = events.imports(db)
    assert one == events.Import(
        IMPORT, 1, 6, "2023-05-01T10:00:00Z", "sviedka 1", None, 2, 8, 4, 18
    )
    assert (other.id, other.first, other.last, other.purpose) == (OTHER, 5, 5, "again")
    assert (other.cases, other.records, other.items, other.size) == (1, 2, 1, 5)


def test_an_import_without_items_brought_none(tmp_path):
    with Index.open(tmp_path / "i", KEY, [], nothing) as index:
        index.apply(batch(0, [event(IMPORT)]), 1)
        with index.reading() as db:
            (found,) = events.imports(db)
    assert (found.records, found.items, found.size) == (1, 0, 0)


def test_the_objects_of_an_import_are_its_batches_and_items(db):
    assert events.objects_of(db, IMPORT) == [
        digest("batch", 1),
        digest("sealed", "a"),
        digest("batch", 2),
        digest("sealed", "b"),
        digest("batch", 6),
        digest("sealed", "c"),
    ]
    assert events.objects_of(db, b"k" * 16) == []


def test_events_are_listed_by_case_facet_and_import(db):
    assert [each.entry for each in events.events(db)] == [0, 1, 2, 5, 6, 7]
    assert [each.entry for each in events.events(db, imported=IMPORT, limit=1, offset=1)] == [2]
    (found,) = events.events(db, case=CASES[2], facet="identity", imported=OTHER)
    assert found == events.Event(
        digest(5, 0),
        DEVICE,
        5,
        5,
        CASES[2],
        "identity",
        "cap",
        "2023-05-01T10:00:00Z",
        "sviedka 1",
        purpose="again",
        imported=OTHER,
    )


def test_a_case_is_called_what_its_newest_label_says(db):
    assert labels.labels(db) == {CASES[1]: labels.Label(CASES[1], "New name", "person")}
    kept = db.execute("SELECT name, pos_from, pos_to FROM label ORDER BY entry")
    assert list(kept) == [("Channel", 2, 7), ("New name", 7, None)]


def test_counts_are_per_facet_of_a_case(db):
    assert records.counts(db) == [
        records.Count(CASES[1], "evidence", 10, 3, 11),
        records.Count(CASES[2], "identity", 4, 2, 12),
    ]
