"""Which files are pages of a chat, and which chats are a whole account's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sviedka.capture.recognise import sort
from sviedka.capture.telegram.html.books import Book, books_at, is_page
from sviedka.capture.telegram.html.pages import Pages, page_name, page_number
from sviedka.errors import InputError
from tests.capture.telegram.html.pages_of import message, page, put
from tests.material.telegram_html import Style, write_both
from tests.material.telegram_words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


def account(folder: Path, *numbers: int) -> Path:
    """A whole account's export."""
    for number in numbers:
        put(folder / "chats" / f"chat_{number:02d}", page(message(1), title=f"Чат {number}"))
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "contacts.html").write_text("<div class='entry'>Янка +999</div>")
    (folder / "export_results.html").write_text("<div class='personal_info'>Янка</div>")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_any_language(tmp_path: Path, language: str) -> None:
    folder = write_both(tmp_path, messages=5, media=0, style=Style(LANGUAGES[language], page=3))
    assert is_page(folder / "messages.html")
    assert is_page(folder / "messages2.html")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("messages.htm", page(message(1))), ("index.html", page(message(1))),
        ("messages0.html", page(message(1))), ("messages1.html", page(message(1))),
        ("messages02.html", page(message(1))), ("messages.html", b"<html>a web page</html>"),
        ("messages.html", b""), ("messages.html", page(message("$abc:matrix.example.org"))),
    ],
)  # fmt: skip
def test_what_is_no_page(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert not is_page(tmp_path / name)


def test_links_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "export", page(message(1)))
    (tmp_path / "link").symlink_to(tmp_path / "export")
    (tmp_path / "messages.html").symlink_to(tmp_path / "export" / "messages.html")
    assert books_at(tmp_path / "link") == []
    assert not is_page(tmp_path / "messages.html")


def test_names_and_numbers() -> None:
    assert [page_name(number) for number in (1, 2, 30)] == [
        "messages.html", "messages2.html", "messages30.html",
    ]  # fmt: skip
    assert all(page_number(page_name(number)) == number for number in range(1, 2000))


def test_a_folder_or_any_of_its_pages_is_the_export(tmp_path: Path) -> None:
    folder = put(tmp_path / "export", page(message(1)), page(message(2)))
    book = Book(folder, (folder,))
    for given in (folder, folder / "messages.html", folder / "messages2.html"):
        assert books_at(given) == [book]
        found = sort([given], None)
        assert (found.pages, found.exports, found.others) == ([book], [], [])
    everything = sort([folder, *folder.iterdir()], None)
    assert everything.pages == [book]
    assert sort([folder], "files").others == [folder]


def test_both_formats_in_a_folder(tmp_path: Path) -> None:
    folder = write_both(tmp_path, messages=3, media=0)
    found = sort([folder], None)
    assert found.exports == [folder / "result.json"]
    assert [each.root for each in found.pages] == [folder]
    assert not found.others


def test_exports_deep_in_a_folder_are_not_taken_as_files_too(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b", page(message(1)))
    account(tmp_path / "c", 1, 2)
    (tmp_path / "note.txt").write_text("іншае")
    found = sort([tmp_path], None)
    assert found.others == [tmp_path]
    assert found.taken == {tmp_path / "a" / "b", tmp_path / "c"}
    assert [(each.root, each.account) for each in found.pages] == [
        (tmp_path / "a" / "b", False), (tmp_path / "c", True),
    ]  # fmt: skip


def test_a_whole_account_is_one_and_nothing_else_of_it_enters(tmp_path: Path) -> None:
    root = account(tmp_path, 1, 2, 12)
    found = sort([root], None)
    (book,) = found.pages
    assert book.account
    assert [each.name for each in book.folders] == ["chat_01", "chat_02", "chat_12"]
    assert not found.others
    (one,) = sort([root / "chats" / "chat_02"], None).pages
    assert not one.account


def test_pages_in_their_order_and_those_that_are_not_there(tmp_path: Path) -> None:
    folder = put(tmp_path, *(page(message(number)) for number in range(1, 13)))
    (folder / "messages3.html").unlink()
    (folder / "messages7.html").unlink()
    (folder / "messages.html.bak").write_text("x")
    pages = Pages.at(folder)
    assert [each.number for each in pages.pages] == [1, 2, 4, 5, 6, 8, 9, 10, 11, 12]
    assert [each.where.rpartition("/")[2] for each in pages.faults] == [
        "messages3.html", "messages7.html",
    ]  # fmt: skip
    second = pages.pages[1]
    assert pages.byte(second.start + 5) == "messages2.html: byte 5"
    assert pages.place(second.start, second.start + 9) == b"messages2.html#bytes=0-9"
    assert b"".join(pages.slices(second.start, second.end)) == page(message(2))


def test_a_page_far_too_large_is_a_fault(tmp_path: Path) -> None:
    folder = put(tmp_path, page(message(1)), b"")
    with (folder / "messages2.html").open("wb") as file:
        file.truncate(2 << 30)
    pages = Pages.at(folder)
    assert len(pages.pages) == 1
    assert "2147483648 bytes" in pages.faults[0].what


def test_a_folder_without_pages(tmp_path: Path) -> None:
    assert books_at(tmp_path) == []
    with pytest.raises(InputError):
        Pages.at(tmp_path)
    with pytest.raises(InputError, match=r"messages\.html"):
        sort([tmp_path], "telegram")
