"""Proofs to carry away: read, written, verified, and refused when anything in them changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, ProofError, SviedkaError
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.merkle import inclusion_proof, leaf_hash, root_of, tree_of
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.ledger.proof import MAX_HASHES, MAX_PROOF, LogProof
from sviedka.keep.ledger.strict import to_base64

LOG = SigningKey("example.org/log", KeyType.ED25519, b"\x01" * 32)
WITNESS = SigningKey("example.org/witness", KeyType.COSIGNATURE_V1, b"\x02" * 32)
ENTRIES = [b"entry %d" % number for number in range(40)]
LEAVES = list(map(leaf_hash, ENTRIES))


def proof_of(index, size=40, extra=b""):
    head = Checkpoint(LOG.name, size, root_of(LEAVES[:size]))
    note = checkpoint.cosign(checkpoint.sign(head, LOG), WITNESS, 1_700_000_000)
    return LogProof(index, tuple(inclusion_proof(index, size, tree_of(LEAVES))), note, extra)


PROOFS = st.builds(proof_of, st.integers(0, 20), st.integers(21, 40), st.binary(max_size=20))


def test_a_proof_is_written_as_specified():
    # C2SP tlog-proof, "Format".
    proof = proof_of(2, 3, b"more")
    assert bytes(proof) == (
        b"c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 2\n"
        + to_base64(root_of(LEAVES[:2])).encode()
        + b"\n\n"
        + bytes(proof.note)
    )
    alone = proof_of(0, 1)
    assert bytes(alone) == b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + bytes(alone.note)


@given(PROOFS)
def test_what_is_written_is_read_again(proof):
    assert LogProof.parse(bytes(proof)) == proof


@given(st.integers(1, 40), st.data())
def test_a_proof_verifies_for_its_entry_only(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = LogProof.parse(bytes(proof_of(index, size)))
    assert proof.verify(ENTRIES[index], LOG.verifier).size == size
    assert checkpoint.cosignatures(proof.note, [WITNESS.verifier]) == {
        WITNESS.verifier: 1_700_000_000
    }
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[index] + b"x", LOG.verifier)
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[index], WITNESS.verifier)
    with pytest.raises(ProofError):
        proof.verify(ENTRIES[index], LOG.verifier, "example.org/other")
    with pytest.raises(ProofError):
        replace(proof, index=(index + 1) % 40).verify(ENTRIES[index], LOG.verifier)


def test_extra_data_is_carried_and_not_authenticated():
    proof = LogProof.parse(bytes(replace(proof_of(5, extra=b"one"), extra=b"two")))
    assert proof.extra == b"two"
    proof.verify(ENTRIES[5], LOG.verifier)


PLAIN = bytes(proof_of(13))
SIGNED = PLAIN.index(WITNESS.name.encode())


@given(st.integers(0, SIGNED - 1), st.integers(1, 255))
def test_any_changed_byte_before_the_witness_is_refused(at, change):
    spoilt = bytearray(PLAIN)
    spoilt[at] ^= change
    with pytest.raises(SviedkaError):
        LogProof.parse(bytes(spoilt)).verify(ENTRIES[13], LOG.verifier)


@given(st.binary() | st.binary().map(lambda tail: b"c2sp.org/tlog-proof@v1\n" + tail))
def test_arbitrary_bytes_raise_typed_errors_only(data):
    with pytest.raises(FormatError):
        LogProof.parse(data)


@given(PROOFS, st.data())
def test_bytes_that_are_read_are_written_the_same(proof, data):
    spoilt = bytearray(bytes(proof))
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = LogProof.parse(bytes(spoilt))
    except FormatError:
        return
    assert bytes(found) == spoilt


HASH = to_base64(b"h" * 32)
NOTE = bytes(proof_of(0, 1).note).decode()


@pytest.mark.parametrize(
    "head",
    [
        "c2sp.org/tlog-proof@v2\nindex 0\n",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra AAA\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\nextra AAAA\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n",
        "c2sp.org/tlog-proof@v1\nindex  0\n",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775807\n",
        "c2sp.org/tlog-proof@v1\nindex\n",
        "c2sp.org/tlog-proof@v1\r\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH} \n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64,
        "c2sp.org/tlog-proof@v1\nindex \u0430\n",
    ],
)
def test_other_proofs_are_refused(head):
    assert LogProof.parse(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}".encode())
    with pytest.raises(FormatError):
        LogProof.parse(f"{head}\n{NOTE}".encode())


def test_a_proof_has_a_bounded_size():
    note = Note.parse(NOTE.encode())
    assert LogProof(0, (b"h" * 32,) * MAX_HASHES, note, b"x" * (MAX_NOTE // 2))
    for index, hashes, extra in (
        (-1, (), b""),
        (0, (b"h" * 32,) * (MAX_HASHES + 1), b""),
        (0, (b"h",), b""),
        (0, (), b"x" * MAX_PROOF),
    ):
        with pytest.raises(FormatError):
            LogProof(index, hashes, note, extra)
    with pytest.raises(FormatError):
        LogProof.parse(b"x" * (MAX_PROOF + 1))
