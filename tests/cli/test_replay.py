"""Showing a captured page again, from the command line."""

import pytest

from sviedka.capture.live.browser import find
from tests.capture.live.browser.looking import area
from tests.capture.live.browser.site import FRAME, LAZY, PICTURE, SCRIPT, STYLE, served
from tests.capture.live.browser.warcs import written

pytestmark = pytest.mark.skipif(find() is None, reason="there is no Chromium here")
RED, BLUE = "#cc0033", "#0b5fff"


def page(colour):
    return f"<title>Навіны</title><body style='background:{colour}'><img src=/gone.png>".encode()


@pytest.fixture
def holding(program, tmp_path):
    """The archive with a WARC of two pages in it: (program, id of the item)."""
    html = {"Content-Type": "text/html; charset=utf-8"}
    warc = tmp_path / "pages.warc.gz"
    warc.write_bytes(
        written(
            ("http://site.test/red", "200 OK", html, page(RED), 0),
            ("http://site.test/blue", "200 OK", html, page(BLUE), 1),
        )
    )
    program.run("add", warc)
    return program, program.json("list", "pages.warc.gz")["items"][0]["id"]


def test_a_captured_page_becomes_a_picture(holding, tmp_path):
    program, item = holding
    out = tmp_path / "out.png"
    done = program.json("replay", item[:12], "--picture", out, "--purpose", "report")
    assert (done["title"], done["url"]) == ("Навіны", "http://site.test/red")
    assert sorted(done["misses"]) == [
        "GET http://site.test/favicon.ico", "GET http://site.test/gone.png",
    ]  # fmt: skip
    assert area(out.read_bytes(), RED) > 1_000_000
    assert out.stat().st_mode & 0o777 == 0o600
    assert ("dis", "report") in [
        (each["type"], each["purpose"]) for each in program.json("show", item)["custody"]
    ]


def test_another_page_of_it_may_be_named(holding, tmp_path):
    program, item = holding
    out = tmp_path / "out.png"
    done = program.run("replay", item, "--url", "http://site.test/blue", "--picture", out)
    assert "GET http://site.test/gone.png" in done.out
    assert area(out.read_bytes(), BLUE) > 1_000_000


def test_a_page_captured_from_a_site_is_shown_when_the_site_is_gone(program, tmp_path):
    with served() as site:
        captured = program.json("capture", f"{site.url}/")["captures"][0]
        asked = len(site.asked)
    out = tmp_path / "out.png"
    done = program.json("replay", captured["warc"], "--picture", out)
    assert (done["title"], done["misses"]) == ("Навіны | Выдуманы канал", [])
    assert len(site.asked) == asked
    for colour in (STYLE, SCRIPT, PICTURE, LAZY, FRAME):
        assert area(out.read_bytes(), colour) > 20_000


@pytest.mark.parametrize("url", ["http://site.test/green", "file:///etc/passwd"])
def test_a_page_that_is_not_in_it_leaves_no_file(holding, tmp_path, url):
    program, item = holding
    done = program.attempt("replay", item, "--url", url, "--picture", tmp_path / "out.png")
    assert (done.status, done.is_clear) == (2, True)
    assert not (tmp_path / "out.png").exists()


def test_what_is_no_web_archive_is_told(program, tmp_path):
    item = program.json("list", "files")["items"][0]["id"]
    done = program.attempt("replay", item, "--picture", tmp_path / "out.png")
    assert (done.status, done.is_clear) == (3, True)


def test_no_file_is_written_over(holding, tmp_path):
    program, item = holding
    out = tmp_path / "out.png"
    out.write_bytes(b"mine")
    assert program.attempt("replay", item, "--picture", out).status == 2
    assert out.read_bytes() == b"mine"
