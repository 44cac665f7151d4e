"""HTML exports: Telegram Desktop's markup, a thousand messages a page, the same from one seed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.material.telegram_html import Style, write_both
from tests.material.telegram_words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


class Balance(HTMLParser):
    """Sees that every element ends where it should."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in {"br", "img", "meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is open after it."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def pages(folder: Path) -> list[str]:
    found = sorted(folder.glob("messages*.html"), key=lambda each: (len(each.name), each.name))
    return [each.read_text() for each in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_balanced_and_hold_every_message(tmp_path: Path, language: str) -> None:
    style = Style(LANGUAGES[language], page=100)
    write_both(tmp_path, kind="private_supergroup", messages=250, media=6, style=style)
    found = pages(tmp_path)
    assert len(found) == 3
    numbers = []
    for each in found:
        balance = Balance()
        balance.feed(each)
        assert not balance.open
        numbers += re.findall(r'id="message(-?[0-9]+)"', each)
    real = [int(each) for each in numbers if not -500_000_000 < int(each) < 0]
    assert len(real) == len(set(real)) == 250
    assert LANGUAGES[language].deleted in "".join(found)


def test_the_layout_is_telegram_desktops(tmp_path: Path) -> None:
    write_both(tmp_path, kind="public_supergroup", messages=1001, media=0)
    first, second = pages(tmp_path)
    assert first.startswith("<!DOCTYPE html>\n<html>\n\n <head>\n\n  <meta charset=")
    assert '\n     <div class="message default clearfix joined" id="message' in first
    assert '<a class="pagination block_link" href="messages2.html">\nNext messages\n' in first
    assert '<a class="pagination block_link" href="messages.html">\nPrevious messages\n' in second
    assert re.search(r'title="[0-9.]{10} [0-9:]{8} UTC\+03:00">\n[0-9]{2}:[0-9]{2}\n', first)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_both(tmp_path / name, messages=120, media=5, seed=7)
    assert pages(tmp_path / "a") == pages(tmp_path / "b")


def test_an_answer_leads_to_the_page_that_has_it(tmp_path: Path) -> None:
    write_both(tmp_path, messages=200, media=0, style=Style(page=30))
    links = re.findall(r'href="(messages[0-9]*\.html)?#go_to_message', "".join(pages(tmp_path)))
    assert {"", "messages.html", "messages2.html"} <= set(links)
