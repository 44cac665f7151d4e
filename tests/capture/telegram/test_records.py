"""From a message to its records: pure, and never more than a record may say."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka import kinds
from sviedka.capture.telegram.decoding import decode
from sviedka.capture.telegram.export import Incoming
from sviedka.capture.telegram.message import normalise
from sviedka.capture.telegram.records import (
    LONGEST,
    chat_record,
    is_long,
    kin,
    message_record,
    names_person,
    participant_record,
    post_record,
    raw_record,
    sender,
    stated,
)
from sviedka.capture.telegram.scanner import Chat
from tests.capture.telegram.bringing import said
from tests.capture.telegram.exports import VALUES
from tests.material.telegram import NAMES

RECORD = "ab" * 32
FIELDS = st.sampled_from([
    "id", "type", "date_unixtime", "edited_unixtime", "from", "from_id", "actor", "actor_id",
    "action", "text", "photo", "file", "thumbnail", "contact_vcard", "media_type", "forwarded_from",
    "reply_to_message_id",
])  # fmt: skip


def incoming(fields: dict, raw: bytes = b"") -> Incoming:
    raw = raw or msgspec.json.encode(fields)
    parsed, flags = decode(raw)
    return Incoming(0, raw, flags, normalise(parsed))


def chat(**head: object) -> Chat:
    known = {"id": 1, "name": "Двор", "type": "private_group", **head}
    return Chat(*known.values(), "", 0, 0, 0, 0, 0, None, None, True, False, ())


def fates(one: Incoming) -> list:
    return [(each, {"missing": each.missing or "absent"}) for each in one.message.media]


@given(fields=st.dictionaries(FIELDS, VALUES | st.text(max_size=40), max_size=9))
def test_whatever_a_message_says_its_records_keep_to_their_kinds(fields: dict) -> None:
    one = incoming(fields)
    hung = fates(one)
    account, name = sender(one.message)
    for channel in (True, False):
        author = None if channel else "cd" * 16
        kinds.encode(message_record(one, RECORD, author, hung, channel=channel), "evidence")
    kinds.encode(post_record(one.message, RECORD, hung), "status")
    kinds.encode(raw_record(one.raw, RECORD), "identity")
    if account is not None:
        kinds.encode(participant_record("cd" * 16, account, name), "identity")


@pytest.mark.parametrize(
    "byte", [b"\xff", b'\\"', b"\\n", b"\\x01", b"\xd0\xb9", b"\\ud800", b"\xed\xa0\x80"]
)
@pytest.mark.parametrize("field", [b"text", b"from", b"from_id", b"forwarded_from"])
def test_however_long_it_is_its_records_are_no_longer_than_they_may_be(
    byte: bytes, field: bytes
) -> None:
    head = b'{"id": 1, "from_id": "user1", "%s": "' % field
    for room in (LONGEST, 2 * LONGEST):
        one = incoming({}, head + byte * ((room - len(head) - 2) // len(byte)) + b'"}')
        for channel in (True, False):
            kinds.encode(message_record(one, RECORD, None, [], channel=channel), "evidence")
        account, name = sender(one.message)
        if account:
            kinds.encode(participant_record("cd" * 16, account, name), "identity")
        assert is_long(one.raw) == (room > LONGEST)
        if room == LONGEST:
            kinds.encode(raw_record(one.raw, RECORD), "identity")


@given(st.integers(-(2**70), 2**70))
def test_a_number_is_stated_as_far_as_every_reader_holds_it(number: int) -> None:
    assert stated(number) == (number if abs(number) <= 2**53 else None)


@pytest.mark.parametrize("kind", [*NAMES, None, "secret_chat", ""])
def test_a_name_is_a_persons_unless_it_is_known_not_to_be(kind: str | None) -> None:
    public = kind is not None and kind.endswith(("group", "channel"))
    assert names_person(chat(type=kind)) == (not public)
    assert kind in kin(kind)


def test_channels_and_supergroups_share_ids_but_are_not_kin() -> None:
    assert kin("public_channel") == kin("private_channel") == {"public_channel", "private_channel"}
    assert not kin("public_channel") & kin("public_supergroup")
    assert kin("private_supergroup") == {"private_supergroup", "public_supergroup"}
    assert kin("personal_chat") == {"personal_chat"}


def test_a_source_is_named_in_a_channel_only() -> None:
    one = incoming(said(1, forwarded_from="Імя Хтосьці", forwarded_from_id="user9"))
    known = {"chat": RECORD, "media": [], "author": None}
    channel = message_record(one, known["chat"], None, [], channel=True)
    group = message_record(one, known["chat"], None, [], channel=False)
    assert channel["forwarded_from"] == "Імя Хтосьці"
    assert "forwarded_from" not in group
    assert channel["forwarded"] is group["forwarded"] is True


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"from": "Імя", "from_id": "user1"}, ("user1", "Імя")),
        ({"from": None, "from_id": "user1"}, ("user1", None)),
        ({"from_id": 17}, ("17", None)),
        ({"actor": "Імя", "actor_id": "user2"}, ("user2", "Імя")),
        ({"from": "Імя"}, (None, None)),
        ({"from_id": ""}, (None, None)),
        ({"from_id": "u" * 65}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_who_sent_it(fields: dict, expected: tuple) -> None:
    assert sender(normalise(fields)) == expected


def test_a_chat_says_what_it_can() -> None:
    assert chat_record(chat()) == {
        "chat_id": 1, "kind": "chat", "name": "Двор", "type": "private_group", "v": 1,
    }  # fmt: skip
    assert chat_record(chat(id=2**60, name=None, type=None)) == {"kind": "chat", "v": 1}
