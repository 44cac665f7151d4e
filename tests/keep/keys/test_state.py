import hashlib
import secrets

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import (
    AccessError,
    ForkError,
    FormatError,
    IntegrityError,
    NewerFormatError,
    OtherMachineError,
    ProofError,
    RollbackError,
    SviedkaError,
)
from sviedka.keep import age
from sviedka.keep.keys import state as states
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.keys.state import DeviceState
from sviedka.keep.ledger.statements import Head

ARCHIVE = "5a" * 32
KEYS = DeviceKeys.generate(secrets.token_bytes)
MACHINE = "3c" * 32

hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
seeds = st.binary(min_size=32, max_size=32)
names = st.builds(
    FacetEpoch,
    st.sampled_from(["0" * 32, "c1" * 16, "c2" * 16]),
    st.sampled_from(["evidence", "status", "identity"]),
    st.integers(1, 12),
)
heads = st.builds(lambda root, size: Head(root=root, size=size), hashes, st.integers(0, 2**53 - 1))


def a_state(**changes):
    plain = DeviceState(
        archive=ARCHIVE,
        backup="",
        device=KEYS.id,
        head=Head(root="11" * 32, size=7),
        index=b"i" * 32,
        log=b"l" * 32,
        machine=MACHINE,
        outer={},
        sequencer=True,
        v=1,
    )
    return msgspec.structs.replace(plain, **changes)


@given(
    st.fixed_dictionaries(
        {
            "head": heads,
            "sequencer": st.booleans(),
            "backup": st.sampled_from(["", "2024-02-29"]),
            "index": seeds,
            "log": seeds,
        }
    ),
    st.dictionaries(names, seeds),
)
def test_a_state_survives_sealing(fields, outer):
    state = a_state(**fields).with_outer(outer)
    sealed = states.seal_state(state, KEYS)
    assert states.open_state(sealed, KEYS, ARCHIVE) == state
    assert b"mlkem768x25519" in sealed.split(b"\n")[1]


def test_it_is_written_with_the_names_of_the_format():
    state = a_state().with_outer({FacetEpoch("c1" * 16, "status", 2): b"o" * 32})
    payload = age.open_sealed([KEYS.identity], states.seal_state(state, KEYS))
    read = msgspec.json.decode(payload[64:])
    assert set(read) == {
        *("archive", "backup", "device", "head", "index"),
        *("log", "machine", "outer", "sequencer", "v"),
    }
    assert read["head"] == {"root": "11" * 32, "size": 7}
    assert list(read["outer"]) == ["c1" * 16 + "/status/2"]


@given(st.dictionaries(names, seeds), names, seeds)
def test_outer_keys_come_and_go(others, name, seed):
    state = a_state().with_outer(others).with_outer({name: seed})
    assert state.outer_seed(name) == seed
    gone = state.without_outer(name.case, name.facet)
    assert gone.outer_seed(name) is None
    kept = {each for each in others if each[:2] != name[:2]}
    assert gone.outer == {str(each): others[each] for each in kept}


@given(st.integers(1, 12))
def test_older_epochs_alone_can_go(before):
    keys = {FacetEpoch("c1" * 16, "narrative", epoch): bytes(32) for epoch in range(1, 12)}
    state = a_state().with_outer(keys).without_outer("c1" * 16, "narrative", before=before)
    left = [name.epoch for name in keys if state.outer_seed(name) is not None]
    assert left == list(range(before, 12))


def test_the_head_only_moves_forward():
    state = a_state()
    newer = Head(root="22" * 32, size=8)
    assert state.advanced(newer).head == newer
    assert state.advanced(state.head) == state
    with pytest.raises(RollbackError):
        state.advanced(newer).advanced(state.head)
    with pytest.raises(ForkError):
        state.advanced(Head(root="22" * 32, size=7))


def test_a_state_is_kept_in_the_folder_of_the_device(tmp_path):
    folder = DeviceFolder(tmp_path, ARCHIVE)
    folder.make()
    states.save(folder, KEYS, a_state(backup="2024-02-29"))
    assert states.load(folder, KEYS, ARCHIVE, MACHINE) == a_state(backup="2024-02-29")


def test_a_folder_copied_to_another_machine_is_told_and_told_what_to_do(tmp_path):
    folder = DeviceFolder(tmp_path, ARCHIVE)
    folder.make()
    states.save(folder, KEYS, a_state())
    with pytest.raises(OtherMachineError, match="join this machine as a device of its own"):
        states.load(folder, KEYS, ARCHIVE, "4d" * 32)


def test_the_state_of_another_device_or_archive_is_refused(stranger):
    sealed = states.seal_state(a_state(), KEYS)
    with pytest.raises(AccessError):
        states.open_state(sealed, stranger, ARCHIVE)
    with pytest.raises(IntegrityError):
        states.open_state(sealed, KEYS, "77" * 32)
    with pytest.raises(IntegrityError):
        states.open_state(states.seal_state(a_state(device=stranger.id), KEYS), KEYS, ARCHIVE)


def test_a_changed_state_is_noticed():
    sealed = bytearray(states.seal_state(a_state(), KEYS))
    sealed[-5] ^= 4
    with pytest.raises(IntegrityError):
        states.open_state(bytes(sealed), KEYS, ARCHIVE)


def written(said):
    """A state file that says this, signed by the device."""
    signature = KEYS.sign(b"sviedka/state/v1\n" + said)
    return age.seal([KEYS.identity.recipient], signature + said)


def test_the_state_of_a_later_version_says_so():
    with pytest.raises(NewerFormatError):
        states.open_state(written(b'{"archive":"later","v":2,"whatever":[]}'), KEYS, ARCHIVE)


def test_a_state_that_another_sealed_to_the_device_is_refused():
    payload = age.open_sealed([KEYS.identity], states.seal_state(a_state(), KEYS))
    forged = age.seal([KEYS.identity.recipient], bytes(64) + payload[64:])
    with pytest.raises(ProofError):
        states.open_state(forged, KEYS, ARCHIVE)


def test_what_the_last_key_backup_held_is_told_by_a_hash_of_names():
    one = a_state().with_outer({FacetEpoch("c1" * 16, "status", 1): b"o" * 32})
    other = one.with_outer({FacetEpoch("c2" * 16, "status", 1): b"p" * 32})
    assert one.outer_names != other.outer_names
    assert other.without_outer("c2" * 16, "status").outer_names == one.outer_names
    assert one.outer_names == hashlib.sha256(f"{'c1' * 16}/status/1\n".encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"outer": {"c1/status/1": "AA"}},
        {"head": None},
        {"index": "c2hvcnQ="},
        {"backup": "yesterday"},
        {"more": 1},
    ],
)
def test_a_state_that_breaks_the_format_is_refused(change):
    payload = age.open_sealed([KEYS.identity], states.seal_state(a_state(), KEYS))
    broken = msgspec.json.encode(msgspec.json.decode(payload[64:]) | change, order="sorted")
    with pytest.raises(FormatError):
        states.open_state(written(broken), KEYS, ARCHIVE)


@given(st.binary(max_size=300))
def test_whatever_was_sealed_gives_a_typed_error(payload):
    for data in (payload, age.seal([KEYS.identity.recipient], payload)):
        with pytest.raises(SviedkaError):
            states.open_state(data, KEYS, ARCHIVE)


def test_no_representation_shows_a_secret():
    state = a_state().with_outer({FacetEpoch("c1" * 16, "status", 2): b"o" * 32})
    shown = repr(state) + str(state) + repr(state.__rich_repr__())
    for secret in ("iiii", "llll", "oooo"):
        assert secret not in shown
