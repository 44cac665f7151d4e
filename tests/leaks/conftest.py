"""An archive full of secrets, every one of which is known here and looked for elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.program import PASSPHRASE, Program

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = {
    "user700000001": "Ганна Прыкладная",
    "user700000002": "Dzmitry Nibyta-Niadomski",
    "user700000003": "Елена Образцова",
}
PHONE = "+999 66 171717"
FILES = {
    "заявы/Ганна Прыкладная, заява.txt": "Я, Ганна Прыкладная, заяўляю: тэл. +999 66 171717\n",
    "Interrogation of Niadomski.txt": "Dzmitry was asked about the letters.\n",
    "протокол обыска.txt": "Изъяты телефон и книги у Образцовой.\n",
}
PURPOSE = "Para skargi ў Камітэт ААН № 17/2026"
OPENING = "Спраўджваем, хто пісаў пра Заазёрск"
GIVING = "Для адвакаткі Нябывальскай"
GROUP = "Сваякі вязняў Заазёрска"
CHANNEL = "Перадрук Сінявокі"
LABEL = "Справа прыкладнай сям’і"
REGRET = "Прасіла прыбраць: пагражаюць сям’і Прыкладных"
MISTAKE = "Памылкова прынеслі чужую тэчку"


@dataclass
class Planted:
    """The archive, and what nobody may learn from it without keys."""

    program: Program
    words: set[str] = field(default_factory=set)
    contents: list[bytes] = field(default_factory=list)

    @property
    def secrets(self) -> list[bytes]:
        """Every planted word, as bytes."""
        return sorted(each.encode() for each in self.words)


def message(number: int, author: str, text: str) -> dict[str, Any]:
    """A message as Telegram Desktop exports it."""
    return {
        "id": 410_000_000 + number,
        "type": "message",
        "date": "2021-03-25T12:00:00",
        "date_unixtime": str(1_616_670_000 + number),
        "from": PEOPLE.get(author, CHANNEL),
        "from_id": author,
        "text": text,
        "text_entities": [{"type": "plain", "text": text}],
    }


def export(
    folder: Path, name: str, kind: str, messages: list[dict[str, Any]], number: int = 1_717_171_717
) -> Path:
    """Write an export of one chat, with a media file."""
    folder.mkdir(parents=True)
    (folder / "photos").mkdir()
    photo = b"\xff\xd8\xff\xe0" + name.encode() * 40
    (folder / "photos" / "photo_1@25-03-2021_12-00-00.jpg").write_bytes(photo)
    messages[0]["photo"] = "photos/photo_1@25-03-2021_12-00-00.jpg"
    chat = {"name": name, "type": kind, "id": number, "messages": messages}
    (folder / "result.json").write_text(json.dumps(chat, ensure_ascii=False, indent=1))
    return folder


def plant(program: Program) -> Planted:
    """Bring in files, a channel and a group chat; look at some; give some out."""
    planted = Planted(program)
    folder = program.base / LABEL
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    program.run("add", folder, "--purpose", PURPOSE)
    told = [
        message(number, author, f"{name} піша: тэлефон {PHONE}, сустрэча ля Заазёрскай бібліятэкі")
        for number, (author, name) in enumerate(PEOPLE.items())
    ]
    group = export(program.base / "g", GROUP, "private_supergroup", told)
    posts = [message(number, "channel1717171717", f"Ролік № {number} ад 25 сакавіка") for number in
             range(10, 13)]  # fmt: skip
    channel = export(program.base / "c", CHANNEL, "public_channel", posts)
    program.run("add", group, "--purpose", PURPOSE)
    program.run("add", channel)
    planted.words = {
        *PEOPLE, *PEOPLE.values(), *FILES, *(Path(name).name for name in FILES), PHONE, PURPOSE,
        OPENING, GIVING, REGRET, MISTAKE, GROUP, CHANNEL, LABEL, "заявы", "1717171717",
        "photo_1@25-03-2021",
        "Заазёрскай бібліятэкі", "was asked about", "Изъяты телефон", "Ролік №", "result.json",
        "410000001", "1616670001", "private_supergroup", "public_channel", "telegram",
    }  # fmt: skip
    planted.contents = [
        *(text.encode() for text in FILES.values()),
        *(path.read_bytes() for path in program.base.glob("[gc]/**/*") if path.is_file()),
        *(json.dumps(each, ensure_ascii=False, indent=1).encode() for each in told + posts),
        *(each["text"].encode() for each in told + posts),
        *(word.encode() for word in planted.words),
    ]
    return planted


def look_and_give(program: Program) -> None:
    """Open what is metered, and write an original back out."""
    cases = {case["label"]: case["case"] for case in program.json("list")["cases"]}
    raw = program.json("list", cases[GROUP], "--kind", "raw")["records"]
    for each in raw[:2]:
        program.run("show", each["id"], "--purpose", OPENING)
    who = program.json("list", cases[GROUP], "--kind", "participant")["records"]
    program.run("show", who[0]["id"])
    items = program.json("list", cases[LABEL])["items"]
    program.run("export", items[0]["id"], program.base / "given out.txt", "--purpose", GIVING)


def remove(program: Program) -> None:
    """Delete an item, take back an import, destroy a case."""
    for name, text in {"Памылка": "Чужое.\n", "Лішняе": "Лішняе.\n", "Разам": "Разам.\n"}.items():
        folder = program.base / name
        folder.mkdir()
        (folder / "a.txt").write_text(text)
        (folder / "b.txt").write_text(text * 2)
        program.run("add", folder, "--purpose", PURPOSE)
    cases = {case["label"]: case["case"] for case in program.json("list")["cases"]}
    items = program.json("list", cases["Разам"])["items"]
    program.run("delete", items[0]["id"], "--why", REGRET, "--yes")
    imports = program.json("list", "--imports")["imports"]
    program.run("undo", imports[-1]["import"], "--why", MISTAKE, "--yes")
    program.run("destroy", cases["Лішняе"], "--purpose", REGRET, "--yes")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The archive, unlocked."""
    program = Program.with_archive(tmp_path_factory.mktemp("leaks") / "begun")
    program.run("unlock", "--minutes", 60)
    try:
        there = plant(program)
        look_and_give(program)
        remove(program)
        there.words |= {PASSPHRASE, "Памылка", "Лішняе", "Разам", "Чужое"}
        yield there
    finally:
        program.run("lock")
