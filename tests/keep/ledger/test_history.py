"""What entries add up to: founding, chains, what was seen, keys of facets, destruction, days."""

import time
from copy import deepcopy

import pytest

from sviedka.errors import ForkError, FormatError, NotPermittedError, ProofError, SviedkaError
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
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
    Ledger,
    a_ledger,
    hexes,
    keys,
    sign,
)

OTHER = "c2" * 16


# Founding


def test_a_ledger_begins_with_its_founding():
    ledger = Ledger()
    entry = ledger.found(ALES, BARYS, SHEET)
    assert ledger.put(entry) == [entry]
    history = ledger.history
    assert history.archive == entry.id.hex()
    assert history.size == 1
    assert set(history.members) == {ALES.key, BARYS.key, SHEET.key}
    assert history.sequencer == ALES.key
    assert history.found.zone == "Europe/Vilnius"
    assert history.log_keys_at(0) == history.log_keys_at(10**9) == [ALES.log]


def test_whoever_writes_the_founding_is_the_sequencer():
    ledger = Ledger()
    ledger.put(ledger.found(BARYS, ALES, by=BARYS, signers=(BARYS, ALES)))
    assert ledger.history.sequencer == BARYS.key


@pytest.mark.parametrize(
    "found",
    [
        lambda new: new.found(ALES, BARYS, signers=[ALES]),  # a member did not sign
        lambda new: new.found(ALES, BARYS, signers=[BARYS, ALES]),  # the author is not the first
        lambda new: new.found(ALES, signers=[ALES, STRANGER]),
        lambda new: new.found(ALES, BARYS, by=STRANGER, signers=[STRANGER, ALES, BARYS]),
        lambda new: new.found(ALES, BARYS, log=BARYS.log),  # another device's log key
        lambda new: new.found(ALES, SHEET, by=SHEET, signers=[SHEET, ALES], log=ALES.log),
        lambda new: new.found(ALES, members=[ALES.member() | {"seal": BARYS.seal}]),
        lambda new: new.found(ALES, origin="sviedka/" + "08" * 16),  # its keys name another log
        lambda new: new.found(ALES, ALES, signers=[ALES]),  # one device twice
    ],
)
def test_a_founding_that_does_not_hold_is_refused(found):
    ledger = Ledger()
    with pytest.raises((ProofError, NotPermittedError)):
        ledger.put(found(ledger))


@pytest.mark.parametrize(
    "changed",
    [
        {"members": []},
        {"origin": "example.org/log"},
        {"origin": "sviedka/" + "0" * 31},
        {"threshold": 0},
        {"threshold": 17},
        {"zone": "../etc/passwd"},
        {"log": ""},
        {"name": "Archive"},
    ],
    ids=str,
)
def test_a_founding_out_of_form_is_refused(changed):
    with pytest.raises(FormatError):
        Ledger().found(ALES, **changed)


def test_nothing_comes_before_the_founding():
    ledger = Ledger()
    ledger.history.archive = NOBODY
    with pytest.raises(FormatError, match="founds"):
        ledger.day(ALES, "2024-01-01")


def test_an_archive_is_founded_once():
    ledger = a_ledger()
    chains, ledger.chains = ledger.chains, {}
    again = ledger.found(ALES)
    ledger.chains = chains
    with pytest.raises(ForkError):
        ledger.put(again)


@pytest.mark.parametrize("field", ["prev", "seq", "seen"])
def test_the_founding_is_the_first_entry_of_its_author_and_saw_nothing(field):
    ledger = Ledger()
    body = ledger.body("found", ALES, archive=None)
    body["data"] = {"log": ALES.log, "members": [ALES.member()], "origin": ORIGIN}
    body["data"] |= {"threshold": 1, "zone": "UTC"}
    ledger.history.apply(Entry.parse(sign(body, ALES)), ledger.root_at)
    ledger.history = History()
    body[field] = {"prev": hexes("x"), "seq": 1, "seen": {"root": NOBODY, "size": 0}}[field]
    with pytest.raises((ForkError, FormatError)):
        ledger.put(Entry.parse(sign(body, ALES)))


# Chains, and what their authors saw


def test_an_entry_of_another_archive_is_refused():
    with pytest.raises(ProofError, match="belongs to"):
        a_ledger().say("open", ALES, archive=hexes("another"), sealed=SEALED)


def test_strangers_write_nothing():
    with pytest.raises(NotPermittedError, match="not a member"):
        a_ledger().say("open", STRANGER, sealed=SEALED)


def test_a_gap_in_a_chain_is_refused():
    with pytest.raises(FormatError, match="skips from entry 0 to 1"):
        a_ledger().say("open", VERA, seq=1, sealed=SEALED)


def test_two_entries_at_one_place_of_a_chain_are_a_fork():
    ledger = a_ledger()
    first, second = (ledger.entry("open", VERA, sealed=SEALED, group=None) for _ in "12")
    assert first == second
    second = ledger.entry("open", VERA, sealed=SEALED, group={"at": 0, "of": 2})
    ledger.put(first)
    with pytest.raises(ForkError, match="already"):
        ledger.put(second)


def test_an_entry_put_twice_is_refused():
    ledger = a_ledger()
    entry = ledger.entry("open", VERA, sealed=SEALED)
    ledger.put(entry)
    with pytest.raises(ForkError, match="already"):
        ledger.put(entry)


def test_an_entry_that_continues_another_chain_is_a_fork():
    ledger = a_ledger()
    ledger.content(VERA)
    with pytest.raises(ForkError, match="another chain"):
        ledger.say("open", VERA, prev=hexes("elsewhere"), sealed=SEALED)


def test_an_author_may_have_seen_any_head_that_was():
    ledger = a_ledger()
    for size in range(4):
        ledger.say(
            "open", RITA, seen={"root": ledger.roots[size].hex(), "size": size}, sealed=SEALED
        )


@pytest.mark.parametrize(
    "seen",
    [
        {"root": NOBODY, "size": 2},
        {"root": NOBODY, "size": 0},
        {"root": a_ledger().roots[1].hex(), "size": 2},
        {"root": a_ledger().roots[3].hex(), "size": 4},
        {"root": NOBODY, "size": 2**53 - 1},
    ],
)
def test_a_head_that_never_was_is_found(seen):
    with pytest.raises(ForkError, match="another history"):
        a_ledger().say("open", RITA, seen=seen, sealed=SEALED)


def test_an_error_names_the_entry():
    with pytest.raises(SviedkaError, match="entry 3"):
        a_ledger().say("open", STRANGER, sealed=SEALED)


# Facets and their keys


def test_epochs_follow_one_another():
    ledger = a_ledger()
    ledger.declare(ALES, CASE, evidence=keys(2))
    ledger.declare(SHEET, CASE, evidence=keys(3), identity=keys())
    facet = ledger.history.cases[CASE]["evidence"]
    assert [each.epoch for each in facet.epochs] == [1, 2, 3]
    for epoch in (1, 2, 3):
        ledger.content(VERA, epoch=epoch)


@pytest.mark.parametrize("epoch", [1, 3, 2**53 - 1])
def test_an_epoch_out_of_turn_is_refused(epoch):
    with pytest.raises(FormatError, match="not the next"):
        a_ledger().declare(ALES, CASE, evidence=keys(epoch))


@pytest.mark.parametrize(
    "fields", [{"case": OTHER}, {"facet": "identity"}, {"epoch": 2}, {"case": COMMONS}], ids=str
)
def test_content_goes_only_where_a_key_is_declared(fields):
    with pytest.raises(NotPermittedError):
        a_ledger().content(VERA, **fields)


@pytest.mark.parametrize("case", [CASE, OTHER])
def test_only_commons_has_an_audit_facet(case):
    with pytest.raises(FormatError, match="audit"):
        a_ledger().declare(ALES, case, audit=keys())


def test_a_batch_is_among_the_objects():
    ledger = a_ledger()
    ledger.content(VERA, batch={"object": OBJECTS[0]["hash"], "root": hexes("root")})
    with pytest.raises(FormatError, match="batch"):
        ledger.content(VERA, batch={"object": hexes("x"), "root": hexes("root")})


def test_only_commons_keeps_heads():
    ledger = a_ledger()
    kept = [{"file": "3", "hash": hexes("checkpoint")}]
    ledger.content(VERA, COMMONS, "status", kept=kept)
    with pytest.raises(FormatError, match="commons"):
        ledger.content(VERA, kept=kept)


def test_grants_stand_until_their_facet_is_destroyed():
    ledger = a_ledger()
    ledger.grant(ALES)
    ledger.grant(SHEET, devices=[RITA.key, SHEET.key])
    assert len(ledger.history.granted[CASE]) == 2
    ledger.destroy(ALES)
    assert not ledger.history.granted[CASE]


@pytest.mark.parametrize(
    "changed",
    [{"case": OTHER}, {"facet": "contact"}, {"epoch": 2}, {"devices": [VERA.key, STRANGER.key]}],
    ids=str,
)
def test_only_declared_keys_are_granted_and_only_to_members(changed):
    with pytest.raises(NotPermittedError):
        a_ledger().grant(ALES, **changed)


# Destruction


def test_what_is_destroyed_takes_nothing_in_any_more():
    ledger = a_ledger()
    ledger.declare(ALES, CASE, status=keys())
    ledger.destroy(SHEET)
    assert ledger.history.cases[CASE]["evidence"].destroyed
    ledger.content(VERA, facet="status")
    for refused in (
        lambda: ledger.content(VERA),
        lambda: ledger.grant(ALES),
        lambda: ledger.declare(ALES, CASE, evidence=keys(2)),
    ):
        before = deepcopy(ledger.history)
        with pytest.raises((NotPermittedError, FormatError)):
            refused()
        ledger.history = before


def test_only_what_is_declared_is_destroyed():
    for target in ({"case": OTHER, "facet": "status"}, {"case": CASE, "facet": "status"}):
        with pytest.raises(NotPermittedError):
            a_ledger().destroy(ALES, target)


def gone(*objects):
    return {"case": CASE, "facet": "evidence", "objects": list(objects)}


def test_objects_go_one_by_one_or_for_others_in_their_place():
    ledger = a_ledger()
    old, new, newer, lost = map(hexes, ("old", "new", "newer", "lost"))
    replaced = [{"hash": new, "size": 1}]
    ledger.destroy(ALES, gone({"by": new, "hash": old}, {"hash": lost}), objects=replaced)
    replaced = [{"hash": newer, "size": 1}]
    ledger.destroy(ALES, gone({"by": newer, "hash": new}), objects=replaced)
    assert [ledger.history.standing(name) for name in (old, lost, newer)] == [newer, "", newer]
    ledger.content(VERA)


@pytest.mark.parametrize(
    "by", [hexes("not brought"), hexes("old"), hexes("gone")], ids=["unbrought", "itself", "gone"]
)
def test_a_replacement_is_brought_and_stands(by):
    ledger = a_ledger()
    ledger.destroy(ALES, gone({"hash": hexes("gone")}))
    brought = [{"hash": hexes("old"), "size": 1}, {"hash": hexes("gone"), "size": 1}]
    with pytest.raises(FormatError):
        ledger.destroy(ALES, gone({"by": by, "hash": hexes("old")}), objects=brought)


# Days


def test_days_grow():
    ledger = a_ledger()
    for day in ("2024-02-28", "2024-02-29", "2031-01-01"):
        ledger.day(ALES, day)
        assert ledger.history.day == day


@pytest.mark.parametrize(
    "day", ["2024-02-29", "2024-02-28", "1999-12-31", "2023-02-29", "2025-13-01", "9999-99-99"]
)
def test_days_do_not_go_back_and_are_days(day):
    ledger = a_ledger()
    ledger.day(ALES, "2024-02-29")
    with pytest.raises(FormatError):
        ledger.day(ALES, day)


@pytest.mark.parametrize("device", [BARYS, VERA, SHEET])
def test_only_the_sequencer_says_which_day_it_is(device):
    with pytest.raises(NotPermittedError, match="sequencer"):
        a_ledger().day(device, "2024-01-01")


# Speed


def test_judging_an_entry_costs_little_more_than_its_signature():
    ledger, count = a_ledger(), 500
    content = {"case": CASE, "epoch": 1, "facet": "evidence", "objects": OBJECTS}
    lines = [entry.data for entry in ledger.group(VERA, *[("content", content)] * count)]
    began = time.perf_counter()
    for line in lines:
        ledger.history.apply(Entry.parse(line), ledger.root_at)
    each = (time.perf_counter() - began) / count
    print(f"{each * 1e6:.0f} µs an entry")
    assert each < 0.005
