import secrets
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep import canonical
from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys import grants, hpke
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.facet import FacetEpoch

ARCHIVE = "5a" * 32
NAME = FacetEpoch("c1" * 16, "narrative", 3)
KEYS = DeviceKeys.generate(secrets.token_bytes)
FACET = HybridIdentity.generate()
OUTER = HybridIdentity.generate()
DATA = grants.write(
    ARCHIVE,
    NAME,
    FACET.seed,
    OUTER.recipient.to_bytes(),
    {KEYS.id: KEYS.seal_public},
)
GRANT = grants.parse(DATA)
RECIPIENT = FACET.recipient.to_bytes()

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


def rewritten(**changes):
    """The grant with other fields, as someone would write it who has no key."""
    fields = {field: getattr(GRANT, field) for field in GRANT.__struct_fields__}
    return grants.parse(canonical.encode(grants.GrantFile(**(fields | changes))))


def test_every_device_named_opens_the_key(stranger):
    devices = {each.id: each.seal_public for each in (KEYS, stranger)}
    data = grants.write(ARCHIVE, NAME, FACET.seed, OUTER.recipient.to_bytes(), devices)
    grant = grants.parse(data)
    assert grant.name == NAME
    assert grant.devices == sorted(devices)
    for keys in (KEYS, stranger):
        assert grants.open_grant(grant, keys, OUTER, RECIPIENT).seed == FACET.seed


def test_each_copy_has_the_size_that_the_format_says():
    assert [len(each.sealed) for each in GRANT.grants] == [2304]


def test_a_device_that_is_not_named_is_told(stranger):
    with pytest.raises(AccessError, match="not granted"):
        grants.open_grant(GRANT, stranger, OUTER, RECIPIENT)


def test_under_another_outer_key_nothing_opens():
    with pytest.raises(AccessError):
        grants.open_grant(GRANT, KEYS, HybridIdentity.generate(), RECIPIENT)


def test_the_device_key_alone_opens_nothing():
    # What is left when the outer key is destroyed: the device, its keys, a copy of the file.
    with pytest.raises(AccessError):
        grants.open_grant(GRANT, KEYS, KEYS.identity, RECIPIENT)
    with pytest.raises(AccessError):
        hpke.unseal(KEYS.identity, b"", GRANT.grants[0].sealed)


def test_the_outer_key_alone_opens_no_seed():
    info = hpke.info(
        "sviedka/grant/v1",
        archive=ARCHIVE,
        case=NAME.case,
        facet=NAME.facet,
        epoch=NAME.epoch,
        device=KEYS.id,
        lock="outer",
    )
    inner = hpke.unseal(OUTER, info, GRANT.grants[0].sealed)
    assert len(inner) == 1168
    assert FACET.seed not in inner
    with pytest.raises(AccessError):
        hpke.unseal(OUTER, info.replace(b"lock outer", b"lock inner"), inner)


@given(
    change=st.one_of(
        st.fixed_dictionaries({"archive": st.binary(min_size=32, max_size=32).map(bytes.hex)}),
        st.fixed_dictionaries({"case": ids}),
        st.fixed_dictionaries({"epoch": st.integers(1, 2**31).filter(lambda n: n != NAME.epoch)}),
        st.fixed_dictionaries(
            {"facet": st.sampled_from(["audit", "contact", "evidence", "identity", "status"])}
        ),
    )
)
def test_a_grant_moved_to_another_place_opens_nothing(change):
    with pytest.raises(AccessError):
        grants.open_grant(rewritten(**change), KEYS, OUTER, RECIPIENT)


def test_a_grant_moved_to_another_device_opens_nothing(stranger):
    moved = grants.SealedGrant(device=stranger.id, sealed=GRANT.grants[0].sealed)
    with pytest.raises(AccessError):
        grants.open_grant(rewritten(grants=[moved]), stranger, OUTER, RECIPIENT)


def test_a_key_other_than_the_declared_is_refused():
    other = HybridIdentity.generate()
    with pytest.raises(IntegrityError, match="another key"):
        grants.open_grant(GRANT, KEYS, OUTER, other.recipient.to_bytes())


@given(st.integers(0, 8 * 2304 - 1))
def test_any_changed_bit_shuts_it(bit):
    sealed = bytearray(GRANT.grants[0].sealed)
    sealed[bit // 8] ^= 1 << bit % 8
    changed = grants.SealedGrant(device=KEYS.id, sealed=bytes(sealed))
    with pytest.raises(AccessError):
        grants.open_grant(rewritten(grants=[changed]), KEYS, OUTER, RECIPIENT)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_a_changed_byte_never_opens_another_key(at, flip):
    changed = DATA[:at] + bytes([DATA[at] ^ flip]) + DATA[at + 1 :]
    with pytest.raises((FormatError, AccessError)):
        grants.open_grant(grants.parse(changed), KEYS, OUTER, RECIPIENT)


@given(st.one_of(st.binary(max_size=400), st.integers(0, len(DATA) - 1).map(lambda n: DATA[:n])))
def test_whatever_is_not_a_grant_file_gives_a_typed_error(data):
    with pytest.raises(SviedkaError):
        grants.parse(data)


def test_what_the_format_does_not_know_is_refused(stranger):
    twice = DATA.replace(b'"grants":[', b'"grants":[' + DATA[DATA.index(b'{"device"') : -7] + b",")
    for data in (
        b" " + DATA,
        DATA.replace(b'"v":1', b'"v":1,"w":1'),
        DATA.replace(b'"narrative"', b'"diary"'),
        DATA.replace(b'"epoch":3', b'"epoch":0'),
        DATA.replace(b'"epoch":3', b'"epoch":03'),
        twice,
        DATA + bytes(grants.FILE_LIMIT),
    ):
        assert data != DATA
        with pytest.raises(FormatError):
            grants.parse(data)


def test_devices_out_of_order_or_twice_are_refused():
    with pytest.raises(FormatError, match="sorted set"):
        rewritten(grants=[*GRANT.grants, *GRANT.grants])


def test_one_file_holds_as_many_devices_as_an_entry_may_name():
    devices = {f"{n:032x}": KEYS.seal_public for n in range(grants.MAX_DEVICES)}
    data = grants.write(ARCHIVE, NAME, FACET.seed, OUTER.recipient.to_bytes(), devices)
    assert len(grants.parse(data).grants) == grants.MAX_DEVICES
    assert len(data) < grants.FILE_LIMIT


def test_a_thousand_grants_open_within_two_seconds():
    start = time.process_time()
    for _ in range(200):
        outer = HybridIdentity.from_seed(OUTER.seed)
        grants.open_grant(grants.parse(DATA), KEYS, outer, RECIPIENT)
    assert time.process_time() - start < 2 * 200 / 1000
