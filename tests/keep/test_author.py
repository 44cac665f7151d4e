"""What a device says becomes entries that its ledger takes, with their reasons sealed."""

import secrets
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from sviedka.errors import AccessError, FormatError, UsageError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.author import MAX_PURPOSE, TOOL, Draft, Notice, compose, stated
from sviedka.keep.keys import hpke
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.merkle import EMPTY_ROOT, leaf_hash, root_of
from sviedka.keep.ledger.notekeys import KeyType, SigningKey

ORIGIN = "sviedka/" + "07" * 16
NOW = datetime(2024, 2, 29, 21, 30, 1, 999, tzinfo=UTC)
DEVICE = DeviceKeys.generate(secrets.token_bytes)
AUDIT, NEXT, OTHER = (HybridIdentity.generate() for _ in range(3))


class Ledger:
    """A founded ledger in memory."""

    def __init__(self):
        self.history, self.leaves = History(), []
        log = str(SigningKey(ORIGIN, KeyType.ED25519, bytes(32)).verifier)
        member = DEVICE.member(ORIGIN, ["steward"], log)
        data = say.FoundData(log=log, members=[member], origin=ORIGIN, threshold=1, zone="UTC")
        seen = say.Head(root=EMPTY_ROOT.hex(), size=0)
        body = say.Found(data=data, device=DEVICE.id, prev=say.NO_ENTRY, seen=seen, seq=0, v=1)
        self.put([Entry.write(body, [DEVICE])])

    def put(self, entries):
        for entry in entries:
            self.history.apply(entry, lambda size: root_of(self.leaves[:size]))
            self.leaves.append(leaf_hash(entry.data))
        return entries

    def say(self, *drafts):
        seen = say.Head(root=root_of(self.leaves).hex(), size=len(self.leaves))
        return self.put(compose(drafts, DEVICE, self.history, seen, NOW))


def declare(epoch, audit):
    keys = say.FacetKeys(
        epoch=epoch, outer=OTHER.recipient.to_bytes(), recipient=audit.recipient.to_bytes()
    )
    data = say.CaseData(facets={"audit": keys})
    return Draft(say.Case, {"case": say.COMMONS, "data": data}, Notice("cre"))


def opened(purpose="", **more):
    return Draft(say.Open, {}, Notice("dec", purpose, more))


def unsealed(entry, identity, **changed):
    """What is said in the sealed part, opened as the format says it."""
    bound = {"archive": entry.body.archive, "device": DEVICE.id, "seq": entry.body.seq} | changed
    data = hpke.unseal(identity, hpke.info("sviedka/sealed/v1", **bound), entry.body.sealed)
    assert len(data) % 512 == 0
    return msgspec.json.decode(data)


def test_one_draft_is_an_entry_and_several_are_a_group():
    ledger = Ledger()
    (first,) = ledger.say(declare(1, AUDIT))
    assert first.body.group is None
    group = ledger.say(opened(), opened(), opened())
    assert [(e.body.group.at, e.body.group.of, e.body.seq) for e in group] == [
        (at, 3, at + 2) for at in range(3)
    ]
    assert len({e.body.seen.size for e in group}) == 1


def test_the_reason_is_sealed_to_the_audit_facet_in_force():
    ledger = Ledger()
    first, before, renewed, after = (
        *ledger.say(declare(1, AUDIT)),
        *ledger.say(opened("before"), declare(2, NEXT), opened("прычына", case="c1" * 16, epoch=1)),
    )
    assert unsealed(first, AUDIT) == {
        "event": "cre",
        "purpose": "",
        "time": "2024-02-29T21:30:01Z",
        "tool": TOOL,
    }
    assert unsealed(before, AUDIT)["purpose"] == "before"
    assert unsealed(renewed, NEXT)["event"] == "cre"
    said = unsealed(after, NEXT)
    assert (said["purpose"], said["case"], said["epoch"]) == ("прычына", "c1" * 16, 1)
    assert list(said) == sorted(said)


def test_a_sealed_part_opens_only_where_it_stands():
    ledger = Ledger()
    (entry,) = ledger.say(declare(1, AUDIT))
    for changed in ({"seq": 2}, {"device": "0" * 32}, {"archive": "ab" * 32}):
        with pytest.raises(AccessError):
            unsealed(entry, AUDIT, **changed)


def test_sealed_parts_of_ordinary_length_look_alike():
    ledger = Ledger()
    ledger.say(declare(1, AUDIT))
    short, long = ledger.say(opened(), opened("x" * 300))
    assert len(short.body.sealed) == len(long.body.sealed) == 1136 + 512


def test_a_purpose_has_an_end():
    ledger = Ledger()
    ledger.say(declare(1, AUDIT))
    ledger.say(opened("ў" * MAX_PURPOSE))
    with pytest.raises(UsageError):
        ledger.say(opened("ў" * (MAX_PURPOSE + 1)))


def test_nothing_is_sealed_to_nobody():
    with pytest.raises(FormatError):
        Ledger().say(opened())


def test_the_clock_is_read_in_utc_whatever_its_zone():
    assert stated(NOW.astimezone(timezone(timedelta(hours=3)))) == "2024-02-29T21:30:01Z"
