"""Saved pages, whatever encoding they say they are in."""

from __future__ import annotations

import pytest

from tests.material import documents
from tests.readers.found import facts, found, parsed, revealing, texts, troubles

SENTENCE = "Заяўленне ў суд Заазёрскага раёна, выдуманае."


def read(page: str | bytes):
    return parsed("html", page.encode() if isinstance(page, str) else page)


def test_text_comes_by_blocks_without_scripts():
    page = (
        "<!doctype html><title>Назва</title><style>x</style><h1>Заг<b>ало</b>вак</h1>"
        "<p>Першы\n радок<br>другі<script>alert(1)</script><ul><li>пункт</ul>"
        "<table><tr><td>А<td>Б<tr><td>В</table>канец"
    )
    findings = read(page)
    assert [text for _, text in texts(findings)] == [
        "Загаловак", "Першы радок", "другі", "пункт", "А\tБ", "В", "канец",
    ]  # fmt: skip
    assert facts(findings)["title"] == ["Назва"]


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("written", ["utf-8", "cp1251", "utf-16"])
def test_the_bytes_decide_whatever_is_declared(declared, written):
    page = f'<html><head><meta charset="{declared}"></head><body><p>{SENTENCE}</p></body></html>'
    findings = read(page.encode(written))
    assert texts(findings) == [("block 1", SENTENCE)]


def test_what_is_declared_is_kept_beside_what_is_used():
    lying = documents.html(SENTENCE, "utf-8").replace(b"utf-8", b"windows-1251")
    stated = facts(read(lying))
    assert stated["charset_declared"] == ["windows-1251"]
    assert stated["charset_used"] == ["utf-8"]


def test_what_office_programs_and_browsers_hide_in_a_page():
    page = (
        '<!-- saved from url=(0020)https://example.org/ --><html lang="be"><head>'
        '<meta name="Author" content="Прыклад"><meta property="article:published_time" '
        'content="2020-08-10T12:00:00+03:00"><meta name=generator content="Microsoft Word 15">'
        "<!--[if gte mso 9]><xml><o:LastAuthor>Рэдактар</o:LastAuthor>"
        "<o:Company>Ко</o:Company></xml><![endif]--></head>"
    )
    findings = read(page)
    stated = facts(findings)
    assert stated["address"] == ["https://example.org/"]
    assert stated["author"] == ["Прыклад"]
    assert stated["modified_by"] == ["Рэдактар"]
    assert stated["company"] == ["Ко"]
    assert stated["created_stated"] == ["2020-08-10T12:00:00"]
    assert stated["time_zone"] == ["+03:00"]
    assert revealing(findings) == {"author", "modified_by", "company", "time_zone"}


def test_deep_pages_are_read():
    assert texts(read("<b>" * 20_000 + "глыб")) == [("block 1", "глыб")]


@pytest.mark.parametrize("page", ["", "<", "<html", "\0" * 100])
def test_anything_is_a_page(page):
    assert not troubles(read(page))


def test_the_sandbox_gives_the_same():
    page = documents.html(SENTENCE, "cp1251")
    assert found(page, "a.html") == read(page)
