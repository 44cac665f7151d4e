"""Tiles: built in any batches they are the same, and what they say is what the tree says."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, IntegrityError, NotFoundError, SviedkaError, UsageError
from sviedka.keep.ledger import bundles
from sviedka.keep.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    subtree_root,
    tree_of,
    verify_consistency,
    verify_inclusion,
)
from sviedka.keep.ledger.paths import ENTRIES as ENTRIES_LEVEL
from sviedka.keep.ledger.paths import FULL, TilePath, edge_paths
from sviedka.keep.ledger.tiles import TileBuilder, TileReader

ENTRIES = [b"entry %d" % number for number in range(66_500)]  # three levels of tiles
LEAVES = list(map(leaf_hash, ENTRIES))
HASH_AT = tree_of(LEAVES)
EDGES = (0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 66_499, 66_500)
SIZES = st.sampled_from(EDGES) | st.integers(0, len(ENTRIES))


def log_of(size):
    """A whole log as files in memory."""
    builder = TileBuilder()
    tiles = (
        builder.add(LEAVES[:size]) | builder.edge() | dict(bundles.append(0, b"", ENTRIES[:size]))
    )
    return {str(path): data for path, data in tiles.items()}


def reader_of(files, size):
    def read(path):
        if path not in files:
            raise NotFoundError(f"no file {path}")
        return files[path]

    return TileReader(read, size)


def edge_of(size):
    """The partial tiles and bundle of a log of that size, from the tree itself."""
    files = {
        str(path): b"".join(
            HASH_AT(8 * path.level, path.index * FULL + place) for place in range(path.width)
        )
        for path in edge_paths(size)
    }
    if width := size % FULL:
        path = TilePath(ENTRIES_LEVEL, size // FULL, width)
        files[str(path)] = bundles.pack(ENTRIES[size - width : size])
    return files


WHOLE = log_of(len(ENTRIES))


def test_tiles_hold_the_hashes_that_the_specification_names():
    # C2SP tlog-tiles: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l])
    assert WHOLE["tile/0/003"] == b"".join(LEAVES[768:1024])
    assert WHOLE["tile/1/000"][:64] == root_of(LEAVES[:256]) + root_of(LEAVES[256:512])
    assert WHOLE["tile/2/000.p/1"] == root_of(LEAVES[:65_536])
    assert WHOLE["tile/0/259.p/196"] == b"".join(LEAVES[66_304:])


@given(st.lists(st.integers(0, 700), max_size=6), st.sampled_from([0, 250, 65_500]))
def test_batches_of_any_size_build_the_tiles_of_one_by_one(batches, start):
    batched, single = (reader_of(edge_of(start), start).builder() for _ in range(2))
    for batch in batches:
        size = batched.size
        new = LEAVES[size : size + batch]
        tiles = batched.add(new) | batched.edge(since=size)
        one_by_one = {}
        for leaf in new:
            one_by_one |= single.add([leaf])
        assert tiles == one_by_one | single.edge(since=size)
        assert batched.edge() == single.edge()
        assert batched.root() == single.root()


@given(SIZES)
def test_a_builder_has_the_root_and_resumes_from_stored_tiles(size):
    files = edge_of(size)
    builder = reader_of(files, size).builder()
    assert {str(path): data for path, data in builder.edge().items()}.items() <= files.items()
    assert builder.root() == subtree_root(0, size, HASH_AT)
    for path, data in builder.add(LEAVES[size : size + 300]).items():
        assert data == WHOLE[str(path)]
    after = min(size + 300, len(LEAVES))
    assert builder.root() == subtree_root(0, after, HASH_AT)


def test_the_root_grows_as_the_frontiers():
    builder, frontier = TileBuilder(), Frontier()
    assert builder.root() == EMPTY_ROOT
    for leaf in LEAVES[:1000]:
        builder.add([leaf])
        frontier.append(leaf)
        assert builder.root() == frontier.root()


def test_an_edge_leaves_out_what_has_not_changed():
    builder = TileBuilder()
    builder.add(LEAVES[:600])
    builder.add(LEAVES[600:700])
    assert list(map(str, builder.edge())) == ["tile/0/002.p/188", "tile/1/000.p/2"]
    assert list(map(str, builder.edge(since=600))) == ["tile/0/002.p/188"]
    assert builder.edge(since=700) == {}


@given(st.data(), SIZES.filter(bool))
def test_a_log_proves_its_entries_and_its_past(data, size):
    reader = reader_of(WHOLE | edge_of(size), size)
    root = subtree_root(0, size, HASH_AT)
    assert reader.root() == root
    index = data.draw(st.sampled_from([0, size - 1]) | st.integers(0, size - 1))
    proof = reader.inclusion_proof(index)
    assert proof == inclusion_proof(index, size, HASH_AT)
    verify_inclusion(leaf_hash(reader.entry(index)), index, size, proof, root)
    assert reader.entry(index) == ENTRIES[index]
    proof = reader.consistency_proof(index + 1)
    assert proof == consistency_proof(index + 1, size, HASH_AT)
    verify_consistency(index + 1, size, proof, subtree_root(0, index + 1, HASH_AT), root)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 5000, len(ENTRIES)])
def test_a_sound_log_verifies_to_its_root(size):
    assert reader_of(log_of(size), size).verify() == root_of(LEAVES[:size])


SMALL = log_of(700)


@given(st.sampled_from(sorted(SMALL)), st.data())
def test_any_flipped_bit_in_any_tile_or_bundle_is_found_by_verify(path, data):
    at = data.draw(st.integers(0, len(SMALL[path]) - 1))
    spoilt = bytearray(SMALL[path])
    spoilt[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((IntegrityError, FormatError)) as caught:
        reader_of(SMALL | {path: bytes(spoilt)}, 700).verify()
    assert caught.value.where.startswith("tile/")


@given(st.sampled_from(sorted(SMALL)), st.binary(max_size=9000))
def test_whatever_a_file_holds_only_typed_errors_come_out(path, content):
    reader = reader_of(SMALL | {path: content}, 700)
    for ask in (
        reader.verify,
        reader.root,
        lambda: reader.inclusion_proof(699),
        lambda: reader.consistency_proof(300),
        lambda: reader.entry(100),
    ):
        with contextlib.suppress(SviedkaError):
            ask()


def test_a_missing_file_is_named_by_whoever_reads():
    for path in SMALL:
        files = {name: data for name, data in SMALL.items() if name != path}
        with pytest.raises(NotFoundError):
            reader_of(files, 700).verify()


def test_an_exchanged_entry_is_refused():
    entries = [*ENTRIES[:512], *ENTRIES[513:700], ENTRIES[512]]
    files = SMALL | {str(path): data for path, data in bundles.append(0, b"", entries)}
    with pytest.raises(IntegrityError):
        reader_of(files, 700).entry(600)
    assert reader_of(files, 700).entry(100) == ENTRIES[100]


def test_a_full_tile_serves_for_a_partial_one_that_is_gone():
    files = {name: data for name, data in WHOLE.items() if not name.startswith("tile/1/")}
    files |= {"tile/1/000": WHOLE["tile/1/000"], "tile/2/000.p/1": WHOLE["tile/2/000.p/1"]}
    reader = reader_of(files, 700)
    assert reader.root() == root_of(LEAVES[:700])
    assert reader.entry(699) == ENTRIES[699]
    assert reader.verify() == root_of(LEAVES[:700])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TileBuilder(-1),
        lambda: TileBuilder(MAX_SIZE + 1),
        lambda: TileBuilder(1),
        lambda: TileBuilder(1, [b"short"]),
        lambda: TileBuilder(0, [b""]),
        lambda: TileBuilder().add([b"short"]),
        lambda: TileReader(lambda _: b"", -1),
        lambda: reader_of(WHOLE, 700).entry(700),
        lambda: reader_of(WHOLE, 700).entry(-1),
        lambda: reader_of(WHOLE, 700).bundle(3),
        lambda: reader_of(WHOLE, 700).bundle(-1),
        lambda: reader_of(WHOLE, 700).hash_at(0, 700),
        lambda: reader_of(WHOLE, 700).hash_at(-1, 0),
        lambda: reader_of(WHOLE, 700).hash_at(10, 0),
        lambda: reader_of(WHOLE, 700).inclusion_proof(700),
        lambda: reader_of(WHOLE, 700).consistency_proof(701),
    ],
)
def test_a_question_without_an_answer_is_a_usage_error(ask):
    with pytest.raises(UsageError):
        ask()


def test_a_full_log_takes_no_more():
    size = MAX_SIZE
    edge = []
    while size:
        edge.append(b"\0" * 32 * (size % FULL))
        size //= FULL
    builder = TileBuilder(MAX_SIZE, edge)
    with pytest.raises(UsageError):
        builder.add([LEAVES[0]])
    assert builder.edge()[TilePath(0, MAX_SIZE // FULL, 255)] == edge[0]
