import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import AccessError, FormatError
from sviedka.keep.age import HybridIdentity, scan_header, seal
from sviedka.keep.keys import hpke

IDENTITY = HybridIdentity.from_seed(bytes(range(32)))
PUBLIC = IDENTITY.recipient.to_bytes()
SEALED = hpke.seal(PUBLIC, b"purpose\n", b"seed")

WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@given(st.binary(max_size=2000), st.binary(max_size=300))
def test_what_is_sealed_opens_with_the_same_info(plaintext, info):
    sealed = hpke.seal(PUBLIC, info, plaintext)
    assert len(sealed) == len(plaintext) + hpke.OVERHEAD
    assert hpke.unseal(IDENTITY, info, sealed) == plaintext


def test_nothing_opens_with_another_key():
    with pytest.raises(AccessError):
        hpke.unseal(HybridIdentity.generate(), b"purpose\n", SEALED)


@given(st.binary(max_size=300).filter(lambda info: info != b"purpose\n"))
def test_nothing_opens_with_another_info(info):
    with pytest.raises(AccessError):
        hpke.unseal(IDENTITY, info, SEALED)


@given(st.integers(0, 8 * len(SEALED) - 1))
def test_any_changed_bit_is_noticed(bit):
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(AccessError):
        hpke.unseal(IDENTITY, b"purpose\n", bytes(changed))


@given(st.one_of(st.binary(max_size=1300), st.integers(0, len(SEALED) - 1).map(SEALED.__getitem__)))
def test_bytes_that_nobody_sealed_do_not_open(sealed):
    data = sealed if isinstance(sealed, bytes) else SEALED[:sealed]
    with pytest.raises(AccessError):
        hpke.unseal(IDENTITY, b"purpose\n", data)


def test_the_scheme_is_the_one_of_age_stanzas():
    # Those are held to the published vectors, so this ties HPKE as used here to them as well.
    stanza = scan_header(seal([IDENTITY.recipient], b"")).stanzas[0]
    sealed = stanza.value(1, size=1120) + stanza.body
    assert len(hpke.unseal(IDENTITY, b"age-encryption.org/mlkem768x25519", sealed)) == 16


@pytest.mark.parametrize("public", [b"", bytes(32), bytes(1215), b"\xff" * 1216, PUBLIC + b"\0"])
def test_a_public_key_that_is_none_is_refused(public):
    with pytest.raises(FormatError):
        hpke.seal(public, b"", b"seed")


def test_a_public_key_that_shares_its_secret_with_everyone_is_refused():
    with pytest.raises(FormatError, match="same secret"):
        hpke.seal(PUBLIC[:1184] + bytes(32), b"", b"seed")


def test_info_is_written_line_by_line_as_the_format_says():
    assert hpke.info("sviedka/sealed/v1", archive="5a" * 32, device="00ff", seq=17) == (
        b"sviedka/sealed/v1\n"
        b"suite mlkem768x25519-hkdfsha256-chacha20poly1305\n"
        b"archive " + b"5a" * 32 + b"\ndevice 00ff\nseq 17\n"
    )


@given(
    st.dictionaries(st.sampled_from("abc"), WORDS), st.dictionaries(st.sampled_from("abc"), WORDS)
)
def test_different_fields_never_give_the_same_info(one, other):
    same = list(one.items()) == list(other.items())
    assert (hpke.info("p", **one) == hpke.info("p", **other)) == same


@pytest.mark.parametrize("value", ["", "two words", "line\nfeed", "слова", "\x7f"])
def test_info_takes_no_value_that_could_be_read_otherwise(value):
    with pytest.raises(FormatError):
        hpke.info("p", device=value)


def test_ten_thousand_seals_take_under_two_and_a_half_seconds():
    start = time.process_time()
    for _ in range(2_000):
        hpke.seal(PUBLIC, b"purpose\n", bytes(512))
    assert time.process_time() - start < 2.5 * 2_000 / 10_000
