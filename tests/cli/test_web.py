"""``sviedka web``: what is inside a web archive is listed, shown and written out."""

from __future__ import annotations

import pytest

from tests.material import web
from tests.material.picture import picture
from tests.program import Program

URLS = [f"{web.SITE}/{number}" for number in range(3)]


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("web")
    program = Program.with_archive(folder / "first")
    program.run("unlock", "--minutes", 60)
    files = web.described(web.contents(list(web.site()), [*URLS, f"{web.SITE}/gone"]))
    made = web.write_wacz(folder / "сайт.wacz", files)
    program.run("add", made)
    return program


def test_pages_are_listed(brought: Program) -> None:
    lines = brought.run("web", "list").out.splitlines()
    assert len(lines) == 4
    assert lines[0].endswith(f"{URLS[0]} (Загаловак {URLS[0]})")
    said = brought.json("web", "list", "сайт.wacz")
    assert [each["url"] for each in said["pages"]] == [URLS[0], *URLS]
    assert said["total"] == 4


def test_everything_is_listed_by_address_and_by_item(brought: Program) -> None:
    item = brought.json("list", "сайт.wacz")["items"][0]["id"]
    everything = brought.json("web", "list", item, "--all")["resources"]
    assert [each["number"] for each in everything] == [1, 2, 3, 4, 5]
    assert {each["verdict"] for each in everything} == {"matches", "elsewhere"}
    photo = brought.json("web", "list", "--url", f"{web.SITE}/photo.jpg")["resources"]
    assert [each["type"] for each in photo] == ["image/jpeg"]
    assert brought.run("web", "list", "--url", "https://nothing.example").out == (
        "There are no resources.\n"
    )


def test_an_item_shows_its_pages(brought: Program) -> None:
    item = brought.json("list", "сайт.wacz")["items"][0]["id"]
    shown = brought.run("show", item).out
    assert f"Загаловак {URLS[1]} of 2022-12-14 14:00: sviedka show " in shown
    assert brought.json("show", item)["resources"] == 5


def test_what_is_missing_is_in_the_record_of_the_whole(brought: Program) -> None:
    (whole,) = brought.json("list", "--kind", "web_archive")["records"]
    said = brought.json("show", whole["id"])["record"]
    assert [each["name"] for each in said["missing"]] == [f"{web.SITE}/gone"]
    lines = brought.run("list", "--kind", "resource").out.splitlines()
    assert len(lines) == 5
    assert URLS[0] in lines[0]


def test_one_is_written_out_and_that_is_in_the_custody(brought: Program, tmp_path) -> None:
    (photo,) = brought.json("web", "list", "--url", f"{web.SITE}/photo.jpg")["resources"]
    out = tmp_path / "photo.jpg"
    said = brought.run("web", "get", photo["id"][:12], out, "--purpose", "for the lawyer").out
    assert said == f"{out}: {len(picture(1, '.jpg')):,} bytes.\n"
    assert out.read_bytes() == picture(1, ".jpg")
    custody = brought.json("show", photo["item"])["custody"]
    assert (custody[-1]["type"], custody[-1]["purpose"]) == ("dis", "for the lawyer")
    again = brought.attempt("web", "get", photo["id"], out)
    assert again.status == 2
    assert "there already" in again.err


def test_of_a_revisit_the_page_itself_is_written(brought: Program, tmp_path) -> None:
    rows = brought.json("web", "list", "--url", URLS[0])["resources"]
    revisit = next(each for each in rows if each["sort"] == "revisit")
    brought.run("web", "get", revisit["id"], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == web.page(0)


def test_a_broken_one_is_written_as_far_as_it_goes(brought: Program, tmp_path) -> None:
    cut = tmp_path / "cut.warc"
    cut.write_bytes(web.warc([web.response(f"{web.SITE}/cut", bytes(900))], gzipped=False)[:-500])
    program = brought.copy(tmp_path / "copy")
    program.run("add", cut)
    (row,) = program.json("web", "list", "--url", f"{web.SITE}/cut")["resources"]
    done = program.attempt("web", "get", row["id"], tmp_path / "cut.html")
    assert done.status == 0
    assert "it is not whole: the record ends 496 bytes before" in done.err
    assert (tmp_path / "cut.html").read_bytes() == bytes(404)


@pytest.mark.parametrize("words", [["list", "no such case"], ["get", "ffff", "x"]])
def test_what_is_not_there(brought: Program, words: list[str]) -> None:
    done = brought.attempt("web", *words)
    assert (done.status, done.is_clear) == (2, True)
