"""The role of sequencer passes on, and from which head on which key signs."""

import pytest

from sviedka.errors import FormatError, NotPermittedError, ProofError
from tests.keep.ledger.authoring import (
    ALES,
    BARYS,
    RITA,
    SEALED,
    SHEET,
    STRANGER,
    VERA,
    LogKey,
    a_ledger,
    base,
)


def handover(ledger, author, heir, *signers, old=ALES, **changed):
    """A handover; ``changed`` is covered by the consent."""
    said = {"device": heir.key, "from": old.log_key.vkey, "to": heir.log_key.vkey} | changed
    message = f"sviedka/handover/v1\n{ledger.history.archive}\n{said['from']}\n{said['to']}\n"
    said = {"consent": base(heir.log_key.sign(message.encode()))} | said
    return ledger.entry("handover", author, *signers, data=said, sealed=SEALED)


def test_the_old_key_signs_and_the_new_device_agrees():
    ledger = a_ledger()
    ledger.put(handover(ledger, ALES, BARYS, ALES.log_key))
    assert ledger.history.sequencer == BARYS.key
    ledger.day(BARYS, "2024-01-01")
    with pytest.raises(NotPermittedError, match="sequencer"):
        ledger.day(ALES, "2024-01-02")


@pytest.mark.parametrize("author", [BARYS, VERA, RITA])
def test_any_member_may_carry_it_with_the_old_keys_signature(author):
    ledger = a_ledger()
    ledger.put(handover(ledger, author, VERA, ALES.log_key))
    assert ledger.history.sequencer == VERA.key


@pytest.mark.parametrize("signers", [[], [ALES.log_key]])
def test_recovery_needs_no_signature_of_a_key_that_may_be_lost(signers):
    ledger = a_ledger()
    ledger.put(handover(ledger, SHEET, BARYS, *signers))
    assert ledger.history.sequencer == BARYS.key


@pytest.mark.parametrize(
    "entry",
    [
        lambda log: handover(log, ALES, BARYS),  # no signature by the old log key
        lambda log: handover(log, BARYS, BARYS),
        lambda log: handover(log, ALES, BARYS, BARYS.log_key),  # by another one
        lambda log: handover(log, ALES, BARYS, ALES.log_key, BARYS),
        lambda log: handover(log, ALES, BARYS, ALES.log_key, consent=base(bytes(64))),
        lambda log: handover(log, ALES, BARYS, ALES.log_key, old=BARYS),  # from a key not in force
        lambda log: handover(log, ALES, STRANGER, ALES.log_key),  # to nobody here
        lambda log: handover(log, ALES, SHEET, ALES.log_key),  # to a key that signs no heads
        lambda log: handover(log, ALES, BARYS, ALES.log_key, to=VERA.log),
        lambda log: handover(log, ALES, BARYS, ALES.log_key, to=LogKey("Barys", type_=4).vkey),
    ],
)
def test_a_handover_that_lacks_a_word_is_refused(entry):
    ledger = a_ledger()
    with pytest.raises((ProofError, NotPermittedError)):
        ledger.put(entry(ledger))


def test_a_consent_is_for_one_archive_and_one_pair_of_keys():
    ledger, other = a_ledger(), a_ledger()
    other.history.archive = "ab" * 32
    consent = base(handover(other, ALES, BARYS).body.data.consent)
    with pytest.raises(ProofError):
        ledger.put(handover(ledger, ALES, BARYS, ALES.log_key, consent=consent))


def test_out_of_form_it_is_refused():
    for changed in ({"consent": base(bytes(63))}, {"device": "x"}, {"from": ""}, {"when": "now"}):
        with pytest.raises(FormatError):
            handover(a_ledger(), ALES, BARYS, ALES.log_key, **changed)


def test_which_key_signs_which_head():
    ledger = a_ledger()
    position = len(ledger.lines)
    ledger.put(handover(ledger, ALES, BARYS, ALES.log_key))
    at = ledger.history.log_keys_at
    assert at(0) == at(position) == [ALES.log]
    assert at(position + 1) == [ALES.log, BARYS.log]
    assert at(position + 2) == at(10**9) == [BARYS.log]


def test_it_may_pass_on_again_at_once_and_back():
    ledger = a_ledger()
    position = len(ledger.lines)
    ledger.put(handover(ledger, ALES, BARYS, ALES.log_key))
    ledger.put(handover(ledger, BARYS, VERA, BARYS.log_key, old=BARYS))
    ledger.content(VERA)
    ledger.put(handover(ledger, ALES, ALES, VERA.log_key, old=VERA))
    expected = [[ALES.log], [ALES.log, BARYS.log], [BARYS.log, VERA.log], [VERA.log]]
    expected += [[VERA.log, ALES.log], [ALES.log]]
    assert [ledger.history.log_keys_at(position + more) for more in range(6)] == expected


def test_the_former_sequencer_may_go():
    ledger = a_ledger()
    ledger.put(handover(ledger, ALES, BARYS, ALES.log_key))
    ledger.remove(BARYS, ALES)
    assert ALES.key not in ledger.history.members
