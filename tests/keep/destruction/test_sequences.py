"""Whatever is brought, deleted, undone and destroyed, in whatever order: a rebuild is the same."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka import kinds
from sviedka.errors import NotFoundError, UsageError
from sviedka.keep.destruction import facets, imports, records
from tests.keep.world import assert_rebuilds, bring

NUMBER = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("bring"), NUMBER, st.lists(st.sampled_from("abcd"), min_size=1, max_size=3)),
    st.tuples(st.just("delete"), NUMBER, st.none()),
    st.tuples(st.just("undo"), NUMBER, st.none()),
    st.tuples(
        st.just("destroy"), NUMBER, st.sampled_from([None, "evidence", "identity", "status"])
    ),
    st.tuples(st.just("reopen"), st.none(), st.none()),
)


class Run:
    """One archive and what was done to it."""

    def __init__(self, world):
        self.world = world
        self.archive = world.open()
        self.cases, self.imports, self.items = [], [], []

    def bring(self, number, names):
        case = self.cases[number] if number < len(self.cases) else ""
        if case and self.archive.history.cases[case]["evidence"].destroyed:
            return
        made = [(name, name.encode()) for name in names]
        case, imported, items = bring(self.archive, made, case=case)
        self.cases.append(case)
        self.imports.append(imported)
        self.items += items

    def delete(self, number, _):
        if number < len(self.items):
            with suppress(NotFoundError):
                records.delete(self.archive, self.items[number], "", kinds.goes_with())

    def undo(self, number, _):
        if number < len(self.imports):
            with suppress(NotFoundError):
                imports.undo(self.archive, self.imports[number], "")

    def destroy(self, number, facet):
        if number < len(self.cases):
            with suppress(UsageError):
                facets.destroy(self.archive, self.cases[number], facet)

    def reopen(self, *_):
        self.archive.close()
        self.archive = self.world.open()


@settings(max_examples=25)
@given(st.lists(STEP, min_size=2, max_size=9))
def test_any_sequence_leaves_what_a_rebuild_makes_and_an_archive_that_verifies(founded, steps):
    with tempfile.TemporaryDirectory() as folder:
        run = Run(founded.copy(Path(folder) / "run"))
        for name, number, argument in [("bring", 0, ["a", "b"]), *steps]:
            getattr(run, name)(number, argument)
        assert_rebuilds(run.archive)
        run.archive.close()
        assert run.world.findings() == []
