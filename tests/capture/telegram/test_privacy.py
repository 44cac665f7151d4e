"""Who is named in a chat is named in the facet ``identity`` alone."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from sviedka import kinds
from sviedka.capture.telegram.importing import Wanted
from sviedka.capture.telegram.people import A_KEY
from tests.capture.telegram.bringing import ALL, bring, messages_in, said, write
from tests.material.telegram import NAMES, write_account, write_chat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.capture.opened import Capturing, Everything

PERSONS = [kind for kind in NAMES if not kind.endswith("_channel")]
PERSONAL = ["personal_chat", "bot_chat", "saved_messages"]
CARD = b"BEGIN:VCARD\nFN:Vusna Nikomu\nTEL:+999 66 424242\nEND:VCARD\n"


def told(export: Path) -> Any:
    return json.loads((export / "result.json").read_text().replace("\\x", "\\u00"))


def people_in(value: Any) -> Iterator[str]:
    """Names and ids of accounts, wherever an export states them."""
    if isinstance(value, list):
        for each in value:
            yield from people_in(each)
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("from", "from_id", "actor", "actor_id", "inviter", "phone_number") and each:
                yield each
            elif key == "members":
                yield from (name for name in each if name)
            else:
                yield from people_in(each)


def secrets_of(export: Path) -> set[bytes]:
    said_openly = "".join(
        part if isinstance(part, str) else part["text"]
        for message in told(export)["messages"]
        for part in message.get("text", "")
    )
    return {each.encode() for each in people_in(told(export)) if each not in said_openly}


@pytest.mark.parametrize("kind", PERSONS)
def test_outside_of_identity_nobody_is_named(world: Capturing, tmp_path: Path, kind: str) -> None:
    write_chat(tmp_path, kind=kind, messages=300, media=10)
    bring(world, tmp_path)
    found = world.read()
    open_to_others = found.outside("identity")
    secrets = secrets_of(tmp_path)
    assert secrets
    for secret in secrets:
        assert secret not in open_to_others
        assert any(secret in raw for raw in found.raws())
    assert {each.facet for each in found.kind("raw") + found.kind("participant")} == {"identity"}
    for raw in messages_in(tmp_path):
        assert raw not in open_to_others
    if kind in PERSONAL:
        name = (NAMES[kind] or "(saved messages)").encode()
        assert name not in open_to_others
        for each in found.kind("label") + found.kind("chat") + found.kind("source"):
            assert each.facet == "identity"


@pytest.mark.parametrize("kind", ["public_channel", "private_channel"])
def test_of_a_channel_nothing_is_in_identity(world: Capturing, tmp_path: Path, kind: str) -> None:
    write_chat(tmp_path, kind=kind, messages=100, media=5)
    (outcome,) = bring(world, tmp_path)
    found = world.read()
    assert {each.facet for each in found.records} == {"evidence", "status"}
    assert found.facets[outcome.case] == {"evidence", "status"}
    assert not found.kind("participant")


@pytest.mark.parametrize("kind", ["private_supergroup", "public_channel"])
def test_each_message_counts_once_and_says_no_more_than_it_may(
    world: Capturing, tmp_path: Path, kind: str
) -> None:
    write_chat(tmp_path, kind=kind, messages=300, media=10)
    bring(world, tmp_path)
    found = world.read()
    status = [each for each in found.records if each.facet == "status"]
    assert {each.kind for each in status} == {"event", "post"}
    posts = [each.value for each in status if each.kind == "post"]
    assert all(each.keys() <= {"kind", "media", "message", "unixtime", "v"} for each in posts)
    for each in posts:
        kinds.check(each, "status")
    messages = {each.id: each.value for each in found.kind("message")}
    assert [each["message"] for each in posts] == list(messages)
    for each in posts:
        message = messages[each["message"]]
        assert each.get("unixtime") == message.get("unixtime")
        assert each["media"] == [medium["role"] for medium in message.get("media", [])]


def shards(found: Everything) -> dict[str, set[str]]:
    """By case, the accounts that its identity key uncovers."""
    accounts = defaultdict(set)
    for each in found.kind("participant"):
        accounts[each.case].add(each.value["from_id"])
    return accounts


def test_one_key_covers_a_hundred_senders(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, *(said(number, who=number % 250) for number in range(1, 600)))
    bring(world, tmp_path)
    found = world.read()
    accounts = shards(found)
    assert sorted(map(len, accounts.values())) == [50, A_KEY, A_KEY]
    assert sum(map(len, accounts.values())) == len(set.union(*accounts.values())) == 250
    for raw in found.kind("raw"):
        sender = re.search(rb'"from_id": "(user\d+)"', raw.bytes_of("text"))
        assert sender
        assert sender[1].decode() in accounts[raw.case]
    (main,) = {each.case for each in found.kind("message")}
    for case in accounts.keys() - {main}:
        assert found.facets[case] == {"identity"}
        there = {each.kind for each in found.records if each.case == case}
        assert there == {"event", "label", "chat", "participant", "raw"}
    # Whoever writes again is who they were; whoever comes new finds the last room.
    write(tmp_path, *(said(number, who=number % 260) for number in range(1000, 1300)))
    bring(world, tmp_path)
    again = shards(world.read())
    assert sorted(map(len, again.values())) == [60, A_KEY, A_KEY]
    assert all(accounts[case] <= again[case] for case in accounts)


def test_a_chat_of_unknown_type_is_as_private_as_can_be(world: Capturing, tmp_path: Path) -> None:
    secret = "Nichto Nidzie"
    head = {"type": "secret_chat", "name": secret}
    write(tmp_path, *(said(n, who=n) for n in range(1, 130)), **head)
    bring(world, tmp_path)
    found = world.read()
    assert secret.encode() not in found.outside("identity")
    assert len({each.case for each in found.kind("message")}) == 1
    assert bring(world, tmp_path)[0].took_nothing


def test_a_contacts_card_is_no_evidence(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, said(1, contact_vcard="contacts/1.vcf", file="contacts/1.vcf"))
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts" / "1.vcf").write_bytes(CARD)
    bring(world, tmp_path)
    found = world.read()
    roles = {each["role"]: each["item"] for each in found.values("message")[0]["media"]}
    facets = {each.id: each.facet for each in found.kind("item")}
    assert {role: facets[item] for role, item in roles.items()} == {
        "contact_vcard": "identity",
        "file": "evidence",  # as whoever sent it called it
    }
    assert bring(world, tmp_path)[0].took_nothing


@pytest.mark.parametrize("wanted", [ALL, Wanted([NAMES["private_group"]])])
def test_of_an_account_nothing_else_enters(
    world: Capturing, tmp_path: Path, wanted: Wanted
) -> None:
    write_account(tmp_path, messages=180, media=0)
    bring(world, tmp_path, wanted)
    account = told(tmp_path)
    inside = world.read()
    everything = inside.outside()
    secrets = {key: value for key, value in account.items() if key not in ("chats", "left_chats")}
    for secret in own_words(secrets):
        assert secret.encode() not in everything
    for chat in account["left_chats"]["list"]:
        assert chat["name"].encode() not in everything
    for chat in account["chats"]["list"]:
        taken = wanted.everything or chat.get("name") in wanted.chats
        for message in chat["messages"]:
            stamp = f'"date_unixtime": "{message.get("date_unixtime")}"'
            assert (stamp.encode() in b"".join(inside.raws())) == taken or "date" not in message
    assert not any((tmp_path / "result.json").read_bytes()[:200] in each for each in
                   inside.originals.values())  # fmt: skip


def own_words(value: Any, key: str = "") -> Iterator[str]:
    """What an account says of its owner and their contacts that no chat repeats."""
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from own_words(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from own_words(each, key)
    elif key in ("phone_number", "username", "last_ip", "text"):
        yield value


@pytest.mark.parametrize(
    "head",
    [
        {"type": "private_supergroup"},
        {"type": "public_channel", "contacts": {"list": ["Nichto Nidzie"]}},
        {"type": "public_channel", "left_chats": {"list": []}},
        {"type": "public_channel", "personal_information": "Nichto Nidzie"},
    ],
)
def test_the_file_is_sealed_only_where_it_is_a_channels_and_nothing_else(
    world: Capturing, tmp_path: Path, head: dict[str, Any]
) -> None:
    bring(world, write(tmp_path, said(1), **head))
    found = world.read()
    assert not found.originals
    assert b"Nichto Nidzie" not in found.outside()
    assert all("export" not in each for each in found.values("source"))


def test_an_export_is_nobodys_photo(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, said(1, photo="result.json"), said(2, photo="./result.json", who=2))
    (tmp_path / "same.jpg").hardlink_to(tmp_path / "result.json")
    write(tmp_path, said(1, photo="result.json"), said(2, photo="same.jpg", who=2))
    bring(world, tmp_path)
    found = world.read()
    assert not found.originals
    assert [each["media"][0]["missing"] for each in found.values("message")] == ["outside"] * 2


def test_the_words_of_service_messages_are_telegrams_own(world: Capturing, tmp_path: Path) -> None:
    service = {"id": 1, "type": "service", "actor": "Імя", "actor_id": "user5", "text": ""}
    secret = "Nichto Nidzie"
    write(tmp_path, {**service, "action": "pin_message"}, {**service, "id": 2, "action": secret})
    bring(world, tmp_path)
    found = world.read()
    assert [each.get("action") for each in found.values("message")] == ["pin_message", None]
    assert secret.encode() not in found.outside("identity")
    assert shards(found).popitem()[1] == {"user5"}
