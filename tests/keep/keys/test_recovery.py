import secrets

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep import age
from sviedka.keep.keys import recovery
from sviedka.keep.keys.recovery import KeyBackup, RecoveryKey
from sviedka.keep.ledger import members

ARCHIVE = "5a" * 32
KEY = RecoveryKey.generate(secrets.token_bytes)
BACKUP = KeyBackup(
    archive=ARCHIVE,
    log=b"l" * 32,
    made="2024-02-29",
    outer={"c1" * 16 + "/status/2": b"o" * 32},
    v=1,
)

# HKDF-SHA256 of the 32 bytes 0…31, no salt, info "sviedka/recovery/sign/v1", worked out with hmac
# alone: RFC 5869 §2.2 and §2.3.
SIGN_SEED = "8876cc53d22b6408d754c3b41974eaa7e2ad9bbd657bc96ab40e5238803ba69c"


def test_the_signing_key_is_derived_as_the_format_says():
    assert RecoveryKey(bytes(range(32))).keys.sign_seed.hex() == SIGN_SEED


def test_the_sheet_is_a_member_with_that_one_role():
    origin = "sviedka/" + "0" * 32
    member = KEY.keys.member(origin, ["recovery"], None)
    members.check(member, origin)


def test_grants_are_sealed_to_the_identity_on_the_sheet():
    assert age.HybridIdentity.parse(KEY.to_secret_text()).seed == KEY.keys.seal_seed


def test_a_backup_opens_with_the_sheet():
    sealed = recovery.seal_backup(BACKUP, KEY.keys.seal_public)
    assert recovery.open_backup(sealed, KEY, ARCHIVE) == BACKUP


def test_a_backup_is_written_with_the_names_of_the_format():
    sealed = recovery.seal_backup(BACKUP, KEY.keys.seal_public)
    read = msgspec.json.decode(age.open_sealed([KEY.keys.identity], sealed))
    assert list(read) == ["archive", "log", "made", "outer", "v"]


def test_a_backup_of_another_sheet_or_archive_is_refused():
    sealed = recovery.seal_backup(BACKUP, KEY.keys.seal_public)
    with pytest.raises(AccessError):
        recovery.open_backup(sealed, RecoveryKey.generate(secrets.token_bytes), ARCHIVE)
    with pytest.raises(IntegrityError):
        recovery.open_backup(sealed, KEY, "77" * 32)


def test_a_changed_backup_is_noticed():
    sealed = bytearray(recovery.seal_backup(BACKUP, KEY.keys.seal_public))
    sealed[-5] ^= 4
    with pytest.raises(IntegrityError):
        recovery.open_backup(bytes(sealed), KEY, ARCHIVE)


@given(st.binary(max_size=300))
def test_whatever_is_not_a_backup_gives_a_typed_error(payload):
    for data in (payload, age.seal([KEY.keys.identity.recipient], payload)):
        with pytest.raises(SviedkaError):
            recovery.open_backup(data, KEY, ARCHIVE)


@given(st.binary(max_size=64).filter(lambda seed: len(seed) != 32))
def test_a_seed_has_32_bytes(seed):
    with pytest.raises(FormatError):
        RecoveryKey(seed)


def test_no_representation_shows_a_secret():
    shown = repr(KEY) + str(KEY) + repr(BACKUP) + str(BACKUP) + repr(BACKUP.__rich_repr__())
    for secret in (KEY.seed.hex(), KEY.to_secret_text(), "llll", "oooo"):
        assert secret not in shown
