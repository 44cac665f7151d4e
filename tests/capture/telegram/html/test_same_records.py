"""JSON and HTML of a chat: the same records, one message, two sources, whatever the order."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.capture.telegram.html.clock import parse_zone
from sviedka.errors import AmbiguousError, UsageError
from tests.capture.telegram.bringing import ALL, bring, messages_in, said, write
from tests.capture.telegram.html.pages_of import (
    bring_pages,
    message,
    no,
    page,
    put,
    service,
    yes,
)
from tests.keep.world import assert_rebuilds
from tests.material.messages import Chat
from tests.material.people import Account
from tests.material.telegram import NAMES
from tests.material.telegram_html import Style, write_both, write_pages
from tests.material.telegram_words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.capture.opened import Capturing, Everything

COMPARED = ("message_id", "unixtime", "text", "reply_to", "forwarded", "edited_stated", "action")
UNTOLD = {"edited_stated"}
"""What pages do not tell of a message."""
UNTOLD_SERVICE = {"edited_stated", "unixtime", "action"}
KINDS = ["private_supergroup", "public_channel", "private_group", "personal_chat"]


def both(folder: Path, kind: str, *, messages: int = 120, media: int = 16, **style: Any) -> Path:
    """A chat as ``json`` and as ``html`` under a folder, each with all its media."""
    export = folder / "json"
    write_both(
        export, kind=kind, messages=messages, media=media, html=folder / "html",
        style=Style(page=50, **style),
    )  # fmt: skip
    for path in sorted(export.rglob("*")):
        if path.is_file() and path.name != "result.json":
            there = folder / "html" / path.relative_to(export)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    return folder


def divs(folder: Path) -> list[bytes]:
    """The messages of pages by their indentation alone."""
    found = []
    for path in sorted(folder.glob("messages*.html"), key=lambda each: (len(each.name), each.name)):
        for part in path.read_bytes().split(b'\n     <div class="message ')[1:]:
            body, end, _ = part.partition(b"\n     </div>")
            if b'id="message-' not in body[:60] or b'id="message-9' in body[:60]:
                found.append(b'<div class="message ' + body + end)
    return found


def described(found: Everything) -> dict[int, dict[str, Any]]:
    """By number, what the message records say, with the content of media in place of items."""
    told = {}
    for value in found.values("message"):
        media = [
            (each["role"], found.originals.get(each.get("item", ""), each.get("missing")))
            for each in value.get("media", [])
        ]
        told[value["message_id"]] = {key: value.get(key) for key in COMPARED} | {"media": media}
    return told


@pytest.mark.parametrize(
    ("kind", "language"),
    [*((kind, "en") for kind in NAMES), *(("private_supergroup", each) for each in LANGUAGES)],
)
def test_pages_give_the_records_that_json_gives(
    founded: Capturing, tmp_path: Path, kind: str, language: str
) -> None:
    both(tmp_path, kind, words=LANGUAGES[language])
    first, second = founded.copy(tmp_path / "1"), founded.copy(tmp_path / "2")
    bring(first, tmp_path / "json")
    (outcome,) = bring_pages(second, tmp_path / "html")
    assert (outcome.messages, outcome.missing, outcome.hints) == (120, 0, [])
    from_json, from_html = described(first.read()), described(second.read())
    assert from_json.keys() == from_html.keys()
    services = {
        each["id"]
        for each in json.loads((tmp_path / "json" / "result.json").read_text())["messages"]
        if each["type"] != "message"
    }
    for number, shown in from_html.items():
        untold = UNTOLD_SERVICE if number in services else UNTOLD
        wanted = from_json[number] | {"media": plain(from_json[number]["media"])}
        shown["media"] = plain(shown["media"])
        for key in wanted.keys() - untold:
            assert lines(shown[key]) == lines(wanted[key]), (number, key)
        assert all(shown[key] is None for key in untold)


def lines(value: Any) -> Any:
    """Pages have line ends for Unicode's separators too."""
    return value.replace("\u2028", "\n") if isinstance(value, str) else value


def plain(media: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Why a file is missing is said in words, which are not read."""
    return [(role, "missing" if isinstance(what, str) else what) for role, what in media]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", ["json", "html"])
def test_one_message_and_two_sources_whichever_comes_first(
    world: Capturing, tmp_path: Path, kind: str, first: str
) -> None:
    both(tmp_path, kind)
    steps = [lambda: bring(world, tmp_path / "json", ask=yes),
             lambda: bring_pages(world, tmp_path / "html", ask=yes)]  # fmt: skip
    if first == "html":
        steps.reverse()
    (one,), (two,) = steps[0](), steps[1]()
    assert one.case == two.case
    assert (one.messages, one.sources) == (120, 0)
    assert (two.messages, two.sources, two.known) == (0, 120, 0)
    found = world.read()
    raws = Counter(messages_in(tmp_path / "json")) + Counter(divs(tmp_path / "html"))
    assert Counter(found.raws()) == raws
    assert len(found.kind("message")) == len(found.kind("post")) == 120
    assert set(Counter(each["message"] for each in found.values("raw")).values()) == {2}
    pages = {path.read_bytes() for path in (tmp_path / "html").glob("messages*.html")}
    kept = pages & set(found.originals.values())
    assert kept == (pages if first == "json" and kind == "public_channel" else set())
    size = world.size()
    for step in (*steps, *reversed(steps)):
        (again,) = step()
        assert (again.took_nothing, again.known) == (True, 120)
    assert world.size() == size
    with world.open() as archive:
        assert_rebuilds(archive)


def test_a_second_source_lies_with_its_sender(world: Capturing, tmp_path: Path) -> None:
    bring(world, write(tmp_path / "json", said(1, who=1), said(2, who=2), said(3, who=1)))
    shown = [
        message(number, name=f"Імя {who}", text=f"Тэкст {number}", date=date(number))
        for number, who in ((1, 1), (2, 2), (3, 1), (4, 1))
    ]
    bring_pages(world, put(tmp_path / "html", page(*shown)), ask=yes)
    found = world.read()
    by_name = {each.get("from_id", each.get("name")): each for each in found.values("participant")}
    assert set(by_name) == {"user1", "user2", "Імя 1"}
    assert by_name["Імя 1"]["name_only"] is True
    authors = {each["message_id"]: each["author"] for each in found.values("message")}
    assert authors[1] == authors[3] == by_name["user1"]["participant"]
    assert authors[4] == by_name["Імя 1"]["participant"]  # a name alone is no account


def date(number: int) -> str:
    """The local time in Minsk of ``bringing.said``."""
    seconds = 1_616_670_000 + number - 1_616_670_000
    return f"25.03.2021 14:00:{seconds:02d} UTC+03:00"


def test_json_tells_the_accounts_of_people_of_one_name(world: Capturing, tmp_path: Path) -> None:
    shown = [message(n, name="Алесь", text=f"Тэкст {n}", date=date(n)) for n in (1, 2, 3, 4)]
    bring_pages(world, put(tmp_path / "html", page(*shown)))
    told = [said(n, who=1 + n % 2, **{"from": "Алесь"}) for n in (1, 2, 3, 4, 5, 6)]
    (outcome,) = bring(world, write(tmp_path / "json", *told), ask=yes)
    assert (outcome.messages, outcome.sources) == (2, 4)
    found = world.read()
    accounts = {
        each["participant"]: each["from_id"]
        for each in found.values("participant")
        if "from_id" in each
    }
    raws = [each for each in found.values("raw") if each["text"].startswith("{")]
    assert [accounts[each["author"]] for each in raws[:4]] == ["user2", "user1"] * 2
    assert all("author" not in each for each in raws[4:])
    size = world.size()
    bring(world, tmp_path / "json")
    bring(world, write(tmp_path / "json", *told, said(7, who=1, **{"from": "Алесь"})))
    assert world.size() > size
    later = world.read().values("participant")
    assert len([each for each in later if each.get("from_id") == "user1"]) == 1


def test_what_was_edited_between_two_exports_is_another_version(
    world: Capturing, tmp_path: Path
) -> None:
    bring(world, write(tmp_path / "json", *(said(n) for n in range(1, 7))))
    shown = [
        message(n, name="Імя 1", text="Інакш" if n == 3 else f"Тэкст {n}", date=date(n))
        for n in range(1, 7)
    ]
    (outcome,) = bring_pages(world, put(tmp_path / "html", page(*shown)), ask=yes)
    assert (outcome.messages, outcome.sources) == (1, 5)
    found = world.read()
    versions = [each["text"] for each in found.values("message") if each["message_id"] == 3]
    assert versions == ["Тэкст 3", "Інакш"]
    assert len(found.kind("post")) == 6


@pytest.mark.parametrize("first", ["json", "html"])
def test_a_file_that_one_of_them_lacks_makes_another_version(
    world: Capturing, tmp_path: Path, first: str
) -> None:
    def exports(name: str, *, has: bool) -> Path:
        lost = "(File not included. Change data exporting settings to download.)"
        photo = {"photo": "photos/a.jpg" if has else lost, "width": 3, "height": 4}
        told = [said(1, **photo), said(2), said(3), said(4)]
        folder = write(tmp_path / name, *told)
        chat = Chat("private_supergroup", "Суседзі", 77, [Account("Імя 1", "user1")])
        told = [{**each, "date": f"2021-03-25T14:00:{each['id']:02d}"} for each in told]
        write_pages(folder, chat, told)
        (folder / "photos").mkdir(exist_ok=True)
        (folder / "photos" / "a.jpg").write_bytes(b"photo")
        return folder

    less, more = exports("less", has=False), exports("more", has=True)
    if first == "json":
        bring(world, less)
        (outcome,) = bring_pages(world, more, ask=yes)
    else:
        bring_pages(world, less)
        (outcome,) = bring(world, more, ask=yes)
    assert (outcome.messages, outcome.sources, outcome.items) == (1, 3, 1)
    assert len(world.read().kind("post")) == 4


def test_the_chat_is_proposed_and_a_person_decides(world: Capturing, tmp_path: Path) -> None:
    both(tmp_path, "private_supergroup", messages=30, media=0)
    (one,) = bring(world, tmp_path / "json")
    size = world.size()
    with pytest.raises(UsageError) as caught:
        bring_pages(world, tmp_path / "html")
    assert f"--case {one.case[:8]}" in caught.value.do
    assert "--yes" in caught.value.do
    assert world.size() == size
    asked = []
    (apart,) = bring_pages(world, tmp_path / "html", ask=lambda each: asked.append(each) or False)
    assert asked[0].case == one.case
    assert asked[0].equal > 20
    assert apart.case != one.case
    assert apart.messages == 30
    (again,) = bring_pages(world, tmp_path / "html")  # it has a chat now, and nothing is asked
    assert again.took_nothing


def test_a_case_that_a_person_names_is_the_chats(world: Capturing, tmp_path: Path) -> None:
    both(tmp_path, "private_supergroup", messages=30, media=0)
    (one,) = bring(world, tmp_path / "json")
    (two,) = bring_pages(world, tmp_path / "html", case=one.case)
    assert (two.case, two.sources) == (one.case, 30)
    other = put(tmp_path / "other", page(*(message(n, text=f"іншае {n}") for n in range(1, 9))))
    with pytest.raises(UsageError, match="another chat"):
        bring_pages(world, other, case=one.case)
    apart = put(tmp_path / "apart", page(*(message(n, text=f"далей {n}") for n in range(900, 904))))
    (later,) = bring_pages(world, apart, case=one.case)
    assert (later.case, later.messages) == (one.case, 4)
    assert len({each["chat"] for each in world.read().values("message")}) == 1


def test_two_chats_that_are_alike(world: Capturing, tmp_path: Path) -> None:
    both(tmp_path, "private_supergroup", messages=30, media=0)
    (one,) = bring(world, tmp_path / "json")
    (two,) = bring_pages(world, tmp_path / "html", ask=no)
    more = (tmp_path / "html" / "messages.html").read_bytes().replace(b"userpic", b"userpix")
    changed = put(tmp_path / "changed", more)
    with pytest.raises(AmbiguousError) as caught:
        bring_pages(world, changed, ask=yes)
    assert one.case[:8] in caught.value.do
    assert two.case[:8] in caught.value.do


def test_other_chats_are_not_proposed(world: Capturing, tmp_path: Path) -> None:
    bring(world, write(tmp_path / "json", *(said(n) for n in range(1, 9))))
    same_numbers = [message(n, text=f"Тэкст {n}", date="01.01.2020 10:07:03 UTC+03:00")
                    for n in range(1, 9)]  # fmt: skip
    (outcome,) = bring_pages(world, put(tmp_path / "html", page(*same_numbers)))
    assert outcome.messages == 8
    same_times = [message(n, text=f"Іншае {n}", date=date(n)) for n in range(1, 9)]
    (outcome,) = bring_pages(world, put(tmp_path / "more", page(*same_times)))
    assert outcome.messages == 8
    assert len({each.case for each in world.read().kind("post")}) == 3


def test_pages_without_a_zone_are_known_by_their_minutes(world: Capturing, tmp_path: Path) -> None:
    both(tmp_path, "private_supergroup", messages=60, media=0, offset="")
    (one,) = bring(world, tmp_path / "json")
    (two,) = bring_pages(world, tmp_path / "html", ask=yes)
    assert (two.case, two.sources, two.messages) == (one.case, 60, 0)
    assert two.hints
    (source,) = [each for each in world.read().values("source") if "clock" in each]
    assert source["clock"] == "unknown"
    assert source["totals"]["untimed"] > 40


def test_a_page_that_came_first_without_a_zone_is_known_again(
    world: Capturing, tmp_path: Path
) -> None:
    both(tmp_path, "private_supergroup", messages=60, media=0, offset="")
    (one,) = bring_pages(world, tmp_path / "html")
    assert not [each for each in world.read().values("message") if "unixtime" in each]
    (two,) = bring(world, tmp_path / "json", ask=yes)
    assert (two.case, two.sources, two.messages) == (one.case, 60, 0)


def test_a_time_that_the_page_had_wrong_is_another_version_in_json(
    world: Capturing, tmp_path: Path
) -> None:
    shown = [message(n, name="Імя 1", text=f"Тэкст {n}", date=date(n)) for n in (1, 2, 3, 4)]
    bring_pages(world, put(tmp_path / "html", page(*shown)))
    hours = [said(n, date_unixtime=str(1_616_673_600 + n)) for n in (1, 2, 3, 4)]
    (outcome,) = bring(world, write(tmp_path / "json", *hours), ask=yes)
    assert (outcome.messages, outcome.sources) == (4, 0)
    assert len(world.read().kind("post")) == 4
    # The other way round, an hour is what a zone may make of a page.
    (outcome,) = bring_pages(world, put(tmp_path / "later", page(*shown, message(5))), ask=yes)
    assert (outcome.messages, outcome.known) == (1, 4)


def test_a_zone_that_a_person_names(world: Capturing, tmp_path: Path) -> None:
    shown = page(message(1, date="09.08.2020 20:00:00 UTC+02:00", text="а"))
    zone = "Europe/Vilnius"
    (outcome,) = bring_pages(
        world, put(tmp_path, shown), zone=parse_zone(zone), zone_name=zone
    )  # fmt: skip
    assert not outcome.hints
    found = world.read()
    assert found.values("message")[0]["unixtime"] == 1_596_992_400
    (source,) = found.values("source")
    assert (source["clock"], source["zone"]) == ("zone", zone)


def test_services_and_whole_accounts(world: Capturing, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / "chats" / f"chat_0{number}"
        inner = (
            f'<div class="media_wrap"><a class="photo_wrap" '
            f'href="../../chats/chat_0{number}/photos/a.jpg"></a></div>'
        )
        shown = page(service(1), message(2, inner, text=f"Ч{number}"), title=f"Чат {number}")
        put(folder, shown)
        (folder / "photos").mkdir()
        (folder / "photos" / "a.jpg").write_bytes(b"photo %d" % number)
    (tmp_path / "export_results.html").write_text("Янка")
    with pytest.raises(UsageError, match="whole account"):
        bring_pages(world, tmp_path)
    assert not world.read().kind("message")
    first, second = bring_pages(world, tmp_path, ALL)
    assert {first.label, second.label} == {"Чат 1", "Чат 2"}
    assert (first.messages, first.items, first.missing) == (2, 1, 0)
