"""The Merkle tree of RFC 6962, section 2.1: its hashes, its proofs, and their verification.

A hash is 32 bytes of SHA-256. A node is named by ``(level, index)``: level 0 are the leaf hashes,
and node ``(l, i)`` covers the leaves ``i·2^l … (i+1)·2^l - 1``. Only nodes that cover nothing but
leaves of the tree have such a name; all else is computed from them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sviedka.errors import ProofError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    HashAt = Callable[[int, int], bytes]
    """``hash_at(level, index)`` gives the hash of a complete node."""

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

MAX_SIZE: Final = 2**63 - 1
"""The most leaves of a tree: sizes are int64 in golang.org/x/mod/sumdb/tlog."""

_NODE: Final = sha256(b"\x01")


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one leaf: ``SHA-256(0x00 ‖ entry)``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: ``SHA-256(0x01 ‖ left ‖ right)``."""
    return sha256(b"\x01" + left + right).digest()


def parents(row: bytes) -> bytes:
    """The hashes one level above a row of whole pairs, both as concatenated hashes."""
    found = []
    for start in range(0, len(row), 2 * HASH_SIZE):
        # Copying a hash that has seen its 0x01 is a third faster than starting one, and this loop
        # is where a big ledger's verification spends its time.
        node = _NODE.copy()
        node.update(row[start : start + 2 * HASH_SIZE])
        found.append(node.digest())
    return b"".join(found)


def join(hashes: Iterable[bytes]) -> bytes:
    """Hashes as one row; UsageError if one of them is not 32 bytes."""
    row = list(hashes)
    if any(len(one) != HASH_SIZE for one in row):
        raise UsageError(f"a hash is not {HASH_SIZE} bytes long")
    return b"".join(row)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The Merkle Tree Hash over the given leaf hashes (RFC 6962 §2.1); of none, ``EMPTY_ROOT``."""
    return root_of_row(join(hashes))


def root_of_row(row: bytes) -> bytes:
    """The same over concatenated hashes of one level, of which the last may be of a lower one."""
    while len(row) > HASH_SIZE:
        # A last hash without a partner goes up as it is: the same tree as RFC 6962's split at the
        # largest power of two, built from below.
        paired = _pairs(row)
        row = parents(row[:paired]) + row[paired:]
    return row or EMPTY_ROOT


def tree_of(hashes: Iterable[bytes]) -> HashAt:
    """Every complete node of the tree over the given leaf hashes, held in memory."""
    rows = [join(hashes)]
    while len(rows[-1]) > HASH_SIZE:
        rows.append(parents(rows[-1][: _pairs(rows[-1])]))

    def hash_at(level: int, index: int) -> bytes:
        found = (
            rows[level][index * HASH_SIZE : (index + 1) * HASH_SIZE] if level < len(rows) else b""
        )
        if not found:
            raise UsageError(f"the tree has no node {index} at level {level}")
        return found

    return hash_at


class Frontier:
    """The right edge of a growing tree: one hash per set bit of its size, the widest node first.

    That is all that is needed to append and to know the root ("compact range" elsewhere).
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= MAX_SIZE or len(hashes) != size.bit_count():
            raise UsageError(f"{len(hashes)} hashes are not the right edge of a tree of {size}")
        join(hashes)
        self.size = size
        self._hashes = list(hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The right edge; with the size, what a later ``Frontier`` resumes from."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; amortised two hashes of work."""
        node = join([leaf])
        carry = self.size
        while carry & 1:
            node = node_hash(self._hashes.pop(), node)
            carry >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return _fold(self._hashes)


def subtree_root(start: int, end: int, hash_at: HashAt) -> bytes:
    """The Merkle Tree Hash of the leaves ``start … end - 1``.

    ``start`` is a multiple of the smallest power of two that is not below ``end - start``, as in
    every split that RFC 6962 makes; of the whole tree, ``subtree_root(0, size, hash_at)``.
    """
    edge = []
    while start < end:
        level = (end - start).bit_length() - 1
        edge.append(hash_at(level, start >> level))
        start += 1 << level
    return _fold(edge)


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """The path from leaf ``index`` to the root of the tree of ``size`` leaves (RFC 6962 §2.1.1)."""
    if not 0 <= index < size <= MAX_SIZE:
        raise UsageError(f"there is no leaf {index} in a tree of {size}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            proof.append(subtree_root(middle, end, hash_at))
            end = middle
        else:
            proof.append(subtree_root(start, middle, hash_at))
            start = middle
    return proof[::-1]


def consistency_proof(size1: int, size2: int, hash_at: HashAt) -> list[bytes]:
    """That the tree of ``size2`` leaves begins with the tree of ``size1`` (RFC 6962 §2.1.2)."""
    if not 0 < size1 <= size2 <= MAX_SIZE:
        raise UsageError(f"there is no consistency proof from size {size1} to size {size2}")
    proof, start, end = [], 0, size2
    while size1 < end:
        middle = _split(start, end)
        if size1 <= middle:
            proof.append(subtree_root(middle, end, hash_at))
            end = middle
        else:
            proof.append(subtree_root(start, middle, hash_at))
            start = middle
    if start:  # else that hash is the first root itself, which the verifier has
        proof.append(subtree_root(start, end, hash_at))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Leaf hash ``leaf`` is at ``index`` of the tree with this size and root (RFC 9162 §2.1.3.2).

    ProofError if not.
    """
    if not 0 <= index < size:
        raise ProofError(f"the proof speaks of leaf {index} in a tree of {size}")
    _, computed = _climb(index, size - 1, [leaf, *proof])
    if computed != root:
        raise ProofError(f"the inclusion proof of leaf {index} does not lead to the root")


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> None:
    """The tree (size1, root1) is the beginning of the tree (size2, root2) (RFC 9162 §2.1.4.2).

    ProofError if not; also if ``size1`` is 0, since an empty tree begins every other and its proof
    would prove nothing.
    """
    if not 0 < size1 <= size2:
        raise ProofError(f"nothing can be proved from size {size1} to size {size2}")
    if size1 == size2:
        if proof or root1 != root2:
            raise ProofError(f"two trees of size {size1} have different roots, or a proof too much")
        return
    # The proof starts at the last complete node of the old tree. When that is the whole old tree,
    # the verifier has its hash already and the proof leaves it out.
    path = [root1, *proof] if size1.bit_count() == 1 else list(proof)
    height = ((size1 - 1) ^ size1).bit_length() - 1
    old, new = _climb((size1 - 1) >> height, (size2 - 1) >> height, path)
    if old != root1 or new != root2:
        raise ProofError(f"the tree of {size2} does not begin with the tree of {size1}")


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Follow a path from a node, whose hash is its first, to the root.

    ``node`` and ``last`` number the node and the last node on its level. Gives two roots: of the
    tree that ends with the node, which needs the siblings to the left only, and of the whole tree.
    """
    # Lengths first: 31 + 33 bytes would hash like 32 + 32.
    if not path or any(len(one) != HASH_SIZE for one in path):
        raise ProofError(f"the proof is empty, or a hash in it is not {HASH_SIZE} bytes long")
    ended = whole = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof has too many hashes")
        # On the right edge a left child has no sibling: it goes up as it is.
        while node == last and not node & 1:
            node, last = node >> 1, last >> 1
        if node & 1:
            ended, whole = node_hash(sibling, ended), node_hash(sibling, whole)
        else:
            whole = node_hash(whole, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("the proof has too few hashes")
    return ended, whole


def _pairs(row: bytes) -> int:
    """How many bytes of the row are whole pairs of hashes."""
    return len(row) - len(row) % (2 * HASH_SIZE)


def _split(start: int, end: int) -> int:
    """Where RFC 6962 cuts a range: after the largest power of two below its length."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _fold(edge: Sequence[bytes]) -> bytes:
    """The root over complete nodes of falling width."""
    if not edge:
        return EMPTY_ROOT
    computed = edge[-1]
    for left in reversed(edge[:-1]):
        computed = node_hash(left, computed)
    return computed
