"""Who can open what, and how each kind of refusal is told."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import (
    AccessError,
    FormatError,
    IntegrityError,
    LockedError,
    UsageError,
    WrongPassphraseError,
)
from sviedka.keep.age import (
    HybridIdentity,
    HybridRecipient,
    ScryptIdentity,
    ScryptRecipient,
    Stanza,
    X25519Identity,
    X25519Recipient,
    parse_header,
    unwrap_file_key,
    wrap_file_key,
    write_header,
)

KEY = bytes(range(16))
SEEDS = st.binary(min_size=32, max_size=32)
TYPES = pytest.mark.parametrize(
    ("identity_type", "recipient_type"),
    [(HybridIdentity, HybridRecipient), (X25519Identity, X25519Recipient)],
)
WEAK = [bytes(32), b"\x01" + bytes(31)]  # X25519 points of low order (RFC 7748, section 6.1)


def opened(recipients, identities):
    return unwrap_file_key(parse_header(wrap_file_key(KEY, recipients)), identities)


@TYPES
@given(seed=SEEDS)
def test_keys_keep_their_identity_through_text_and_bytes(identity_type, recipient_type, seed):
    identity = identity_type.from_seed(seed)
    assert identity.seed == seed
    assert identity_type.parse(str(identity)).recipient == identity.recipient
    assert recipient_type.parse(str(identity.recipient)) == identity.recipient
    again = recipient_type.from_bytes(identity.recipient.to_bytes())
    assert hash(again) == hash(identity.recipient)
    assert opened([again], [identity]) == KEY


@TYPES
def test_generated_keys_differ_and_do_not_show_themselves(identity_type, recipient_type):
    identity, other = identity_type.generate(), identity_type.generate()
    assert identity.recipient != other.recipient
    assert str(identity) not in repr(identity)
    assert str(identity.recipient)[:20] in repr(identity.recipient)


@TYPES
def test_every_recipient_opens_and_nobody_else(identity_type, recipient_type):
    mine, yours, neither = (identity_type.generate() for _ in range(3))
    both = [mine.recipient, yours.recipient]
    assert opened(both, [mine]) == opened(both, [neither, yours]) == KEY
    for keys in ([], [neither], [ScryptIdentity("no")]):
        with pytest.raises(AccessError) as caught:
            opened(both, keys)
        assert type(caught.value) is AccessError


@TYPES
@given(data=st.binary(max_size=40) | st.binary(min_size=1216, max_size=1216))
def test_any_bytes_and_text_for_a_key_give_a_typed_error(identity_type, recipient_type, data):
    for make in (recipient_type.from_bytes, identity_type.from_seed):
        try:
            make(data)
        except FormatError:
            continue
    for parse in (recipient_type.parse, identity_type.parse):
        with pytest.raises(FormatError):
            parse(data.decode("latin-1"))


@TYPES
def test_a_file_key_wrapped_for_one_header_does_not_sign_another(identity_type, recipient_type):
    identity = identity_type.generate()
    forged = write_header(identity.recipient.wrap(KEY), bytes(16))
    with pytest.raises(IntegrityError):
        unwrap_file_key(parse_header(forged), [identity])


@TYPES
@given(data=st.data())
def test_stanzas_of_the_wrong_shape_are_refused(identity_type, recipient_type, data):
    identity = identity_type.from_seed(bytes(32))
    (stanza,) = identity.recipient.wrap(KEY)
    kind, share = stanza.arguments
    spoiled = data.draw(
        st.sampled_from(
            [
                Stanza((kind,), stanza.body),
                Stanza((kind, share, "more"), stanza.body),
                Stanza((kind, share[:-4]), stanza.body),
                Stanza((kind, share + "AAAA"), stanza.body),
                Stanza((kind, share[:-1] + "="), stanza.body),
                Stanza((kind, share), stanza.body[:-1]),
                Stanza((kind, share), stanza.body + b"\0"),
            ]
        )
    )
    with pytest.raises(FormatError):
        identity.unwrap([spoiled])


@TYPES
@pytest.mark.parametrize("point", WEAK)
def test_a_key_that_everyone_shares_is_refused_on_both_sides(identity_type, recipient_type, point):
    identity = identity_type.generate()
    weak = recipient_type.from_bytes(identity.recipient.to_bytes()[:-32] + point)
    with pytest.raises(FormatError, match="same secret"):
        weak.wrap(KEY)


def test_a_passphrase_opens_what_it_sealed():
    recipient = ScryptRecipient("пароль", work_factor=4)
    assert opened([recipient], [ScryptIdentity("пароль")]) == KEY
    with pytest.raises(WrongPassphraseError):
        opened([recipient], [X25519Identity.generate(), ScryptIdentity("Пароль")])
    with pytest.raises(LockedError):
        opened([recipient], [X25519Identity.generate()])


def test_a_passphrase_file_may_not_ask_for_endless_work():
    recipient = ScryptRecipient("p", work_factor=10)
    assert opened([recipient], [ScryptIdentity("p", max_work_factor=10)]) == KEY
    with pytest.raises(FormatError, match=r"2\^10 steps"):
        opened([recipient], [ScryptIdentity("p", max_work_factor=9)])


@pytest.mark.parametrize("factor", ["0", "04", "+4", "-4", "4 ", "0x4", "٤", "9" * 500, "", "18.0"])
def test_a_work_factor_is_a_plain_number(factor):
    (stanza,) = ScryptRecipient("p", work_factor=4).wrap(KEY)
    spoiled = Stanza((*stanza.arguments[:2], factor), stanza.body)
    with pytest.raises(FormatError):
        ScryptIdentity("p").unwrap([spoiled])


@pytest.mark.parametrize("passphrase", ["", "\udcff"])
def test_a_passphrase_is_text_and_not_empty(passphrase):
    for make in (ScryptRecipient, ScryptIdentity):
        with pytest.raises(UsageError):
            make(passphrase)


def test_recipients_that_weaken_each_other_do_not_share_a_file():
    hybrid, x25519 = HybridIdentity.generate().recipient, X25519Identity.generate().recipient
    passphrase = ScryptRecipient("p", work_factor=4)
    for company in ([], [hybrid, x25519], [x25519, passphrase], [passphrase, passphrase]):
        with pytest.raises(UsageError):
            wrap_file_key(KEY, company)


SHORT_OF_MEMORY = """
import resource
from sviedka.errors import AccessError
from sviedka.keep.age import ScryptIdentity, Stanza

resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
stanza = Stanza(("scrypt", "A" * 22, "20"), bytes(32))
try:
    ScryptIdentity("p").unwrap([stanza])
except AccessError as error:
    print(error)
"""


def test_a_machine_without_the_memory_for_a_passphrase_says_so():
    command = [sys.executable, "-c", SHORT_OF_MEMORY]
    said = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert b"takes 1024 MiB of memory" in said
