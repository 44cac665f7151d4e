"""Groups: whole or void, and never half."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, NotPermittedError
from tests.keep.ledger.authoring import (
    ALES,
    BARYS,
    CASE,
    OBJECTS,
    SEALED,
    SHEET,
    VERA,
    Device,
    a_ledger,
    keys,
)

OTHER = "c2" * 16
CONTENT = ("content", {"case": CASE, "epoch": 1, "facet": "evidence", "objects": OBJECTS})
IN_OTHER = ("content", CONTENT[1] | {"case": OTHER})
DECLARE = ("case", {"case": OTHER, "data": {"facets": {"evidence": keys()}}, "sealed": SEALED})
OPEN = ("open", {"sealed": SEALED})


def put(ledger, entries):
    """Put entries, and give what took effect with each of them."""
    return [ledger.put(entry) for entry in entries]


@given(st.integers(2, 9))
def test_a_whole_group_takes_effect_with_its_last_entry(of):
    ledger = a_ledger()
    entries = ledger.group(VERA, *[CONTENT] * of)
    assert put(ledger, entries) == [[]] * (of - 1) + [entries]


def test_what_a_group_declares_it_may_use():
    ledger = a_ledger()
    entries = ledger.group(ALES, DECLARE, IN_OTHER, OPEN)
    assert put(ledger, entries)[-1] == entries
    ledger.content(VERA, OTHER)


def test_what_it_uses_before_it_declares_it_is_refused():
    ledger = a_ledger()
    with pytest.raises(NotPermittedError):
        put(ledger, ledger.group(ALES, IN_OTHER, DECLARE))


def test_what_it_declares_counts_for_nobody_before_its_end():
    ledger = a_ledger()
    first, _ = ledger.group(ALES, DECLARE, IN_OTHER)
    assert ledger.put(first) == []
    assert OTHER not in ledger.history.cases


def cuts(ledger):
    """Entries that cut a group of Vera's off."""
    yield lambda: ledger.say("open", BARYS, sealed=SEALED)
    yield lambda: ledger.day(ALES, "2024-01-01")
    yield lambda: ledger.content(VERA)
    yield lambda: put(ledger, ledger.group(VERA, CONTENT, CONTENT))[0]
    yield lambda: put(ledger, ledger.group(BARYS, CONTENT, CONTENT))[0]


@pytest.mark.parametrize("which", range(5))
@pytest.mark.parametrize("taken", [1, 2])
def test_a_group_that_is_cut_off_is_void_and_its_chain_goes_on(which, taken):
    ledger = a_ledger()
    put(ledger, ledger.group(VERA, *[CONTENT] * 3)[:taken])
    list(cuts(ledger))[which]()
    entries = ledger.group(VERA, CONTENT, CONTENT)
    assert put(ledger, entries) == [[], entries]


def test_a_group_that_the_end_cuts_off_has_no_effect():
    ledger = a_ledger()
    before = ledger.history.cases.keys() | set()
    put(ledger, ledger.group(ALES, DECLARE, IN_OTHER, OPEN)[:2])
    assert ledger.history.cases.keys() == before


def test_a_void_group_declares_nothing():
    ledger = a_ledger()
    put(ledger, ledger.group(ALES, DECLARE, IN_OTHER)[:1])
    ledger.day(ALES, "2024-01-01")
    with pytest.raises(NotPermittedError):
        ledger.content(VERA, OTHER)


def test_what_a_void_group_may_not_do_is_not_asked():
    """It means nothing; the log that holds it is as good as any other."""
    ledger = a_ledger()
    put(ledger, ledger.group(VERA, DECLARE, IN_OTHER)[:1])
    ledger.content(VERA)


def test_the_rest_of_a_group_that_another_cut_off_is_void_as_well():
    """A crash kept half of a group; before the rest came, the sequencer turned its calendar."""
    ledger = a_ledger()
    entries = ledger.group(VERA, *[CONTENT] * 4)
    assert put(ledger, entries[:2]) == [[], []]
    ledger.day(ALES, "2024-01-01")
    assert put(ledger, entries[2:]) == [[], []]
    assert len(ledger.content(VERA)) == 1


@pytest.mark.parametrize(
    "second",
    [
        {"group": {"at": 2, "of": 3}},  # one is left out
        {"group": {"at": 1, "of": 2}},  # of another length
        {"seen": a_ledger().head | {"root": a_ledger().roots[1].hex(), "size": 1}},
    ],
    ids=str,
)
def test_parts_that_do_not_belong_together_are_void(second):
    ledger = a_ledger()
    parts = [CONTENT, (CONTENT[0], CONTENT[1] | second), CONTENT]
    assert put(ledger, ledger.group(VERA, *parts)) == [[], [], []]
    assert len(ledger.content(VERA)) == 1


@pytest.mark.parametrize("at", [1, 2, 65_535])
def test_a_part_without_a_beginning_is_void(at):
    ledger = a_ledger()
    group = {"at": at, "of": 65_536}
    assert ledger.say("open", VERA, group=group, sealed=SEALED) == []


@pytest.mark.parametrize(("at", "of"), [(2, 2), (3, 2), (65_535, 65_535)])
def test_a_part_beyond_its_group_is_out_of_form(at, of):
    with pytest.raises(FormatError):
        a_ledger().say("open", VERA, group={"at": at, "of": of}, sealed=SEALED)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("day", {"data": {"day": "2024-01-01"}}),
        (
            "handover",
            {
                "data": {
                    "consent": "A" * 86 + "==",
                    "device": BARYS.key,
                    "from": ALES.log,
                    "to": BARYS.log,
                },
                "sealed": SEALED,
            },
        ),
    ],
)
def test_days_and_handovers_stand_alone(kind, fields):
    ledger = a_ledger()
    ledger.entry(kind, ALES, **fields)
    with pytest.raises(FormatError):
        ledger.entry(kind, ALES, group={"at": 0, "of": 2}, **fields)


def member(**data):
    return ("member", {"data": data, "sealed": SEALED})


def test_a_device_that_a_group_admits_may_be_granted_keys_in_it():
    ledger, device = a_ledger(), Device("New", "reader")
    granted = {"case": CASE, "devices": [device.key], "epoch": 1, "facet": "evidence"}
    data = {"grants": [granted | {"file": "ab" * 32}]}
    entries = ledger.group(
        SHEET, member(add=device.member()), ("grant", {"data": data, "sealed": SEALED})
    )
    assert put(ledger, entries)[-1] == entries


def test_whoever_leaves_in_a_group_writes_nothing_more_in_it():
    ledger, device = a_ledger(), Device("Third", "steward")
    ledger.add(ALES, device, BARYS)
    leave = ledger.entry(
        "member",
        device,
        ALES,
        BARYS,
        data={"remove": device.key},
        sealed=SEALED,
        group={"at": 0, "of": 2},
    )
    after = ledger.entry(
        "open", device, sealed=SEALED, group={"at": 1, "of": 2}, seq=1, prev=leave.id.hex()
    )
    with pytest.raises(NotPermittedError, match="is not a"):
        put(ledger, [leave, after])
