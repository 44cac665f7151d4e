"""Telegram exports: Telegram Desktop's layout, the same bytes from the same seed, no lost media."""

from __future__ import annotations

import json
import tracemalloc
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unicodedata import is_normalized

import pytest

from tests.material.media import NOT_INCLUDED
from tests.material.telegram import NAMES, write_account, write_chat

if TYPE_CHECKING:
    from pathlib import Path


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def read(result: Path) -> Any:
    return json.loads(result.read_text())


@pytest.mark.parametrize("kind", NAMES)
def test_a_chat_is_json_with_as_many_messages_as_asked(tmp_path: Path, kind: str) -> None:
    chat = read(write_chat(tmp_path, kind=kind, messages=300, media=3))
    assert (chat["type"], chat.get("name")) == (kind, NAMES[kind])
    assert len(chat["messages"]) == 300
    ids = [message["id"] for message in chat["messages"]]
    assert len(set(ids)) == 300
    assert ids == sorted(ids)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_chat(tmp_path / name, messages=200, media=12, seed=seed)
        write_account(tmp_path / f"account-{name}", messages=60, media=12, seed=seed)
    for start in ("", "account-"):
        first, again, other = (digests(tmp_path / f"{start}{name}") for name in "abc")
        assert first == again
        assert first != other


def test_every_path_is_a_file_and_every_file_is_named(tmp_path: Path) -> None:
    chat = read(write_chat(tmp_path, kind="public_supergroup", messages=400, media=30))
    said = {
        message[field]
        for message in chat["messages"]
        for field in ("photo", "file", "thumbnail")
        if field in message
    }
    assert NOT_INCLUDED in said
    stored = set(digests(tmp_path)) - {"result.json"}
    assert {path for path in said if not path.startswith("(")} == stored
    assert any(" (1)" in path for path in stored)


def test_texts_come_plain_marked_up_and_decomposed(tmp_path: Path) -> None:
    chat = read(write_chat(tmp_path, messages=500, media=0))
    texts = [message["text"] for message in chat["messages"] if message["type"] == "message"]
    plain = [text for text in texts if isinstance(text, str)]
    assert any(isinstance(text, list) for text in texts)
    assert any(not is_normalized("NFC", text) for text in plain)
    joined = "".join(plain)
    assert all(letter in joined for letter in "ўіщъŭž🤍\u2028")


def test_text_entities_repeat_the_text(tmp_path: Path) -> None:
    for message in read(write_chat(tmp_path, messages=300, media=0))["messages"]:
        if message["type"] == "unsupported":
            continue
        text = message["text"]
        parts = [text] if isinstance(text, str) else text
        flat = "".join(part if isinstance(part, str) else part["text"] for part in parts)
        assert flat == "".join(part["text"] for part in message["text_entities"])


def test_a_group_has_people_deleted_accounts_channels_and_an_earlier_life(tmp_path: Path) -> None:
    chat = read(write_chat(tmp_path, kind="private_supergroup", messages=800, media=0))
    senders = {(one["from_id"], one["from"]) for one in chat["messages"] if "from_id" in one}
    assert {peer.rstrip("0123456789") for peer, _ in senders} == {"user", "channel"}
    assert any(name is None for _, name in senders)
    assert chat["messages"][0]["id"] < 0
    actions = {one["action"] for one in chat["messages"] if one["type"] == "service"}
    assert {"migrate_from_group", "invite_members", "topic_created"} <= actions


def test_an_account_has_chats_left_chats_and_what_must_not_enter(tmp_path: Path) -> None:
    account = read(write_account(tmp_path, messages=90, media=20))
    chats = account["chats"]["list"]
    assert {chat["type"] for chat in chats} == set(NAMES)
    assert len(account["left_chats"]["list"]) == 2
    for key in ("personal_information", "contacts", "frequent_contacts", "sessions", "other_data"):
        assert account[key]
    assert any(path.startswith("chats/chat_01/") for path in digests(tmp_path))


def test_the_layout_is_telegram_desktops(tmp_path: Path) -> None:
    lines = write_chat(tmp_path, messages=300, media=0).read_text().split("\n")
    assert lines[:6] == [
        "{",
        ' "name": "Весткі Заазёрска",',
        ' "type": "public_channel",',
        ' "id": 1144272509,',
        ' "messages": [',
        "  {",
    ]
    assert lines[-3:] == ["  }", " ]", "}"]
    at = lines.index('   "reactions": [')
    assert lines[at + 1 : at + 3] == ["     {", '      "type": "emoji",']


def test_an_export_grows_to_a_size_with_little_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    result = write_chat(tmp_path, messages=1, media=0, size=4 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.stat().st_size > 4 << 20
    assert peak < 3 << 20
    assert read(result)["messages"]
