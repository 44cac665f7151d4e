"""Keys of notes: their text forms, ids and signatures."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, ProofError, UsageError
from sviedka.keep.ledger.notekeys import MAX_TIME, KeyType, SigningKey, VerifierKey

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"),
    min_size=1,
    max_size=20,
)
KEYS = st.builds(SigningKey, NAMES, st.sampled_from(KeyType), st.binary(min_size=32, max_size=32))
LOG = SigningKey("example.org/log", KeyType.ED25519, b"\x01" * 32)
WITNESS = SigningKey("example.org/witness", KeyType.COSIGNATURE_V1, b"\x02" * 32)

# C2SP signed-note, "Verifier keys", Example.
SPECIFIED = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_specifications_verifier_key_is_read_and_written():
    key = VerifierKey.parse(SPECIFIED)
    assert (key.name, key.type, key.id.hex()) == ("example.com/foo", KeyType.ED25519, "530d903a")
    assert str(key) == SPECIFIED


@given(KEYS)
def test_text_forms_are_read_back(key):
    assert SigningKey.parse(key.to_secret_text()) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


@given(KEYS)
def test_the_id_names_the_name_the_type_and_the_key(key):
    public = key.verifier
    named = key.name.encode() + b"\n" + bytes([key.type]) + public.public
    assert public.id == sha256(named).digest()[:4]


@given(KEYS)
def test_a_private_key_is_not_printed_by_accident(key):
    secret = key.to_secret_text().split("+", 4)[4]
    assert repr(key.seed) not in repr(key)
    assert secret not in repr(key) + str(key)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_a_plain_signature_is_plain_ed25519(text, bit):
    signature = LOG.sign(text)
    Ed25519PublicKey.from_public_bytes(LOG.verifier.public).verify(signature, text)
    assert LOG.verifier.verify(text, signature) is None
    spoilt = bytearray(signature)
    spoilt[bit // 8 % 64] ^= 1 << bit % 8
    with pytest.raises(ProofError):
        LOG.verifier.verify(text, bytes(spoilt))
    with pytest.raises(ProofError):
        LOG.verifier.verify(text + b"x", signature)


@given(st.binary(max_size=200), st.integers(0, MAX_TIME), st.integers(0, 575))
def test_a_cosignature_signs_its_time_too(text, time, bit):
    signature = WITNESS.cosign(text, time)
    # C2SP tlog-cosignature, "Format" and "Ed25519 signed message".
    assert (len(signature), signature[:8]) == (72, time.to_bytes(8, "big"))
    message = f"cosignature/v1\ntime {time}\n".encode() + text
    Ed25519PublicKey.from_public_bytes(WITNESS.verifier.public).verify(signature[8:], message)
    assert WITNESS.verifier.verify(text, signature) == time
    spoilt = bytearray(signature)
    spoilt[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ProofError):
        WITNESS.verifier.verify(text, bytes(spoilt))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.sampled_from(KeyType))
def test_no_key_and_no_bytes_but_a_signature_verify(public, signature, type_):
    with pytest.raises(ProofError):
        VerifierKey("example.org/other", type_, public).verify(b"some text\n", signature)


def test_a_signature_of_one_type_is_none_of_the_other():
    plain = SigningKey(WITNESS.name, KeyType.ED25519, WITNESS.seed)
    assert plain.verifier.id != WITNESS.verifier.id
    with pytest.raises(ProofError):
        WITNESS.verifier.verify(b"text\n", plain.sign(b"text\n"))
    with pytest.raises(UsageError):
        WITNESS.sign(b"text\n")
    with pytest.raises(UsageError):
        plain.cosign(b"text\n", 1)


@pytest.mark.parametrize("time", [-1, MAX_TIME + 1])
def test_times_end_where_the_specification_says(time):
    with pytest.raises(UsageError):
        WITNESS.cosign(b"text\n", time)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        SPECIFIED.replace("530d903a", "530d903b"),
        SPECIFIED.replace("530d903a", "530D903A"),
        SPECIFIED.replace("530d903a", "0530d903a"),
        SPECIFIED.replace("example.com/foo", "example.com/fop"),
        SPECIFIED.replace("example.com/foo", "example.com/ foo"),
        SPECIFIED.removeprefix("example.com/foo"),
        SPECIFIED.replace("+A", "+B"),  # type 0x05
        SPECIFIED[:-4],
        SPECIFIED + "\n",
        SPECIFIED + "+",
        "PRIVATE+KEY+" + SPECIFIED,
    ],
)
def test_other_verifier_keys_are_refused(text):
    with pytest.raises(FormatError):
        VerifierKey.parse(text)


def test_other_private_keys_are_refused_and_not_quoted():
    text = LOG.to_secret_text()
    secret = text.split("+", 4)[4]
    for wrong in (
        text[:-4],
        text.removeprefix("PRIVATE+"),
        text.replace("log", "lag"),
        text.replace("log", "l g"),
        text.replace("+" + LOG.verifier.id.hex(), ""),
        text.replace(LOG.verifier.id.hex(), "00000000"),
    ):
        with pytest.raises(FormatError) as caught:
            SigningKey.parse(wrong)
        assert secret[:-4] not in str(caught.value)


@given(st.text())
def test_arbitrary_text_raises_typed_errors_only(text):
    for parse in (VerifierKey.parse, SigningKey.parse):
        for prefix in ("", "PRIVATE+KEY+", "PRIVATE+KEY+a+00000000+"):
            with pytest.raises(FormatError):
                parse(prefix + text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x00b", "a\ud800b"])
def test_names_that_no_note_could_carry_are_refused(name):
    with pytest.raises(FormatError):
        VerifierKey(name, KeyType.ED25519, b"\0" * 32)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length):
    with pytest.raises(FormatError):
        VerifierKey("a", KeyType.ED25519, b"\0" * length)
    with pytest.raises(FormatError):
        SigningKey("a", KeyType.ED25519, b"\0" * length)
