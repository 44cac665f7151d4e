"""Migrations: each once, whole or not at all; an index of a later program is not touched."""

import apsw
import pytest

from sviedka.errors import UnusableIndexError
from sviedka.keep.index import Index
from sviedka.keep.index.migrations import STEPS, Step, migrate
from tests.keep.index.world import KEY, batch, event, nothing

ONE = Step("one", "CREATE TABLE a (x); INSERT INTO a VALUES (1)")
TWO = Step("two", "CREATE TABLE b (x); UPDATE a SET x = x + 1")


@pytest.fixture
def db():
    db = apsw.Connection(":memory:")
    yield db
    db.close()


def test_missing_steps_are_applied_once_and_in_order(db):
    migrate(db, [ONE])
    migrate(db, [ONE, TWO])
    migrate(db, [ONE, TWO])
    assert db.execute("SELECT x FROM a").get == 2
    assert list(db.execute("SELECT ord, name FROM migration")) == [(1, "one"), (2, "two")]


def test_a_step_that_fails_leaves_the_one_before(db):
    with pytest.raises(apsw.SQLError):
        migrate(db, [ONE, Step("wrong", "CREATE TABLE b (x); UPDATE nothing SET x = 1")])
    assert list(db.execute("SELECT name FROM migration")) == [("one",)]
    assert not db.table_exists("main", "b")


@pytest.mark.parametrize("known", [[ONE], [ONE, Step("other", "SELECT 1")], [TWO]])
def test_other_steps_than_these_are_a_newer_programs(db, known):
    migrate(db, [ONE, TWO])
    with pytest.raises(UnusableIndexError, match="newer"):
        migrate(db, known)


def test_an_index_of_a_newer_program_is_told_and_can_be_made_again(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, KEY, [], nothing) as index:
        migrate(index._db, [*STEPS, Step("of the future", "CREATE TABLE future (x)")])
    with pytest.raises(UnusableIndexError, match="newer") as caught:
        Index.open(path, KEY, [], nothing)
    assert "rebuild" in caught.value.do
    with Index.rebuild(path, KEY, [], batch(0, [event()]), 1) as index:
        assert index.position == 1
        assert "future" not in {name for name, _ in index.dump()}
