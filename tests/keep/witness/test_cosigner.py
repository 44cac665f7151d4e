import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import (
    ClockError,
    ForkError,
    IntegrityError,
    NotFoundError,
    ProofError,
    RollbackError,
    SviedkaError,
    UsageError,
    WrongPassphraseError,
)
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger.note import Note
from sviedka.keep.witness import Request, Witness
from tests.keep.witness.conftest import WORD
from tests.keep.witness.logs import ALog, log_key

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def log(partner):
    """A log whose first three entries this witness has seen."""
    log = ALog([1, 2, 3])
    partner.cosign(log.request(), log.vkey, NOW)
    return log


def test_a_cosignature_holds_for_anyone_who_knows_both_keys(partner):
    log = ALog([1, 2, 3])
    note = Note.parse(partner.cosign(log.request(), log.vkey, NOW))
    assert checkpoint.verify(note, log.key.verifier) == log.head()
    assert checkpoint.cosignatures(note, [partner.verifier]) == {
        partner.verifier: int(NOW.timestamp())
    }


def test_the_key_opens_again_with_its_passphrase(partner):
    assert Witness.open(partner.folder, WORD).verifier == partner.verifier
    with pytest.raises(WrongPassphraseError):
        Witness.open(partner.folder, "іншыя словы")
    with pytest.raises(NotFoundError):
        Witness.open(partner.folder / "elsewhere", WORD)


def test_a_key_is_not_replaced(partner):
    with pytest.raises(UsageError, match="already"):
        Witness.create(partner.folder, "other.example", WORD, os.urandom)


def test_the_key_file_holds_neither_name_nor_key_in_the_clear(partner):
    data = (partner.folder / "witness.age").read_bytes()
    assert b"partner" not in data
    assert b"PRIVATE" not in data


def test_a_log_is_cosigned_first_on_a_person_s_word_only(partner):
    log = ALog([1])
    with pytest.raises(UsageError, match="not seen the log"):
        partner.cosign(log.request(), None, NOW)
    with pytest.raises(ProofError, match="not signed"):
        partner.cosign(log.request(), str(log_key(2).verifier), NOW)
    with pytest.raises(UsageError, match="not the key of a log"):
        partner.cosign(log.request(), str(partner.verifier), NOW)
    assert partner.logs() == []


def test_from_then_on_each_head_continues_the_last(partner, log):
    log.leaves += [4, 5]
    partner.cosign(log.request(3), None, NOW)
    (known,) = partner.logs()
    assert (known.head, known.time) == (log.head(), int(NOW.timestamp()))


def test_the_same_head_is_cosigned_again(partner, log):
    later = NOW + timedelta(days=1)
    note = Note.parse(partner.cosign(log.request(), None, later))
    assert checkpoint.cosignatures(note, [partner.verifier]) == {
        partner.verifier: int(later.timestamp())
    }


def test_a_request_that_begins_elsewhere_says_where_to_begin(partner, log):
    log.leaves += [4]
    for old in (0, 2, 4):
        with pytest.raises(UsageError, match="has 3") as caught:
            partner.cosign(log.request(old), None, NOW)
        assert "--since 3" in caught.value.do
    fresh = ALog([1], log_key(5, "sviedka/another"))
    with pytest.raises(UsageError, match="has 0"):
        partner.cosign(fresh.request(1), fresh.vkey, NOW)


def test_a_rollback_is_refused(partner, log):
    with pytest.raises(RollbackError, match="seen 3 entries"):
        partner.cosign(log.request(2, size=2), None, NOW)


def test_a_fork_is_refused(partner, log):
    other = ALog([1, 2, "other"])
    with pytest.raises(ForkError, match="another history of 3"):
        partner.cosign(other.request(), None, NOW)
    other.leaves += [4, 5]
    with pytest.raises(ProofError, match="does not begin"):
        partner.cosign(other.request(3), None, NOW)
    assert partner.known(log.key.name).head == log.head()


def test_a_person_s_word_for_the_key_does_not_excuse_a_fork(partner, log):
    other = ALog([1, 2, "other", 4], log_key(2))
    with pytest.raises(ProofError, match="does not begin"):
        partner.cosign(other.request(3), other.vkey, NOW)


def test_a_log_goes_on_under_another_key_by_a_person_s_word(partner, log):
    heir = ALog([*log.leaves, 4], log_key(2))
    with pytest.raises(ProofError, match="not signed"):
        partner.cosign(heir.request(3), None, NOW)
    partner.cosign(heir.request(3), heir.vkey, NOW)
    heir.leaves += [5]
    partner.cosign(heir.request(4), None, NOW)


def test_a_head_under_another_name_is_refused(partner):
    other = ALog([1], log_key(1, "sviedka/other"))
    head = checkpoint.sign(ALog([1]).head(), other.key)
    with pytest.raises(ProofError, match="another log"):
        partner.cosign(bytes(Request(0, (), head)), other.vkey, NOW)


def test_a_clock_set_back_signs_nothing(partner, log):
    log.leaves += [4]
    with pytest.raises(ClockError):
        partner.cosign(log.request(3), None, NOW - timedelta(seconds=1))


def test_logs_are_kept_apart(partner, log):
    other = ALog(["a", "b"], log_key(7, "sviedka/other"))
    partner.cosign(other.request(), other.vkey, NOW)
    assert {each.head for each in partner.logs()} == {log.head(), other.head()}


def test_signatures_of_strangers_are_not_handed_on(partner):
    log = ALog([1])
    request = Request.parse(log.request())
    stranger = checkpoint.sign(log.head(), log_key(9, "stranger.example"))
    joined = Request(0, (), request.note.joined(*stranger.signatures))
    note = Note.parse(partner.cosign(bytes(joined), log.vkey, NOW))
    assert [each.name for each in note.signatures] == [log.key.name, partner.verifier.name]


def test_what_is_remembered_is_the_witness_s_own(partner, log):
    (path,) = (partner.folder / "logs").iterdir()
    vkey, _, _ = path.read_bytes().partition(b"\n\n")
    forged = checkpoint.sign(ALog([1]).head(), log.key)
    path.write_bytes(vkey + b"\n\n" + bytes(forged))
    with pytest.raises(ProofError, match="not signed by partner"):
        partner.cosign(log.request(1), None, NOW)


def test_every_flip_in_what_is_remembered_is_found(partner, log):
    (path,) = (partner.folder / "logs").iterdir()
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(SviedkaError):
            partner.logs()


def test_a_forgotten_log_needs_a_person_s_word_again(partner, log):
    shutil.rmtree(partner.folder / "logs")
    with pytest.raises(UsageError, match="not seen the log"):
        partner.cosign(log.request(), None, NOW)


def test_two_histories_at_once_are_not_both_cosigned(partner, log):
    forks = [ALog([*log.leaves, f"fork {number}"]) for number in range(8)]

    def attempt(fork):
        try:
            return partner.cosign(fork.request(3), None, NOW)
        except IntegrityError:
            return None

    with ThreadPoolExecutor(8) as pool:
        signed = [each for each in pool.map(attempt, forks) if each]
    assert len(signed) == 1


HEADS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 12), st.booleans()),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=HEADS)
def test_whatever_is_asked_one_history_is_cosigned(made, tmp_path_factory, asked):
    """Three histories with a common beginning; each asked for in any order, with any proof."""
    folder = tmp_path_factory.mktemp("any")
    partner = Witness(folder, made._key)
    histories = [[*range(4), *(f"{fork}/{at}" for at in range(8))] for fork in range(3)]
    signed = []
    for fork, size, old, honest in asked:
        log = ALog(histories[fork][:size])
        known = partner.known(log.key.name)
        start = known.head.size if known and honest else old
        try:
            note = Note.parse(partner.cosign(log.request(start), log.vkey, NOW))
        except SviedkaError:
            continue
        signed.append(log.leaves)
        assert checkpoint.verify(note, log.key.verifier) == log.head()
    for earlier, later in pairwise(signed):
        assert later[: len(earlier)] == earlier
