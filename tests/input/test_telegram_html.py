"""HTML exports of Telegram through the command: sound ones in both formats, and hostile ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.capture.telegram.html.pages_of import message, page, put, service
from tests.cli.keyboard import at_keyboard
from tests.input.checking import FORMAT, SANDBOX, USAGE, clear, everything, intact, refused
from tests.material.telegram import NAMES
from tests.material.telegram_html import Style, write_both

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.program import Program

SECRET = "сакрэт, якога ніхто не прыносіў"
GOOD = page(message(1, text="першы"), message(2, text="другі"), service(3), message(4, text="ч"))


def repeated(count: int, part: str) -> bytes:
    """A page with a message of this."""
    return page(message(5, text="да"), message(6, part * count), message(7, text="пасля"))


def medium(href: str) -> bytes:
    """A page with a file on it."""
    link = f'<div class="media_wrap"><a class="media media_file" href="{href}"></a></div>'
    return page(message(5, link))


HOSTILE: dict[str, Callable[[], list[bytes]]] = {
    "half a page": lambda: [GOOD, GOOD[: len(GOOD) // 2]],
    "only half a page": lambda: [GOOD[:-400]],
    "an empty page": lambda: [GOOD, b""],
    "another encoding": lambda: [GOOD, GOOD.decode().encode("cp1251", "replace")],
    "a lying encoding": lambda: [GOOD.replace(b"<html>", b'<html><meta charset="windows-1251">')],
    "utf-16": lambda: [GOOD, GOOD.decode().encode("utf-16")],
    "no html": lambda: [GOOD, b"\x89PNG\r\n\x1a\n" + b"\0" * 999],
    "100,000 deep": lambda: [repeated(100_000, "<div>")],
    "100,000 deep and back": lambda: [page(message(1, "<div>" * 100_000 + "</div>" * 100_000))],
    "100,000 marks": lambda: [repeated(100_000, "<b><i>")],
    "one huge message": lambda: [page(message(1, text="ў" * 3_000_000), message(2, text="а"))],
    "one huge tag": lambda: [page(message(1, f'<a href="{"x" * 3_000_000}">а</a>'), message(2))],
    "numbers that repeat": lambda: [page(*(message(1, text=f"т{n}") for n in range(20)))],
    "no numbers": lambda: [page(*(message("", text=f"т{n}") for n in range(20)), message(1))],
    "huge numbers": lambda: [page(message("9" * 18), message("9" * 5000), message(1))],
    "no classes": lambda: [GOOD, GOOD.replace(b"from_name", b"x").replace(b"body", b"y")],
    "nothing but joined": lambda: [page(*(message(n, joined=True) for n in range(1, 9)))],
    "dates of no day": lambda: [page(message(1, date="31.02.2020 25:61:61 UTC+99:99"))],
    "control characters": lambda: [page(message(1, text="&#x1B;[2J&#x00;", name="\x1b]0;x\x07"))],
    "another chat between": lambda: [GOOD, page(message(9), title="Іншы"), page(message(10))],
    "a script": lambda: [page(message(1, "<script>document.body=''</script>"), message(2))],
    "a comment": lambda: [page(message(1, "<!--"), message(2), message(3, "-->"))],
    "out of the export": lambda: [medium("../secret")],
    "an absolute path": lambda: [medium("/etc/passwd")],
    "a link": lambda: [medium("link")],
    "itself": lambda: [medium("messages.html")],
    "not a path": lambda: [medium("&#x0;"), medium("x" * 9999)],
}
QUICK = {"half a page", "100,000 deep", "one huge message", "out of the export", "no html"}


@pytest.mark.parametrize(
    "case",
    [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in HOSTILE],
)
def test_it_is_read_or_refused_and_nothing_is_lost(
    program: Program, tmp_path: Path, case: str
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    export = put(tmp_path / "export", *HOSTILE[case]())
    (export / "link").symlink_to(tmp_path / "secret")
    done = program.attempt("add", export, "--as", "telegram")
    assert done.status in {0, USAGE, FORMAT, SANDBOX}, done.told
    if done.status:
        clear(done)
    assert "\x1b" not in done.told
    there = intact(program)
    assert SECRET.encode() not in everything(program)
    again = program.attempt("add", export, "--as", "telegram")
    assert again.status == done.status
    assert intact(program) == there


def test_a_page_of_2_gb_is_named_and_the_rest_goes_in(program: Program, tmp_path: Path) -> None:
    export = put(tmp_path / "export", GOOD, b"", page(message(9, text="дзявяты")))
    with (export / "messages2.html").open("wb") as file:
        file.truncate(2 << 30)
    done = program.json("add", export)
    (one,) = done["imports"]
    assert (one["messages"], one["missing"]) == (5, 1)
    assert "messages2.html: it has 2147483648 bytes" in one["notes"][0]
    intact(program)


def test_both_formats_of_a_chat(program: Program, tmp_path: Path) -> None:
    json_, html = tmp_path / "json", tmp_path / "html"
    write_both(json_, messages=60, media=0, html=html, style=Style(page=25))
    first = program.json("add", json_)["imports"][0]
    refused(
        program, program.attempt("add", html), USAGE, "the same number, time and text",
        f"--yes to add it there, or choose with --case {first['case'][:8]}",
    )  # fmt: skip
    second = program.json("add", html, "--yes")["imports"][0]
    assert (second["case"], second["messages"], second["sources"]) == (first["case"], 0, 60)
    assert second["sort"] == "telegram_html"
    listed = program.json("list", first["case"], "--kind", "message")
    assert listed["total"] == 60
    program.run("verify", "--deep")
    program.run("undo", second["import"][:8], "--yes")
    third = program.run("add", html, "--case", first["case"])
    assert "60 there already from another export, and now from both." in third.out
    assert "nothing new" in program.run("add", html).out


def test_both_formats_in_one_folder_are_one_chat_unasked(program: Program, tmp_path: Path) -> None:
    write_both(tmp_path / "both", messages=40, media=4)
    first, second = program.json("add", tmp_path / "both")["imports"]
    assert second["case"] == first["case"]
    assert (first["messages"], second["sources"], second["items"]) == (40, 40, 0)


def test_a_zone_makes_times_of_summer_known(program: Program, tmp_path: Path) -> None:
    summer = message(1, text="лета", date="09.08.2020 21:00:00 UTC+02:00")
    export = put(tmp_path / "export", page(summer, message(2, text="яшчэ", date="x")))
    done = program.run("add", export)
    assert "1 messages have no time" in done.out
    assert "--zone" in done.out
    refused(program, program.attempt("add", export, "--zone", "Mars"), USAGE, "no time zone")
    other = put(
        tmp_path / "other", page(message(1, date="09.08.2020 21:00:00 UTC+02:00", text="т"))
    )
    named = program.json("add", other, "--zone", "Europe/Kyiv")["imports"][0]
    assert not named["hints"]
    done = program.attempt("add", program.passphrase, "--zone", "Europe/Kyiv")
    refused(program, done, USAGE, "Telegram")


def test_a_whole_account_is_opened_by_choosing(program: Program, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / "export" / "chats" / f"chat_0{number}"
        put(folder, page(message(1, text=f"Т{number}"), title=f"Чат {number}"))
    (tmp_path / "export" / "export_results.html").write_text(SECRET)
    refused(program, program.attempt("add", tmp_path / "export"), USAGE, "Чат 1", "--chat")
    done = program.json("add", tmp_path / "export", "--chat", "Чат 2")
    assert [each["label"] for each in done["imports"]] == ["Чат 2"]
    assert SECRET.encode() not in everything(program)


@pytest.mark.parametrize(("answer", "cases"), [("y", 1), ("n", 2)])
def test_a_person_is_asked_beside_the_bar(
    program: Program, tmp_path: Path, answer: str, cases: int
) -> None:
    first, json_, html = tmp_path / "first", tmp_path / "json", tmp_path / "html"
    write_both(json_, messages=30, media=0, html=html)
    put(first, page(*(message(n, text=f"іншае {n}") for n in range(1, 5)), title="Іншы"))
    program.run("add", json_)
    with at_keyboard(program, "add", first, html) as person:  # the first one starts the bar
        person.sees("Is it the same chat?")
        person.types(answer + "\n")
        person.sees("Archive:")
        assert person.ends() == 0
    labels = [each["label"] for each in program.json("list")["cases"]]
    assert labels.count(NAMES["public_supergroup"]) == cases
