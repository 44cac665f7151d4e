"""Checkpoints: the specifications' examples, signing, witnessing, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, ProofError, UsageError
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.merkle import MAX_SIZE
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.ledger.strict import from_base64

# C2SP tlog-cosignature, the example at its beginning.
SPECIFIED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()  # noqa: E501  a signature line cannot be broken

LOG = SigningKey("example.org/log", KeyType.ED25519, b"\x01" * 32)
WITNESSES = [
    SigningKey(f"example.org/w{n}", KeyType.COSIGNATURE_V1, bytes([n]) * 32) for n in (2, 3, 4)
]
HEAD = Checkpoint(LOG.name, 7, b"r" * 32)

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
HEADS = st.builds(
    Checkpoint,
    LINES,
    st.integers(0, MAX_SIZE),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def test_the_specifications_example_is_read():
    note = Note.parse(SPECIFIED)
    root = from_base64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    head = Checkpoint.parse(note.text)
    assert head == Checkpoint("example.com/behind-the-sofa", 20_852_163, root)
    assert str(head) == note.text
    # The cosignature there states the time 1679315147, in eight bytes after its key id.
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1_679_315_147
    assert len(note.signatures[1].value) == 72
    assert bytes(note) == SPECIFIED


@given(HEADS)
def test_what_is_written_is_read_again(head):
    assert Checkpoint.parse(str(head)) == head


@given(
    st.text("ab01=\n") | HEADS.map(str) | st.text(),
    st.integers(0, 70),
    st.text("a0=+\n ", max_size=2),
)
def test_a_text_that_is_read_is_written_the_same(text, at, change):
    spoilt = text[:at] + change + text[at + 1 :]
    try:
        head = Checkpoint.parse(spoilt)
    except FormatError:
        return
    assert str(head) == spoilt


@given(HEADS)
def test_a_signed_checkpoint_verifies_for_its_origin(head):
    note = Note.parse(bytes(checkpoint.sign(head, LOG)))
    assert checkpoint.verify(note, LOG.verifier, head.origin) == head
    with pytest.raises(ProofError):
        checkpoint.verify(note, LOG.verifier, head.origin + "x")
    with pytest.raises(ProofError):
        checkpoint.verify(note, WITNESSES[0].verifier, head.origin)


def test_the_origin_is_the_keys_name_unless_given():
    assert checkpoint.verify(checkpoint.sign(HEAD, LOG), LOG.verifier) == HEAD
    other = Checkpoint("example.org/other", 7, b"r" * 32)
    with pytest.raises(ProofError):
        checkpoint.verify(checkpoint.sign(other, LOG), LOG.verifier)


@given(HEADS, st.binary(min_size=32, max_size=32))
def test_a_signature_binds_size_and_root(head, root):
    signatures = checkpoint.sign(head, LOG).signatures
    for other in (
        Checkpoint(head.origin, head.size ^ 1, head.root, head.extensions),
        Checkpoint(head.origin, head.size, root, head.extensions),
        Checkpoint(head.origin, head.size, head.root, (*head.extensions, "more")),
    ):
        if other != head:
            with pytest.raises(ProofError):
                checkpoint.verify(Note(str(other), signatures), LOG.verifier, head.origin)


def test_a_note_that_is_no_checkpoint_is_refused_though_it_is_signed():
    note = Note.signed("text\n", LOG)
    with pytest.raises(FormatError):
        checkpoint.verify(note, LOG.verifier)
    with pytest.raises(FormatError):
        checkpoint.cosign(note, WITNESSES[0], 1)


def test_witnesses_are_told_apart_with_their_times():
    note = checkpoint.sign(HEAD, LOG)
    for time, witness in enumerate(WITNESSES[:2], start=1_700_000_000):
        note = checkpoint.cosign(note, witness, time)
    keys = [witness.verifier for witness in WITNESSES]
    note = Note.parse(bytes(note))
    assert checkpoint.cosignatures(note, keys) == {keys[0]: 1_700_000_000, keys[1]: 1_700_000_001}
    assert checkpoint.cosignatures(note, keys[1:]) == {keys[1]: 1_700_000_001}
    assert checkpoint.cosignatures(note, []) == {}
    assert checkpoint.verify(note, LOG.verifier) == HEAD


def test_a_witness_that_cosigned_twice_counts_once_from_its_first_time():
    note = checkpoint.sign(HEAD, LOG)
    for time in (30, 10, 20):
        note = checkpoint.cosign(note, WITNESSES[0], time)
    assert checkpoint.cosignatures(note, [WITNESSES[0].verifier]) == {WITNESSES[0].verifier: 10}


def test_a_wrong_cosignature_of_a_known_witness_is_an_error():
    cosignature = checkpoint.cosign(checkpoint.sign(HEAD, LOG), WITNESSES[0], 1).signatures[1]
    other = Checkpoint(LOG.name, 8, b"s" * 32)
    note = checkpoint.sign(other, LOG).joined(cosignature)
    assert checkpoint.verify(note, LOG.verifier) == other
    with pytest.raises(ProofError):
        checkpoint.cosignatures(note, [WITNESSES[0].verifier])


def test_a_log_is_not_its_own_witness():
    with pytest.raises(UsageError):
        checkpoint.cosignatures(checkpoint.sign(HEAD, LOG), [LOG.verifier])
    with pytest.raises(UsageError):
        checkpoint.cosign(checkpoint.sign(HEAD, LOG), LOG, 1)


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "origin\n",
        f"origin\n1\n{ROOT}",
        "origin\n1\n",
        f"\n1\n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n9223372036854775808\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-4]}\n",
        f"origin\n1\n{ROOT} \n",
        f"origin\n1\n{ROOT}\n\n",
        f"origin\n1\n{ROOT}\n\nmore\n",
    ],
)
def test_other_texts_are_refused(text):
    with pytest.raises(FormatError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "parts",
    [
        ("", 1, b"r" * 32),
        ("a\nb", 1, b"r" * 32),
        ("a", -1, b"r" * 32),
        ("a", MAX_SIZE + 1, b"r" * 32),
        ("a", 1, b"r" * 31),
        ("a", 1, b"r" * 32, ("",)),
    ],
)
def test_heads_that_cannot_be_written_cannot_be_made(parts):
    with pytest.raises(FormatError):
        Checkpoint(*parts)
