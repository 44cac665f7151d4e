import time
import unicodedata

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import (
    FormatError,
    IntegrityError,
    SviedkaError,
    UsageError,
    WrongPassphraseError,
)
from sviedka.keep import age
from sviedka.keep.keys import device
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.ledger import members
from sviedka.keep.ledger.entry import verify
from sviedka.keep.ledger.notekeys import KeyType, SigningKey

ORIGIN = "sviedka/" + "0" * 32


@pytest.fixture(scope="module")
def locked(keys, archive, passphrase):
    return device.lock(keys, archive, passphrase)


def failure(data, archive, passphrase):
    """The error of a try, and the seconds of processor time that it took."""
    start = time.process_time()
    with pytest.raises(SviedkaError) as caught:
        device.unlock(data, archive, passphrase)
    return caught.value, time.process_time() - start


def with_stanza_changed(data, part):
    """The file with one letter of its passphrase stanza changed: of its salt or its body."""
    lines = data.split(b"\n")
    at = 1 if part == "salt" else 2
    words = lines[at].split(b" ")
    which = 2 if part == "salt" else 0
    words[which] = (b"A" if words[which][:1] != b"A" else b"B") + words[which][1:]
    lines[at] = b" ".join(words)
    return b"\n".join(lines)


def test_the_passphrase_gives_the_keys_back(locked, keys, archive, passphrase):
    assert device.unlock(locked, archive, passphrase) == keys


def test_other_programs_open_the_file_with_the_passphrase(locked, keys, archive, passphrase):
    payload = pyrage.passphrase.decrypt(locked, passphrase)
    assert device.read_payload(payload, archive) == keys
    assert b"-> scrypt " in locked
    assert locked.split(b"\n")[1].endswith(b" 17")


def test_a_letter_typed_as_two_is_the_same_letter(locked, keys, archive, passphrase):
    decomposed = unicodedata.normalize("NFD", passphrase)
    assert decomposed != passphrase
    assert device.unlock(locked, archive, decomposed) == keys


def test_a_wrong_passphrase_and_a_damaged_stanza_cost_and_say_the_same(locked, archive, passphrase):
    wrong, seconds = failure(locked, archive, "not it")
    assert type(wrong) is WrongPassphraseError
    assert seconds > 0.1  # 2^17 steps; far below what any machine needs for them
    for part in ("salt", "body"):
        damaged, damaged_seconds = failure(with_stanza_changed(locked, part), archive, passphrase)
        assert type(damaged) is WrongPassphraseError
        assert str(damaged) == str(wrong)
        assert 0.3 < damaged_seconds / seconds < 3


def test_a_wrong_passphrase_says_the_same_of_a_file_damaged_behind_it(locked, archive, passphrase):
    damaged = locked[:-1] + bytes([locked[-1] ^ 1])
    assert str(failure(damaged, archive, "not it")[0]) == str(failure(locked, archive, "nor")[0])
    assert type(failure(damaged, archive, passphrase)[0]) is IntegrityError


def test_the_keys_of_another_archive_are_refused(locked, passphrase):
    assert type(failure(locked, "77" * 32, passphrase)[0]) is IntegrityError


def test_a_new_passphrase_takes_the_place_of_the_old(locked, keys, archive, passphrase):
    changed = device.relock(locked, archive, passphrase, "new")
    assert device.unlock(changed, archive, "new") == keys
    assert type(failure(changed, archive, passphrase)[0]) is WrongPassphraseError


def test_an_empty_passphrase_protects_nothing_and_is_refused_at_once(locked, archive, passphrase):
    start = time.process_time()
    with pytest.raises(UsageError):
        device.relock(locked, archive, passphrase, "")
    assert time.process_time() - start < 0.1


def test_a_file_may_not_ask_for_more_work_than_the_format_does(locked, archive, passphrase):
    greedy = locked.replace(b" 17\n", b" 18\n", 1)
    error, seconds = failure(greedy, archive, passphrase)
    assert type(error) is FormatError
    assert seconds < 0.1


def test_a_file_that_needs_no_passphrase_is_not_opened(keys, archive, passphrase):
    sealed = age.seal([keys.identity.recipient], device.write_payload(keys, archive))
    failure(sealed, archive, passphrase)


@given(st.binary(max_size=300), st.sampled_from([b"", b"age-encryption.org/v1\n-> scrypt "]))
def test_whatever_is_not_a_device_file_gives_a_typed_error(data, start):
    with pytest.raises(SviedkaError):
        device.unlock(start + data, "5a" * 32, "x")


@given(st.binary(max_size=300))
def test_whatever_is_not_a_payload_gives_a_typed_error(data):
    with pytest.raises(SviedkaError):
        device.read_payload(data, "5a" * 32)


def test_a_longer_file_is_not_even_tried(archive):
    with pytest.raises(FormatError, match="4096"):
        device.unlock(bytes(5000), archive, "x")


def test_signatures_verify_under_the_public_key(keys):
    verify(keys.sign_public, b"message", keys.sign(b"message"))


def test_a_device_shows_itself_as_a_member_that_the_ledger_accepts(keys):
    log = SigningKey(ORIGIN, KeyType.ED25519, bytes(32)).verifier
    member = keys.member(ORIGIN, ["writer", "steward"], str(log))
    members.check(member, ORIGIN)
    assert member.device == keys.id == keys.key
    assert member.roles == ["steward", "writer"]
    assert (len(member.sign), len(member.seal)) == (32, 1216)


def test_two_devices_are_never_the_same(keys, stranger):
    assert keys.id != stranger.id
    assert keys != stranger


@pytest.mark.parametrize("sizes", [(31, 32), (32, 33), (0, 32)])
def test_seeds_have_32_bytes(sizes):
    with pytest.raises(FormatError):
        DeviceKeys(bytes(sizes[0]), bytes(sizes[1]))


def test_no_representation_shows_a_secret(keys):
    shown = repr(keys) + str(keys) + f"{keys!r:>10}"
    assert repr(keys.sign_seed)[2:-1] not in shown
    assert keys.sign_seed.hex() not in shown
    assert keys.seal_seed.hex() not in shown
    assert keys.id in shown
