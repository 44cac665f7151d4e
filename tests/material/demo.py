"""Demonstration material: three invented channels, of which two repost one's clip, and a few files.

About 4 MB. Towns, people and events do not exist, and each channel says so.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from tests.material.documents import LINES, docx, pdf, table
from tests.material.media import Media
from tests.material.messages import START, Talk
from tests.material.picture import picture
from tests.material.tdesktop import JsonStream
from tests.material.telegram import chat_of, stream_chat

HOUR = 3600
CLIP = 17  # the clip that goes round


@dataclass(frozen=True, slots=True)
class Post:
    """One scripted message: hours after the story begins, text, variant of the clip if any."""

    hour: float
    text: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """An invented channel: folder, name, scripted posts."""

    folder: str
    name: str
    posts: tuple[Post, ...]


CHANNELS = (
    Channel(
        "zaozersky-listok",
        "Заозёрский листок",
        (
            Post(0, "Этот канал вымышлен: такого города, людей и событий нет."),
            Post(2, "Житель города Заозёрск читает с листа, что «всё осознал». Видео.", "plain"),
            Post(30, "Ролик посмотрели многие. Имя мы не называем: его не существует."),
        ),
    ),
    Channel(
        "pieradruk",
        "Перадрук | Прыдарожжа",
        (
            Post(0, "Гэты канал выдуманы: такога горада, людзей і падзей няма."),
            Post(7, "Из соседнего канала. Смотрите сами 👇", "mirrored"),
            Post(26, "Ещё раз о вчерашнем ролике, с нашей отметкой.", "marked"),
        ),
    ),
    Channel(
        "viestki-zaaziorska",
        "Весткі Заазёрска",
        (
            Post(0, "Гэты канал выдуманы: такога горада, людзей і падзей няма."),
            Post(9, "Два каналы паказваюць запіс, на якім чалавек чытае чужы тэкст з аркуша."),
            Post(12, "Копія для архіва, шэрая. Просім не распаўсюджваць.", "grey"),
            Post(50, "Адвакатка пабачылася з чалавекам: ён здаровы, лісты атрымлівае. Дзякуй! 🤍"),
            Post(51, "Kali vy bačyli zapis, zapišycie, kali i dzie. Śviedki važnyja."),
        ),
    ),
)
DOCUMENTS = {
    "заява ў суд.pdf": pdf("Example of a complaint. Nothing in it is real."),
    "Заява (чарнавік).docx": docx(LINES[0]),
    "даты.csv": table("cp1251"),
    "нататкі сведкі.txt": f"{LINES[0]}\n{LINES[1]}\n".encode(),
}


def _write_channel(out: Path, channel: Channel, rng: Random, filler: int) -> Path:
    folder = out / "telegram" / channel.folder
    folder.mkdir(parents=True)
    chat = chat_of("public_channel", rng, name=channel.name)
    media = Media(folder, "", rng, 14)
    talk = Talk(chat, rng, media)
    talk.now = START
    messages = list(islice(talk.messages(), filler))
    number = messages[-1]["id"]
    begin = START + filler * 2 * HOUR  # after all that was said before, in each channel alike
    for at, post in enumerate(channel.posts, number + 1):
        unixtime = begin + round(post.hour * HOUR)
        media.budget = 2
        clip = media.clip(unixtime, CLIP, post.variant) if post.variant else None
        messages.append(talk.post(at, unixtime, post.text, clip))
    with (folder / "result.json").open("wb") as file:
        stream_chat(JsonStream(file), chat, messages)
    return folder


def write_demo(out: Path, *, seed: int = 1, filler: int = 60) -> list[Path]:
    """Write the material into the new folder ``out``; returns three exports and a folder of files.

    ``filler`` is the number of everyday messages that come before a channel's scripted ones.
    """
    rng = Random(seed)
    found = [_write_channel(out, channel, rng, filler) for channel in CHANNELS]
    files = out / "files"
    files.mkdir()
    for name, content in DOCUMENTS.items():
        (files / name).write_bytes(content)
    (files / "двор.jpg").write_bytes(picture(seed, ".jpg"))
    (files / "двор.png").write_bytes(picture(seed, ".png"))
    return [*found, files]


def main() -> None:
    """Write the demonstration material."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.demo", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in write_demo(given.out, seed=given.seed):
        print(path)


if __name__ == "__main__":
    main()
