"""Signed notes: the specification's example, what is kept, what is ignored, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, ProofError
from sviedka.keep.ledger.note import MAX_NOTE, MAX_SIGNATURES, Note, Signature, Verified
from sviedka.keep.ledger.notekeys import KeyType, SigningKey, VerifierKey

# C2SP signed-note, "Verifier keys", Example.
SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED_NOTE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()  # noqa: E501  a signature line cannot be broken

LOG = SigningKey("example.org/log", KeyType.ED25519, b"\x01" * 32)
WITNESS = SigningKey("example.org/witness", KeyType.COSIGNATURE_V1, b"\x02" * 32)

LINES = st.characters(exclude_categories=["Cs", "Cc"])
TEXTS = st.text(LINES | st.just("\n"), max_size=60).map(lambda text: text + "\n")
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"),
    min_size=1,
    max_size=20,
)
SIGNATURES = st.builds(
    Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))


def test_the_specifications_example_verifies():
    key = VerifierKey.parse(SPECIFIED_KEY)
    note = Note.parse(SPECIFIED_NOTE)
    assert note.text == "This is an example message.\n"
    assert note.verified([key]) == (Verified(key, None),)
    note.verify(key)
    assert bytes(note) == SPECIFIED_NOTE


@given(NOTES)
def test_what_is_written_is_read_again(note):
    assert Note.parse(bytes(note)) == note


@given(st.binary() | NOTES.map(bytes), st.data())
def test_bytes_that_are_read_are_written_the_same(content, data):
    spoilt = bytearray(content)
    if spoilt and data.draw(st.booleans()):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        note = Note.parse(bytes(spoilt))
    except FormatError:
        return
    assert bytes(note) == spoilt


@given(TEXTS, st.integers(0, 2**40))
def test_a_note_is_signed_and_cosigned(text, time):
    note = Note.parse(bytes(Note.signed(text, LOG).cosigned(WITNESS, time)))
    note.verify(LOG.verifier)
    both = [LOG.verifier, WITNESS.verifier]
    assert note.verified(both) == (
        Verified(LOG.verifier, None),
        Verified(WITNESS.verifier, time),
    )


@given(TEXTS, TEXTS)
def test_a_signature_holds_for_one_text_only(text, other):
    note = Note(other, Note.signed(text, LOG).signatures)
    if text == other:
        note.verify(LOG.verifier)
    else:
        with pytest.raises(ProofError):
            note.verify(LOG.verifier)


@given(SIGNATURES)
def test_signatures_of_unknown_keys_are_kept_and_ignored(unknown):
    note = Note.signed("text\n", LOG).joined(unknown)
    assert Note.parse(bytes(note)).signatures[-1] == unknown
    note.verify(LOG.verifier)
    with pytest.raises(ProofError):
        note.verify(WITNESS.verifier)


def test_a_known_name_with_another_id_is_unknown():
    value = b"x" * 64
    same_name = Signature(LOG.name, b"0000", value)
    same_id = Signature("example.org/other", LOG.verifier.id, value)
    Note.signed("text\n", LOG).joined(same_name, same_id).verify(LOG.verifier)
    with pytest.raises(ProofError):
        Note("text\n", (same_name, same_id)).verify(LOG.verifier)


def test_a_wrong_signature_by_a_known_key_spoils_the_note():
    # C2SP signed-note, "Signatures": each must be verified, also the second of one key.
    wrong = Signature(LOG.name, LOG.verifier.id, b"x" * 64)
    with pytest.raises(ProofError):
        Note.signed("text\n", LOG).joined(wrong).verify(LOG.verifier)


def test_a_repeated_signature_counts_once():
    note = Note.signed("text\n", LOG)
    twice = Note(note.text, note.signatures * 2)
    assert Note.parse(bytes(twice)) == twice
    assert twice.verified([LOG.verifier]) == (Verified(LOG.verifier, None),)
    assert twice.verified([LOG.verifier] * 2) == (Verified(LOG.verifier, None),)
    assert note.joined(*note.signatures) == note


def test_the_text_ends_at_the_last_empty_line():
    line = str(Note.signed("text\n", LOG).signatures[0])
    assert Note.parse(f"a\n\n{line}\n\n\n{line}\n".encode()).text == f"a\n\n{line}\n\n"
    assert Note.parse(f"\n\n{line}\n".encode()).text == "\n"


LINE = str(Note.signed("text\n", LOG).signatures[0])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        f"text\n{LINE}\n",
        f"text\n\n{LINE}",
        f"text\n\n{LINE}\n\n",
        f"text\n\n{LINE}\nmore\n",
        f"text\n\n{LINE}\r\n",
        f"text\t\n\n{LINE}\n",
        f"te\0xt\n\n{LINE}\n",
        f"text\n\n-{LINE[1:]}\n",
        f"text\n\n {LINE}\n",
        f"text\n\n{LINE} \n",
        f"text\n\n{LINE[:-1]}\n",
        f"text\n\n{LINE.replace('/log', '/+log')}\n",
        f"text\n\n{LINE.replace('/log', '/ log')}\n",
        "text\n\n" + LINE.replace("/log", "/\u2003log") + "\n",
        "text\n\n— name \n",
        "text\n\n— name AAAAAA==\n",
        "text\n\n— name\n",
        "text\n\n—  AAAAAAAA\n",
    ],
)
def test_other_notes_are_refused(content):
    with pytest.raises(FormatError):
        Note.parse(content.encode())


def test_a_note_is_utf_8():
    with pytest.raises(FormatError):
        Note.parse(b"\xff" + SPECIFIED_NOTE)
    with pytest.raises(FormatError):
        Note("\ud800\n", (Signature("a", b"aaaa", b"a"),))


def test_a_note_has_a_bounded_size_and_number_of_signatures():
    signatures = tuple(Signature(f"key{n}", b"aaaa", b"a" * 5000) for n in range(16))
    assert Note.parse(bytes(Note("text\n", signatures))).signatures == signatures
    most = tuple(Signature(f"key{n}", b"aaaa", b"a") for n in range(MAX_SIGNATURES))
    content = bytes(Note("text\n", most))
    assert Note.parse(content).signatures == most
    for wrong in (content + str(most[0]).encode() + b"\n", b"x" * MAX_NOTE + SPECIFIED_NOTE):
        with pytest.raises(FormatError):
            Note.parse(wrong)
    for text, held in (
        ("text\n", (*most, most[0])),
        ("text\n", ()),
        ("text", most),
        ("x" * MAX_NOTE + "\n", most),
        ("te\txt\n", most),
    ):
        with pytest.raises(FormatError):
            Note(text, held)
