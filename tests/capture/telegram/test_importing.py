"""What is in an export is in the archive, byte for byte, and it is there once."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from sviedka.capture.telegram import chatimport
from sviedka.capture.telegram.importing import Wanted
from sviedka.capture.telegram.records import LONGEST
from sviedka.errors import AmbiguousError, InputError, NotFoundError, UsageError
from tests.capture.telegram.bringing import ALL, bring, messages_in, said, write
from tests.keep.world import assert_rebuilds
from tests.material.hostile_json import ODD
from tests.material.telegram import NAMES, write_account, write_chat

if TYPE_CHECKING:
    from pathlib import Path

    from tests.capture.opened import Capturing

CHANNELS = {"public_channel", "private_channel"}


@pytest.mark.parametrize("kind", NAMES)
def test_every_message_and_every_file_comes_back(
    world: Capturing, tmp_path: Path, kind: str
) -> None:
    export = tmp_path / "export"
    write_chat(export, kind=kind, messages=120, media=20)
    (outcome,) = bring(world, export)
    found = world.read()
    assert Counter(found.raws()) == Counter(messages_in(export))
    media = [path for path in export.rglob("*") if path.is_file() and path.suffix != ".json"]
    originals = Counter({each.read_bytes() for each in media})
    if kind in CHANNELS:
        originals[(export / "result.json").read_bytes()] += 1
    assert Counter(found.originals.values()) == originals
    assert outcome.items == len(found.originals)
    assert outcome.size == sum(map(len, found.originals.values()))
    assert outcome.messages == 120
    assert outcome.missing == outcome.known == 0
    by_id = {each["message"]: each for each in found.values("raw")}
    assert len(by_id) == 120
    assert by_id.keys() == {each.id for each in found.kind("message")}
    for message in found.kind("message"):
        raw = found.originals.get(by_id[message.id].get("item", ""))
        told = json.loads(raw or by_id[message.id]["text"].replace("\\x", "\\u00"))
        paths = [told[key] for key in ("photo", "file", "thumbnail") if key in told]
        assert len(paths) == len(message.value.get("media", []))
        for path, hung in zip(paths, message.value.get("media", []), strict=True):
            if path.startswith("("):
                wanted = "unavailable" if "unavailable" in path else "not_included"
                assert hung["missing"] == wanted
            else:
                assert found.originals[hung["item"]] == (export / path).read_bytes()
    (source,) = found.values("source")
    assert source["totals"] == {
        "bytes": outcome.size,
        "items": outcome.items,
        "messages": 120,
        "missing": 0,
    }
    with world.open() as archive:
        assert_rebuilds(archive)


def test_the_same_export_twice_adds_nothing(world: Capturing, tmp_path: Path) -> None:
    write_account(tmp_path, messages=120, media=40)
    first = bring(world, tmp_path, ALL)
    size = world.size()
    second = bring(world, tmp_path, ALL)
    assert world.size() == size
    assert all(each.took_nothing for each in second)
    assert [each.known for each in second] == [each.messages for each in first]
    assert [each.case for each in second] == [each.case for each in first]


def test_an_export_that_grew_adds_what_is_new(world: Capturing, tmp_path: Path) -> None:
    bring(world, write(tmp_path, said(1), said(2)))
    (outcome,) = bring(world, write(tmp_path, said(1), said(2), said(3), said(4)))
    assert (outcome.messages, outcome.known) == (2, 2)
    found = world.read()
    assert found.raws() == messages_in(tmp_path)
    assert [each["totals"]["messages"] for each in found.values("source")] == [2, 2]
    assert len({each["import"] for each in found.values("source")}) == 2


def test_an_edited_message_is_another_version_and_counts_once(
    world: Capturing, tmp_path: Path
) -> None:
    before = messages_in(write(tmp_path, said(1), said(2)))
    bring(world, tmp_path)
    after = messages_in(write(tmp_path, said(1), said(2, edited_unixtime="1616680000")))
    (outcome,) = bring(world, tmp_path)
    assert (outcome.messages, outcome.known) == (1, 1)
    found = world.read()
    assert found.raws() == [*before, after[1]]
    assert len(found.kind("post")) == 2
    first = [each.id for each in found.kind("message")][:2]
    assert [each["message"] for each in found.values("post")] == first


def test_the_same_message_twice_in_a_file_is_once(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, said(1), said(2), said(2), said(2, "Інакш"), said(1))
    (outcome,) = bring(world, tmp_path)
    assert (outcome.messages, outcome.known) == (3, 2)
    found = world.read()
    assert len(found.kind("message")) == 3
    assert len(found.kind("post")) == 2


def test_versions_in_groups_of_one_count_once_too(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chatimport, "GROUP_MESSAGES", 1)
    bring(world, write(tmp_path, said(1), said(1, "Інакш"), said(1), said(2)))
    found = world.read()
    assert len(found.kind("message")) == 3
    assert len(found.kind("post")) == 2


def test_media_that_come_later_make_a_newer_record_once(world: Capturing, tmp_path: Path) -> None:
    photo, thumb = "photos/1.jpg", "photos/1_thumb.jpg"
    excuse = "(File not included. Change data exporting settings to download.)"
    write(tmp_path, said(1, photo=photo, thumbnail=thumb), said(2, photo=photo, file=excuse))
    (tmp_path / "photos").mkdir()
    (tmp_path / thumb).write_bytes(b"small")
    (first,) = bring(world, tmp_path)
    assert (first.messages, first.items, first.missing) == (2, 1, 1)
    (again,) = bring(world, tmp_path)
    assert again.took_nothing
    assert again.missing == 1
    (tmp_path / photo).write_bytes(b"large")
    (second,) = bring(world, tmp_path)
    assert (second.messages, second.items, second.known, second.missing) == (2, 1, 0, 0)
    assert bring(world, tmp_path)[0].took_nothing
    found = world.read()
    fates = [
        [each.get("missing", found.originals.get(each.get("item", ""))) for each in one["media"]]
        for one in found.values("message")
    ]
    assert fates == [
        ["absent", b"small"],
        ["absent", "not_included"],
        [b"large", b"small"],
        [b"large", "not_included"],
    ]
    assert len(found.kind("post")) == 2
    (tmp_path / photo).unlink()
    assert bring(world, tmp_path)[0].took_nothing


def test_a_long_message_lies_in_an_item_once(world: Capturing, tmp_path: Path) -> None:
    at_most = said(1, "\\" * 10)
    room = LONGEST - len(messages_in(write(tmp_path, at_most))[0])
    short, long = said(1, "\\" * 10 + "й" * (room // 2)), said(2, "\u0001\n" * (LONGEST // 4))
    write(tmp_path, short, long)
    (outcome,) = bring(world, tmp_path)
    found = world.read()
    assert found.raws() == messages_in(tmp_path)
    assert ["item" in each for each in found.values("raw")] == [False, True]
    assert ["text" in each for each in found.values("message")] == [True, False]
    assert outcome.items == len(found.originals) == 1
    assert bring(world, tmp_path)[0].took_nothing


@pytest.mark.parametrize("filler", ['"', "\\", "\n", "\u0001", "\ufffd", "й", "\u2028"])
def test_a_message_of_any_length_fits(world: Capturing, tmp_path: Path, filler: str) -> None:
    sizes = (LONGEST // 8, LONGEST // 4, LONGEST // 2, LONGEST - 300)
    write(tmp_path, *(said(size, filler * size) for size in sizes))
    bring(world, tmp_path)
    found = world.read()
    kept = {*found.raws(), *found.originals.values()}  # beyond 1 MiB it is not read any more
    assert kept == set(messages_in(tmp_path))


def test_bytes_that_are_no_text_fit_too(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, said(1, "@"))
    path = tmp_path / "result.json"
    path.write_bytes(path.read_bytes().replace(b"@", b"\xff" * (LONGEST - 300)))
    bring(world, tmp_path)
    assert world.read().raws() == messages_in(tmp_path)


@pytest.mark.parametrize("head", [{"id": None}, {"name": None}, {"type": None}, {"id": 2**60}])
def test_a_chat_without_a_full_head_is_known_again(
    world: Capturing, tmp_path: Path, head: dict[str, None]
) -> None:
    write(tmp_path, said(1), said(2), **head)
    bring(world, tmp_path)
    assert bring(world, tmp_path)[0].took_nothing
    assert len(world.read().kind("chat")) == 1


def test_a_chat_with_nothing_but_messages(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, said(1), id=None, name=None, type=None)
    bring(world, tmp_path)
    assert bring(world, tmp_path)[0].took_nothing


def test_one_id_in_two_types_is_two_chats(world: Capturing, tmp_path: Path) -> None:
    cases = {
        kind: bring(world, write(tmp_path / kind, said(1), type=kind))[0].case
        for kind in ("private_supergroup", "public_channel", "private_group", "personal_chat")
    }
    assert len(set(cases.values())) == 4


def test_a_chat_that_was_made_public_and_renamed_is_the_same(
    world: Capturing, tmp_path: Path
) -> None:
    first = bring(world, write(tmp_path, said(1)))[0]
    again = write(tmp_path, said(1), said(2), type="public_supergroup", name="Двор")
    second = bring(world, again)[0]
    assert second.case == first.case
    assert second.messages == 1
    found = world.read()
    assert [(each["name"], each["type"]) for each in found.values("chat")] == [
        ("Суседзі", "private_supergroup"),
        ("Двор", "public_supergroup"),
    ]
    assert len({each["chat"] for each in found.values("message")}) == 1
    assert bring(world, again)[0].took_nothing


def test_what_is_no_message_is_kept_as_its_bytes_once(world: Capturing, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(ODD["messages-of-all-types"])
    (outcome,) = bring(world, tmp_path)
    found = world.read()
    assert {b"null", b"7", b"[]"} < set(found.originals.values())
    paths = [each["path"] for each in found.values("file")]
    assert all(path.startswith("result.json#bytes=") for path in paths)
    assert len(paths) == len(set(paths)) == outcome.items - 1
    size = world.size()
    (again,) = bring(world, tmp_path)
    assert again.took_nothing
    assert world.size() == size


def test_a_case_of_ones_own_choice(world: Capturing, tmp_path: Path) -> None:
    other = bring(world, write(tmp_path / "a", said(1)))[0].case
    group = write(tmp_path / "b", said(1), said(2), id=88, name="Іншы")
    assert bring(world, group, case=other)[0].case == other
    assert bring(world, group, case=other)[0].took_nothing
    assert bring(world, group)[0].took_nothing
    found = world.read()
    assert {each.case for each in found.kind("message")} == {other}
    # Who wrote in both chats has another random id in each.
    authors = {each["chat"]: each["author"] for each in found.values("message")}
    assert len(set(authors.values())) == 2


def test_a_case_that_does_not_suit_is_refused_before_anything_is_written(
    world: Capturing, tmp_path: Path
) -> None:
    channel = write(tmp_path / "channel", said(1), type="public_channel", id=5, name="Канал")
    case = bring(world, channel)[0].case
    size = world.size()
    with pytest.raises(UsageError, match="identity"):
        bring(world, write(tmp_path / "group", said(1)), case=case)
    write_account(tmp_path / "account", messages=60, media=0)
    with pytest.raises(UsageError, match="identity"):
        bring(world, tmp_path / "account", ALL, case=case)
    assert world.size() == size


def test_of_an_account_only_the_chosen_chats_enter(world: Capturing, tmp_path: Path) -> None:
    write_account(tmp_path, messages=60, media=0)
    size = world.size()
    with pytest.raises(UsageError, match="whole account"):
        bring(world, tmp_path)
    with pytest.raises(NotFoundError):
        bring(world, tmp_path, Wanted([NAMES["private_group"], "Няма такога"]))
    with pytest.raises(AmbiguousError):
        bring(world, tmp_path, Wanted([NAMES["public_channel"]]))
    assert world.size() == size
    (outcome,) = bring(world, tmp_path, Wanted([NAMES["private_group"]]))
    assert outcome.label == NAMES["private_group"]
    found = world.read()
    assert [each["name"] for each in found.values("chat")] == [NAMES["private_group"]]
    assert len(found.raws()) == outcome.messages


def test_a_chat_can_be_chosen_by_its_number(world: Capturing, tmp_path: Path) -> None:
    write_account(tmp_path, messages=60, media=0)
    told = json.loads((tmp_path / "result.json").read_text().replace("\\x", "\\u00"))
    chats = told["chats"]["list"]
    wanted = Wanted([str(each["id"]) for each in chats if each["type"] == "public_channel"])
    assert len(wanted.chats) == 2
    assert {each.label for each in bring(world, tmp_path, wanted)} == {NAMES["public_channel"]}


def test_of_chats_that_were_left_only_what_is_named(world: Capturing, tmp_path: Path) -> None:
    write_account(tmp_path, messages=60, media=0)
    assert not any("Пакінуты" in each.label for each in bring(world, tmp_path, ALL))
    told = json.loads((tmp_path / "result.json").read_text().replace("\\x", "\\u00"))
    left = told["left_chats"]["list"][0]
    (outcome,) = bring(world, tmp_path, Wanted([left["name"]]))
    assert outcome.messages == len(left["messages"])


def test_a_broken_export_keeps_what_was_whole(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, *(said(number) for number in range(1, 30)))
    whole = messages_in(tmp_path)
    path = tmp_path / "result.json"
    data = path.read_bytes()
    path.write_bytes(data[: data.index("Тэкст 20".encode())])
    with pytest.raises(InputError, match="19 messages before that place are safe"):
        bring(world, tmp_path)
    assert world.read().raws() == whole[:19]
    path.write_bytes(data)
    assert bring(world, tmp_path)[0].messages == 10
    assert world.read().raws() == whole


def test_an_empty_chat_brings_nothing(world: Capturing, tmp_path: Path) -> None:
    size = world.size()
    (outcome,) = bring(world, write(tmp_path))
    assert outcome.took_nothing
    assert world.size() == size
