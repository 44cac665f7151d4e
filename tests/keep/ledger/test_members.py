"""Who joins and leaves, on whose word, and whose signatures an entry may carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, NotPermittedError, ProofError
from sviedka.keep import canonical
from sviedka.keep.ledger import members
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from tests.keep.ledger.authoring import (
    ALES,
    BARYS,
    CASE,
    COMMONS,
    NOBODY,
    OBJECTS,
    ORIGIN,
    RITA,
    SEALED,
    SHEET,
    STRANGER,
    VERA,
    Device,
    Ledger,
    LogKey,
    a_ledger,
    base,
    keys,
    plain,
    sign,
)

NEW = Device("New", "reader", "writer")


def as_member(said):
    return canonical.decode(plain(said), say.Member, name="a member")


def with_roles(*roles):
    """A fresh ledger of a steward and such a device, and the device."""
    ledger, device = Ledger(), Device("Other", *roles)
    ledger.put(ledger.found(ALES, device))
    return ledger, device


@pytest.mark.parametrize("device", [ALES, NEW, SHEET])
def test_a_member_whose_keys_belong_together_is_accepted(device):
    members.check(as_member(device.member()), ORIGIN)


@pytest.mark.parametrize(
    "member",
    [
        NEW.member(device=ALES.key),
        NEW.member(sign=base(ALES.public)),
        NEW.member(proof=base(bytes(64))),
        NEW.member() | {"seal": ALES.seal},  # keys that the proof does not cover
        NEW.member() | {"log": ALES.log},
        NEW.member(roles=["writer", "reader"]),  # not ascending
        NEW.member(roles=["writer", "writer"]),
        NEW.member(roles=["recovery"]),  # a recovery key with a log key
        NEW.member(roles=["recovery", "steward"], log=None),
        NEW.member(log=None),  # a device without one
        NEW.member(log=LogKey("New", "sviedka/" + "08" * 16).vkey),  # of another log
        NEW.member(log=LogKey("New", type_=4).vkey),  # a witness's key
    ],
)
def test_a_member_whose_keys_do_not_belong_together_is_refused(member):
    with pytest.raises(ProofError):
        members.check(as_member(member), ORIGIN)
    with pytest.raises(ProofError):
        a_ledger().add(ALES, member, BARYS)


def test_a_log_key_that_is_none_is_refused():
    with pytest.raises(FormatError):
        a_ledger().add(ALES, NEW.member(log="sviedka"), BARYS)


@pytest.mark.parametrize("roles", [[], ["admin"], ["reader"] * 5])
def test_roles_that_the_format_does_not_know_are_refused(roles):
    with pytest.raises(FormatError):
        a_ledger().add(ALES, NEW.member(roles=roles), BARYS)


def test_enough_stewards_admit_a_device():
    ledger = a_ledger()
    ledger.add(ALES, NEW, BARYS)
    assert ledger.history.members[NEW.key].roles == ["reader", "writer"]
    ledger.content(NEW)


@pytest.mark.parametrize(
    ("author", "cosigners"),
    [(ALES, []), (BARYS, []), (VERA, []), (VERA, [ALES]), (RITA, [BARYS])],
)
def test_too_few_stewards_admit_nobody(author, cosigners):
    with pytest.raises(NotPermittedError, match="of 2 signatures"):
        a_ledger().add(author, NEW, *cosigners)


def test_a_writer_may_carry_what_enough_stewards_signed():
    ledger = a_ledger()
    ledger.add(VERA, NEW, ALES, BARYS)
    ledger.remove(RITA, VERA, ALES, BARYS)
    assert NEW.key in ledger.history.members
    assert VERA.key not in ledger.history.members


def test_recovery_alone_admits_but_does_not_remove():
    ledger = a_ledger()
    ledger.add(SHEET, NEW)
    with pytest.raises(NotPermittedError, match="0 of 2"):
        ledger.remove(SHEET, NEW)


def test_a_recovered_device_is_a_steward_like_any_other():
    """All devices are lost: the sheet admits a new one, which then acts."""
    ledger, steward = a_ledger(), Device("Recovered", "steward")
    ledger.add(SHEET, steward)
    ledger.declare(steward, "c2" * 16)
    ledger.remove(steward, BARYS, ALES)
    assert BARYS.key not in ledger.history.members


def test_a_steward_is_removed_by_the_others():
    ledger = a_ledger()
    # Of two stewards one remains to judge, so that one is enough.
    ledger.remove(ALES, BARYS)
    with pytest.raises(NotPermittedError, match="not a member"):
        ledger.content(BARYS)


def test_nobody_counts_in_their_own_removal():
    ledger = Ledger()
    ledger.put(ledger.found(ALES, BARYS, STRANGER, threshold=2))
    with pytest.raises(NotPermittedError, match="1 of 2"):
        ledger.remove(BARYS, BARYS, STRANGER)


def test_the_last_steward_cannot_go():
    ledger, _ = with_roles("writer")
    with pytest.raises(NotPermittedError, match="0 of 1"):
        ledger.remove(ALES, ALES)


def test_the_sequencer_does_not_go_before_it_hands_over():
    with pytest.raises(NotPermittedError, match="hands over"):
        a_ledger().remove(BARYS, ALES)


def test_the_threshold_is_that_of_the_stewards_there_are():
    ledger = Ledger()
    ledger.put(ledger.found(ALES, VERA, threshold=16))
    ledger.add(ALES, BARYS)
    with pytest.raises(NotPermittedError, match="1 of 2"):
        ledger.add(ALES, STRANGER)


@pytest.mark.parametrize("device", [ALES, VERA, SHEET])
def test_nobody_joins_twice(device):
    with pytest.raises(NotPermittedError, match="twice"):
        a_ledger().add(ALES, device, BARYS)


@pytest.mark.parametrize("wrote", [True, False])
def test_whoever_was_removed_does_not_come_back(wrote):
    ledger = a_ledger()
    if wrote:
        ledger.content(VERA)
    ledger.remove(ALES, VERA, BARYS)
    with pytest.raises(NotPermittedError, match="twice"):
        ledger.add(ALES, VERA, BARYS)


@pytest.mark.parametrize(
    "data", [{"remove": NEW.key}, {"add": NEW.member(), "remove": VERA.key}], ids=len
)
def test_a_change_of_members_is_one_change(data):
    with pytest.raises(FormatError):
        a_ledger().say("member", ALES, BARYS, data=data, sealed=SEALED)


def test_a_steward_who_is_removed_does_not_sign_for_others_any_more():
    ledger = Ledger()
    ledger.put(ledger.found(ALES, BARYS, STRANGER, threshold=2))
    ledger.remove(ALES, STRANGER, BARYS)
    with pytest.raises(ProofError, match="not those that belong here"):
        ledger.add(ALES, NEW, STRANGER)


def content(ledger, *signers, **fields):
    fields = {"case": CASE, "epoch": 1, "facet": "evidence", "objects": OBJECTS} | fields
    ledger.put(Entry.parse(sign(ledger.body("content", ALES, **fields), *signers)))


@pytest.mark.parametrize(
    "signers",
    [(BARYS,), (ALES, BARYS), (BARYS, ALES), (ALES, ALES), (ALES, ALES.log_key), (ALES, STRANGER)],
)
def test_content_carries_the_signature_of_its_author_alone(signers):
    ledger = a_ledger()
    with pytest.raises(ProofError, match="not those that belong here"):
        content(ledger, *signers)


def test_a_change_of_members_carries_signatures_of_stewards_alone():
    for extra in (VERA, RITA, SHEET, STRANGER, ALES.log_key, NEW):
        with pytest.raises(ProofError, match="not those that belong here"):
            a_ledger().add(ALES, NEW, BARYS, extra)


def test_a_signature_that_does_not_hold_is_refused_even_if_it_is_not_needed():
    ledger = a_ledger()
    ledger.add(ALES, STRANGER, BARYS)
    forger = Device("Forger", "steward")
    forger.key = STRANGER.key
    with pytest.raises(ProofError, match="does not fit"):
        ledger.add(ALES, NEW, BARYS, forger)


@given(st.lists(st.sampled_from(["steward", "writer", "reader", "recovery"]), unique=True))
def test_rights_are_those_of_the_roles(roles):
    """Any set of roles that can be asked for, against every kind that asks for some."""
    if not roles or ("recovery" in roles and len(roles) > 1):
        with pytest.raises((FormatError, ProofError)):
            with_roles(*sorted(roles))
        return
    declares = bool({"steward", "recovery"} & set(roles))
    writes = bool({"steward", "writer"} & set(roles))
    grant = {"case": COMMONS, "devices": [ALES.key], "epoch": 1, "facet": "status", "file": NOBODY}
    for permitted, kind, fields in (
        (True, "open", {"sealed": SEALED}),
        (declares, "case", {"data": {"facets": {"status": keys(2)}}, "sealed": SEALED}),
        (declares, "grant", {"data": {"grants": [grant]}, "sealed": SEALED}),
        (declares, "destroy", {"data": {"what": [{"case": CASE, "facet": "status"}]}}),
        (writes, "content", {"epoch": 1, "facet": "status", "objects": OBJECTS}),
        (False, "day", {"data": {"day": "2024-01-01"}}),
    ):
        ledger, device = with_roles(*sorted(roles))
        for case in (CASE, COMMONS):
            ledger.declare(ALES, case, status=keys())
        if kind in ("case", "content"):
            fields["case"] = COMMONS
        if kind == "destroy":
            fields["sealed"] = SEALED
        if permitted:
            ledger.say(kind, device, **fields)
        else:
            with pytest.raises(NotPermittedError):
                ledger.say(kind, device, **fields)
