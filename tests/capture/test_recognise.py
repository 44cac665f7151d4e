"""What people bring is told by a look at its beginning, whatever it turns out to be."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from sviedka.capture.recognise import is_telegram, sort
from sviedka.errors import InputError
from tests.material.hostile import write_giant
from tests.material.hostile_json import BROKEN, ODD, SOUND
from tests.material.telegram import NAMES, write_account, write_chat

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.recognise import Sorted

DATA_TYPES = {"left-chats-first", "left-chats-alone", "chats-and-messages"}


def put(folder: Path, content: bytes = SOUND, name: str = "result.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def sorted_(*paths: Path, chosen: str | None = None) -> tuple[list[Path], list[Path], set[Path]]:
    found: Sorted = sort(paths, chosen)
    return found.exports, found.others, set(found.taken)


@pytest.mark.parametrize("kind", NAMES)
def test_a_chat_of_any_type(tmp_path: Path, kind: str) -> None:
    result = write_chat(tmp_path, kind=kind, messages=3, media=0)
    assert sorted_(tmp_path) == sorted_(result) == ([result], [], set())


def test_a_whole_account(tmp_path: Path) -> None:
    result = write_account(tmp_path, messages=30, media=0)
    assert sorted_(tmp_path) == ([result], [], set())


@pytest.mark.parametrize(
    "name",
    ["bom", "messages-first", "messages-between", "messages-alone", "compact", "windows-lines",
     "blanks-everywhere", *sorted(DATA_TYPES)],
)  # fmt: skip
def test_exports_of_any_layout(tmp_path: Path, name: str) -> None:
    assert is_telegram(put(tmp_path, ODD[name]))


def test_a_head_behind_a_megabyte_of_messages(tmp_path: Path) -> None:
    messages = json.loads(SOUND)["messages"] * 3000
    content = json.dumps({"messages": messages, "type": "public_channel"}).encode()
    assert len(content) > 1 << 20
    assert is_telegram(put(tmp_path, content))


@pytest.mark.parametrize("name", ["empty", "blank", "only-bom", "utf-16", "a-page", "a-string"])
def test_what_is_none(tmp_path: Path, name: str) -> None:
    assert not is_telegram(put(tmp_path, BROKEN[name]))


def test_other_json_and_other_names(tmp_path: Path) -> None:
    assert not is_telegram(put(tmp_path, b'{"type": "FeatureCollection", "messages": []}'))
    assert not is_telegram(put(tmp_path, SOUND, "result.txt"))
    assert is_telegram(put(tmp_path, SOUND, "chat.JSON"))
    assert not is_telegram(tmp_path / "none.json")
    assert not is_telegram(tmp_path)


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "result.json")
    assert not is_telegram(tmp_path / "result.json")
    assert sorted_(tmp_path) == ([], [tmp_path], set())


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "result.json").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    assert sorted_(inside) == ([], [inside], set())
    assert sorted_(inside / "folder", chosen="files") == ([], [inside / "folder"], set())


def test_five_gigabytes_are_not_read(tmp_path: Path) -> None:
    path = write_giant(tmp_path, "one-line", 1 << 20) / "result.json"
    os.truncate(path, 5 << 30)
    assert is_telegram(path)
    empty = put(tmp_path / "empty", b"")
    os.truncate(empty, 5 << 30)
    assert not is_telegram(empty)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_export_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    put(tmp_path).chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        sort([tmp_path], None)


def test_folders_of_exports_among_others(tmp_path: Path) -> None:
    first, second = put(tmp_path / "b" / "ChatExport 1"), put(tmp_path / "a" / "ChatExport 2")
    put(tmp_path / "a" / "ChatExport 2" / "inner")  # belongs to the export around it
    put(tmp_path, b"{}", "notes.json")
    taken = {first.parent, second.parent}
    assert sorted_(tmp_path) == ([second, first], [tmp_path], taken)
    assert sorted_(tmp_path, chosen="telegram") == ([second, first], [tmp_path], taken)
    assert sorted_(tmp_path, chosen="files") == ([], [tmp_path], set())


def test_several_things_at_once(tmp_path: Path) -> None:
    export, other = put(tmp_path / "export"), put(tmp_path / "other", b"{}")
    assert sorted_(export.parent, other, other.parent) == (
        [export],
        [other, other.parent],
        set(),
    )


def test_what_is_said_to_be_an_export_is_one_or_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "strange", b"{}")
    assert sorted_(path.parent, chosen="telegram") == ([path], [], set())
    assert sorted_(path, chosen="telegram") == ([path], [], set())
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="there is no"):
        sort([tmp_path / "empty"], "telegram")


def test_a_page_beside_an_export_changes_nothing(tmp_path: Path) -> None:
    export = put(tmp_path)
    put(tmp_path, BROKEN["a-page"], "messages.html")
    assert sorted_(tmp_path) == ([export], [], set())
    export.unlink()
    assert sorted_(tmp_path) == ([], [tmp_path], set())
