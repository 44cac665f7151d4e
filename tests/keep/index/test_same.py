"""However it came to be, an index holds what a new one made from the same records holds."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.keep.index import Index
from tests.keep.index.world import (
    CASES,
    FACETS,
    KEY,
    Notes,
    batch,
    body_of,
    event,
    item,
    label,
    note,
)

BROKEN = [
    ("note", b'{"kind":"note","v":1'),
    ("item", body_of("item", 0, object="ab", sha256="cd", size=-1)),
    ("event", b"[1]"),
    ("label", b'{"kind":"label","name":"\xff"}'),
    ("item", b'{"kind":"item"' * 3),
    ("unheard of", b"{}"),
]
RECORD = (
    st.builds(note, st.sampled_from("abcdef"), st.integers(0, 2))
    | st.builds(item, st.sampled_from("pqrs"), st.integers(0, 2**53 - 1))
    | st.builds(label, st.text(max_size=3).filter(lambda text: text.isprintable()))
    | st.sampled_from(BROKEN)
)
BATCH = st.tuples(
    st.sampled_from(CASES),
    st.sampled_from(FACETS),
    st.builds(event, st.sampled_from([None, b"i" * 16, b"j" * 16])),
    st.lists(RECORD, max_size=5),
)
GROUPS = st.lists(st.lists(BATCH | st.none(), min_size=1, max_size=3), max_size=8)
"""None is an entry without records."""

PLACE = st.tuples(st.sampled_from(CASES), st.sampled_from(FACETS))
STEP = st.one_of(
    st.tuples(st.just("apply"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["grant", "end lease"]), PLACE),
    st.tuples(st.just("replay case"), st.sampled_from(CASES)),
    st.tuples(st.just("destroy record"), st.integers(0, 40)),
    st.tuples(st.just("upgrade"), st.integers(1, 2)),
    st.tuples(st.just("reopen"), st.none()),
    st.tuples(st.just("rebuild"), st.none()),
)


def rows_of(groups):
    """All rows in ledger order, and the position after each group."""
    rows, ends, entry = [], [], 0
    for group in groups:
        last = entry + len(group) - 1
        for each in group:
            if each is not None:
                case, facet, first, others = each
                rows += batch(entry, [first, *others], case=case, facet=facet, position=last)
            entry += 1
        ends.append(entry)
    return rows, ends


class Archive:
    """Does to the index what the archive does, and knows what it should hold."""

    def __init__(self, folder, groups):
        self.path = folder / "index.db"
        self.all, self.ends = rows_of(groups)
        self.open_to = {(case, facet) for case in CASES[:2] for facet in FACETS}
        self.done = 0
        self.notes = Notes()
        self.key = KEY
        self.index = self.opened()

    @property
    def position(self):
        return self.ends[self.done - 1] if self.done else 0

    def opened(self):
        return Index.open(self.path, self.key, [self.notes], self.fetch)

    def fetch(self, batches):
        wanted = [each.object for each in batches]
        found = [row for row in self.rows() if row.object in wanted]
        assert list(dict.fromkeys(row.object for row in found)) == wanted
        return found

    def rows(self, above=0, below=None):
        below = self.position if below is None else below
        return [
            row
            for row in self.all
            if (row.case, row.facet) in self.open_to and above <= row.position < below
        ]

    def apply(self, count):
        before = self.position
        self.done = min(self.done + count, len(self.ends))
        self.index.apply(iter(self.rows(before)), self.position)

    def grant(self, place):
        self.open_to.add(place)
        self.replay(*place)

    def end_lease(self, place):
        self.open_to.discard(place)
        self.index.forget(*place)

    def replay(self, case, facet=None):
        rows = [row for row in self.rows() if row.case == case and facet in (None, row.facet)]
        self.index.replay(case, rows, facet)

    def replay_case(self, case):
        self.replay(case)

    def destroy_record(self, number):
        if number < len(self.all):
            gone = self.all.pop(number)
            self.replay(gone.case, gone.facet)

    def upgrade(self, version):
        self.index.close()
        self.notes = Notes(version)
        self.index = self.opened()

    def reopen(self, _):
        self.index.close()
        self.index = self.opened()

    def rebuild(self, _):
        self.index.close()
        new = bytes([self.key[0] + 1]) * 32
        self.index = Index.rebuild(
            self.path, self.key, [self.notes], self.rows(), self.position, new_key=new
        )
        self.key = new


@settings(max_examples=200, deadline=None)
@given(GROUPS, st.lists(STEP, max_size=12))
def test_any_history_gives_what_a_rebuild_gives(groups, steps):
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), groups)
        for name, argument in [("apply", 2), *steps]:
            getattr(archive, name.replace(" ", "_"))(argument)
        assert archive.index.position == archive.position
        fresh = Path(folder) / "fresh.db"
        with (
            archive.index as index,
            Index.rebuild(fresh, KEY, [archive.notes], archive.rows(), archive.position) as rebuilt,
        ):
            assert list(index.dump()) == list(rebuilt.dump())
            index.check()
            with index.reading() as db:
                db.execute(
                    "INSERT INTO notes_text (notes_text, rank) VALUES ('integrity-check', 1)"
                )


def test_a_dump_shows_every_table_and_tells_indexes_apart(tmp_path):
    rows = batch(0, [event(), note("one"), item("a"), label("Name"), BROKEN[1]])
    with (
        Index.rebuild(tmp_path / "a", KEY, [Notes()], rows, 1) as one,
        Index.rebuild(tmp_path / "b", KEY, [Notes()], rows[:-1], 1) as other,
    ):
        assert {name for name, _ in one.dump()} == {
            *("applied", "batch", "event", "item", "label", "migration", "misfit", "notes"),
            *("notes_text", "projection", "projection_part", "record"),
        }
        assert list(one.dump()) != list(other.dump())
