"""Names of tiles: the specification's examples, and one name for one tile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, UsageError
from sviedka.keep.ledger.merkle import MAX_SIZE
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath, edge_paths

PATHS = st.builds(TilePath, st.integers(-1, 63), st.integers(0, MAX_SIZE), st.integers(1, 256))


def test_names_are_those_of_the_specification():
    # C2SP tlog-tiles, "Merkle Tree": index 1234067.
    assert str(TilePath(0, 1234067)) == "tile/0/x001/x234/067"
    assert str(TilePath(63, 0)) == "tile/63/000"
    assert str(TilePath(1, 999, 17)) == "tile/1/999.p/17"
    assert str(TilePath(ENTRIES, 1000, 1)) == "tile/entries/x001/000.p/1"


@given(PATHS)
def test_what_is_written_is_read_again(path):
    assert TilePath.parse(str(path)) == path


@given(
    st.from_regex(r"tile/(entries|\d{1,3})/(x\d{3}/){0,8}\d{2,3}(\.p/\d{1,4})?\n?", fullmatch=True)
    | st.text()
)
def test_a_name_that_is_read_is_written_the_same(text):
    try:
        path = TilePath.parse(text)
    except FormatError:
        return
    assert str(path) == text


@pytest.mark.parametrize(
    "name",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "/tile/0/000",
        "tile/0/../000",
        "tile/data/000",
        "tile/0/x009/x223/x372/x036/x854/x775/808",  # 2^63
        "tile/0/" + "x001/" * 3000 + "000",
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(FormatError):
        TilePath.parse(name)


@pytest.mark.parametrize("tile", [(64, 0, 1), (-2, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_tiles_that_cannot_be_have_no_name(tile):
    with pytest.raises(UsageError):
        TilePath(*tile)


def test_the_partial_tiles_of_a_tree_are_those_of_the_specification():
    # C2SP tlog-tiles, "Partial Tiles": trees of 70,000 and of 256.
    assert list(map(str, edge_paths(70_000))) == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert list(map(str, edge_paths(256))) == ["tile/1/000.p/1"]
    assert list(edge_paths(0)) == []


@given(st.integers(0, MAX_SIZE))
def test_partial_tiles_are_as_wide_as_the_specification_says(size):
    found = {path.level: path for path in edge_paths(size)}
    for level in range(9):
        width = size // 256**level % 256
        assert (found[level].width if level in found else 0) == width
    assert all(path.full == TilePath(path.level, path.index, FULL) for path in found.values())
