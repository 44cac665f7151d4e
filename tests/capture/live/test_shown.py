"""Pages as the browser shows them, and what is made of that."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sviedka.capture.live.adapters import Options
from sviedka.capture.live.adapters.page import PageAdapter
from sviedka.capture.live.browser import find
from sviedka.capture.live.capturing import capture
from tests.capture.live.fetching import fetcher, records
from tests.capture.live.servers import Answer, raw, saying, site

CHROMIUM = find()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

PAGE = b"""<!doctype html><title>as it came</title><p id=p>nothing yet</p><img src=/gone.png>
<video preload=none src=/film.mp4></video><script src=/script.js></script>"""
SCRIPT = b"""document.title = "as shown"; document.querySelector("#p").textContent = "1437 views";
history.pushState({}, "", "/story/7"); document.cookie = "id=7";"""


def run(url, chromium=CHROMIUM):
    return capture(
        url, PageAdapter(), fetcher(), Options(chromium=chromium), now=lambda: datetime.now(UTC)
    )


def test_what_scripts_make_of_a_page_is_what_is_captured():
    answers = {
        "/": Answer(status=302, headers={"Location": "/story"}), "/story": Answer(PAGE),
        "/script.js": Answer(SCRIPT, "text/javascript"), "/film.mp4": Answer(b"film", "video/mp4"),
    }  # fmt: skip
    with site(answers) as there:
        made = run(there.url)
    seen = made.seen
    assert (made.result, seen.status, seen.title) == ("captured", 200, "as shown")
    assert seen.final_url == f"{there.url}/story/7"
    assert "1437 views" in seen.text
    assert seen.picture.startswith(b"\x89PNG")
    assert b"1437 views" in seen.dom
    assert "/film.mp4" in there.paths()
    assert (f"{there.url}/gone.png", "missing") in {(f.place, f.trouble) for f in made.faults}
    assert made.tools["browser"] == seen.browser
    kept = {each[1]: each[3] for each in records(made.warc.read())}
    assert kept[f"urn:view:{seen.final_url}"] == seen.picture
    assert kept[f"urn:dom:{seen.final_url}"] == seen.dom
    assert there.paths().count("/story") == 1
    assert not any("Cookie" in headers for _, _, headers in there.asked)


def test_a_login_wall_that_scripts_put_up_is_seen():
    page = b"""<!doctype html><p>Story</p><script>
    document.body.innerHTML = "<form><input type=password></form>Log in to read";</script>"""
    with site({"/": page}) as there:
        assert run(there.url).result == "login_wall"


def test_a_browser_that_does_not_start_is_done_without(tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with site({"/": b"<!doctype html><title>Page</title>"}) as there:
        for chromium in (broken, Path("/nowhere/chromium")):
            made = run(there.url, chromium)
            assert (made.result, made.seen.title, made.seen.browser) == ("captured", "Page", "")
            assert made.faults[0].trouble == "browser"


def test_what_is_no_page_is_captured_all_the_same():
    with site({"/": Answer(b"PK\x03\x04" + bytes(1000), "application/zip")}) as there:
        made = run(there.url)
    assert made.result == "captured"
    assert made.seen.status == 200
    with raw(saying(b"no HTTP at all\r\n\r\n")) as url:
        made = run(url)
    assert (made.result, made.seen) == ("unreachable", None)
