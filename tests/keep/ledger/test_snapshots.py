"""A history that is put away and taken up again goes on as if nothing had been."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from tests.keep.ledger.authoring import (
    ALES,
    BARYS,
    CASE,
    COMMONS,
    OBJECTS,
    SEALED,
    SHEET,
    VERA,
    Device,
    a_ledger,
    keys,
)


def snapshot(history):
    return msgspec.msgpack.decode(msgspec.msgpack.encode(history), type=History)


WRITERS = st.sampled_from([ALES, BARYS, VERA])
STEPS = st.one_of(
    st.tuples(st.just("content"), WRITERS, st.sampled_from(["evidence", "status"])),
    st.tuples(st.just("declare"), st.sampled_from([ALES, BARYS, SHEET]), st.integers(0, 3)),
    st.tuples(st.just("day"), st.integers(1, 3)),
    st.tuples(st.just("grant"), st.sampled_from([ALES, BARYS, SHEET])),
    st.tuples(st.just("group"), WRITERS, st.integers(2, 4), st.integers(0, 3)),
    st.tuples(st.just("add")),
    st.tuples(st.just("remove")),
    st.tuples(st.just("destroy"), st.integers(0, 3)),
)


def take(ledger, step, number):  # noqa: C901 - one arm for each kind of step
    """One valid step; what it needs that is not there makes it a small one."""
    declared = ledger.history.cases
    match step:
        case "content", device, facet:
            case = CASE if facet == "evidence" else COMMONS
            ledger.content(device, case, facet)
        case "declare", device, which:
            case = f"{which + 1:032x}"
            epochs = declared.get(case, {}).get("contact")
            if not (epochs and epochs.destroyed):
                ledger.declare(device, case, contact=keys(len(epochs.epochs) + 1 if epochs else 1))
        case "day", days:
            year = int(ledger.history.day[:4] or 2000) + days
            ledger.day(ALES, f"{year}-01-01")
        case "grant", device:
            ledger.grant(device)
        case "group", device, of, cut:
            part = ("content", {"case": CASE, "epoch": 1, "facet": "evidence", "objects": OBJECTS})
            for entry in ledger.group(device, *[part] * of)[: of - cut or None]:
                ledger.put(entry)
        case ("add",):
            ledger.add(ALES, Device(f"Device {number}", "reader"), BARYS)
        case ("remove",):
            readers = [e for e in ledger.history.members.values() if e.roles == ["reader"]]
            if readers:
                ledger.say(
                    "member", ALES, BARYS, data={"remove": readers[-1].device}, sealed=SEALED
                )
        case "destroy", which:
            if "contact" in declared.get(f"{which + 1:032x}", {}):
                ledger.destroy(ALES, {"case": f"{which + 1:032x}", "facet": "contact"})


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=25), st.sets(st.integers(0, 60)))
def test_a_history_is_the_same_at_once_and_through_snapshots(steps, cuts):
    ledger = a_ledger()
    for number, step in enumerate(steps):
        take(ledger, step, number)
    history, effective = History(), []
    for position, line in enumerate(ledger.lines):
        if position in cuts:
            again = snapshot(history)
            assert again == history
            history = again
        effective += history.apply(Entry.parse(line), ledger.root_at)
    assert history == ledger.history
    assert history.size == len(ledger.lines)
    lines = [entry.data for entry in effective]
    assert lines == [line for line in ledger.lines if line in set(lines)]
