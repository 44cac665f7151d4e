"""RFC 6962 trees: the published vectors, a literal reading of the RFC, and what must be refused."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import ProofError, UsageError
from sviedka.keep.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtree_root,
    tree_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[3].parent / "shared" / "data" / "tlog"

LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(70)]
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(1, len(LEAVES))


def mth(leaves):
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """RFC 6962 §2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def vectors(kind):
    return sorted((VECTORS / kind).rglob("*.json")) if VECTORS.is_dir() else []


def hashes(values):
    return [base64.b64decode(value) for value in values or []]


def agrees(vector, verify):
    if vector["wantErr"]:
        with pytest.raises(ProofError):
            verify()
    else:
        verify()


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors are not here")
@pytest.mark.parametrize(
    "file", vectors("inclusion"), ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_published_inclusion_proofs_are_judged_as_published(file):
    vector = json.loads(file.read_bytes())
    leaf, root = hashes([vector["leafHash"], vector["root"]])
    proof = hashes(vector["proof"])
    agrees(
        vector, lambda: verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
    )


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors are not here")
@pytest.mark.parametrize(
    "file", vectors("consistency"), ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_published_consistency_proofs_are_judged_as_published(file):
    vector = json.loads(file.read_bytes())
    root1, root2 = hashes([vector["root1"], vector["root2"]])
    proof = hashes(vector["proof"])
    agrees(
        vector,
        lambda: verify_consistency(vector["size1"], vector["size2"], proof, root1, root2),
    )


def test_leaves_and_nodes_hash_as_the_rfc_says():
    assert sha256(b"").digest() == EMPTY_ROOT
    assert leaf_hash(b"entry") == sha256(b"\x00entry").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()


def test_roots_and_proofs_equal_a_literal_reading_of_the_rfc():
    for size in range(len(LEAVES) + 1):
        leaves = LEAVES[:size]
        assert ROOTS[size] == mth(leaves)
        hash_at = tree_of(leaves)
        assert subtree_root(0, size, hash_at) == ROOTS[size]
        for index in range(size):
            assert inclusion_proof(index, size, hash_at) == path(index, leaves)
            assert consistency_proof(index + 1, size, hash_at) == subproof(index + 1, leaves, True)


def test_every_proof_between_small_sizes_verifies():
    hash_at = tree_of(LEAVES)
    for size in range(1, len(LEAVES) + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, hash_at)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            proof = consistency_proof(index + 1, size, hash_at)
            verify_consistency(index + 1, size, proof, ROOTS[index + 1], ROOTS[size])


def test_a_frontier_has_the_root_at_any_time_and_resumes_from_its_hashes():
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert (frontier.size, frontier.root()) == (size, ROOTS[size])
        frontier = Frontier(frontier.size, frontier.hashes)
        frontier.append(leaf)
    assert frontier.root() == ROOTS[-1]


@st.composite
def spoilt(draw, proof):
    """The proof with one flipped bit, or a hash more, fewer, elsewhere or of another length."""
    proof = list(proof)
    places = st.integers(0, len(proof) - 1)
    kinds = ["add"] + (["flip", "drop", "cut", "grow", "shift"] if proof else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "add":
        proof.insert(draw(st.integers(0, len(proof))), draw(st.sampled_from([*ROOTS, *LEAVES])))
        return proof
    at = draw(places)
    if kind == "flip":
        bit = draw(st.integers(0, 255))
        proof[at] = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
    elif kind == "drop":
        del proof[at]
    elif kind == "cut":
        proof[at] = proof[at][:-1]
    elif kind == "grow":
        proof[at] += b"\x00"
    else:
        proof[at : at + 1] = [proof[at][:16], proof[at][16:]]
    return proof


@given(st.data(), SIZES)
def test_a_spoilt_inclusion_proof_is_refused(data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, tree_of(LEAVES))
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], index, size, data.draw(spoilt(proof)), ROOTS[size])


@given(st.data(), SIZES)
def test_an_inclusion_proof_holds_for_one_leaf_index_and_root_only(data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, tree_of(LEAVES))
    other = data.draw(st.integers(-3, len(LEAVES) + 3).filter(lambda value: value != index))
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    other = data.draw(st.sampled_from([root for root in ROOTS if root != ROOTS[size]]))
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], index, size, proof, other)
    other = data.draw(st.sampled_from([leaf for leaf in LEAVES if leaf != LEAVES[index]]))
    with pytest.raises(ProofError):
        verify_inclusion(other, index, size, proof, ROOTS[size])


@given(st.data(), SIZES)
def test_a_spoilt_consistency_proof_is_refused(data, size):
    first = data.draw(st.integers(1, size))
    proof = consistency_proof(first, size, tree_of(LEAVES))
    with pytest.raises(ProofError):
        verify_consistency(first, size, data.draw(spoilt(proof)), ROOTS[first], ROOTS[size])


@given(st.data(), SIZES)
def test_a_consistency_proof_holds_for_two_sizes_and_roots_only(data, size):
    first = data.draw(st.integers(1, size))
    proof = consistency_proof(first, size, tree_of(LEAVES))
    for roots in (
        (data.draw(st.sampled_from([root for root in ROOTS if root != ROOTS[first]])), ROOTS[size]),
        (ROOTS[first], data.draw(st.sampled_from([root for root in ROOTS if root != ROOTS[size]]))),
    ):
        with pytest.raises(ProofError):
            verify_consistency(first, size, proof, *roots)
    other = data.draw(st.integers(-3, len(LEAVES)).filter(lambda value: value != first))
    with pytest.raises(ProofError):
        verify_consistency(other, size, proof, ROOTS[first], ROOTS[size])


def turns(m, n, *, at_leaf):
    """On which sides the path to leaf ``m``, or to the end of a tree of ``m``, has siblings."""
    if n == (1 if at_leaf else m):
        return ""
    k = 1
    while k * 2 < n:
        k *= 2
    if m < k or (m == k and not at_leaf):
        return turns(m, k, at_leaf=at_leaf) + "r"
    return turns(m - k, n - k, at_leaf=at_leaf) + "l"


@given(st.data(), SIZES, SIZES)
def test_another_size_is_refused_where_the_proof_has_another_shape(data, size, other):
    # Where it has the same shape, the same hashes lead to the same root, in the RFC's algorithms
    # too. What binds a size to a root is the signature over both, in the checkpoint.
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, tree_of(LEAVES))
    same = index < other and turns(index, other, at_leaf=True) == turns(index, size, at_leaf=True)
    if not same:
        with pytest.raises(ProofError):
            verify_inclusion(LEAVES[index], index, other, proof, ROOTS[size])
    first = index + 1
    proof = consistency_proof(first, size, tree_of(LEAVES))
    same = first <= other and (
        turns(first, other, at_leaf=False) == turns(first, size, at_leaf=False)
    )
    if not same:
        with pytest.raises(ProofError):
            verify_consistency(first, other, proof, ROOTS[first], ROOTS[size])


@given(
    st.integers(-(2**70), 2**70),
    st.integers(-(2**70), 2**70),
    st.lists(st.binary(min_size=30, max_size=34), max_size=80),
    st.binary(max_size=40),
    st.binary(max_size=40),
)
def test_nonsense_proves_nothing(one, two, proof, left, right):
    with pytest.raises(ProofError):
        verify_inclusion(left, one, two, proof, right)
    if not (one == two and left == right):
        with pytest.raises(ProofError):
            verify_consistency(one, two, proof, left, right)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: inclusion_proof(5, 5, tree_of(LEAVES)),
        lambda: inclusion_proof(-1, 5, tree_of(LEAVES)),
        lambda: inclusion_proof(0, MAX_SIZE + 1, tree_of(LEAVES)),
        lambda: inclusion_proof(0, len(LEAVES) + 1, tree_of(LEAVES)),
        lambda: consistency_proof(0, 5, tree_of(LEAVES)),
        lambda: consistency_proof(6, 5, tree_of(LEAVES)),
        lambda: root_of([b"short"]),
        lambda: Frontier(3, [LEAVES[0]]),
        lambda: Frontier(1, [b"short"]),
        lambda: Frontier(-1),
        lambda: Frontier().append(b"short"),
    ],
)
def test_a_question_without_an_answer_is_a_usage_error(ask):
    with pytest.raises(UsageError):
        ask()
