"""A captured page replays offline in Debian's Chromium, with no request leaving."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from sviedka.capture.live.exchange import FetchError, Request
from sviedka.capture.live.recorded import recorded
from sviedka.capture.live.replay import replay
from sviedka.errors import FormatError, InputError, NotFoundError
from tests.capture.live.browser import site as planted
from tests.capture.live.browser.looking import area
from tests.capture.live.browser.warcs import record, written

ROOT = Path(__file__).parents[4]
COLOURS = [planted.STYLE, planted.SCRIPT, planted.PICTURE, planted.LAZY, planted.FRAME]
BOX = 200 * 120
TEXT = "Зроблена скрыптам: 1437 чалавек"


@contextmanager
def opened(data):
    """A web archive that lies in memory, open as the library wants it."""
    writing = os.memfd_create("archive")
    try:
        os.write(writing, data)
        reading = os.open(f"/proc/self/fd/{writing}", os.O_RDONLY)
    finally:
        os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


def asked(archive, url, **headers):
    named = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return archive.fetch(Request("GET", url, named))


def test_a_captured_page_is_shown_again_from_its_archive_alone(captured, chromium):
    with opened(captured.warc) as source:
        shown, misses = replay(recorded(source), chromium)
    assert misses == ()
    assert TEXT in shown.dom.decode()
    assert (shown.final_url, shown.title) == (captured.url, captured.rendered.title)
    for colour in COLOURS:
        assert 0.8 * BOX < area(shown.picture, colour) < 1.2 * BOX


def test_no_request_leaves_when_playwright_replays_it(captured, chromium):
    """The recipe for other programs: answer every request of a browser from the archive.

    Playwright shows its handler no request that follows a redirect, so redirects are followed here.
    """
    asked_for, answered = [], []
    with opened(captured.warc) as source, sync_playwright() as playwright:
        archive = recorded(source)

        def handle(route):
            try:
                found = archive.follow(Request(route.request.method, route.request.url))
            except FetchError:
                route.abort()
                return
            headers = {name.decode(): value.decode("latin-1") for name, value in found.headers}
            route.fulfill(status=found.status, headers=headers, body=found.content())
            answered.append(route.request.url)

        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--proxy-server=socks5://127.0.0.1:1", "--proxy-bypass-list=<-loopback>"],
        )
        page = browser.new_context(service_workers="block").new_page()
        page.on("request", lambda request: asked_for.append(request.url))
        page.context.route("**/*", handle)
        page.goto(captured.url)
        page.get_by_text(TEXT).wait_for()
        page.locator("#lazy").scroll_into_view_if_needed()
        page.locator("#lazy img").wait_for()
        page.wait_for_load_state("networkidle")
        picture = page.screenshot(full_page=True)
        browser.close()
    assert archive.misses == ()
    assert sorted(asked_for) == sorted(answered)
    for colour in COLOURS:
        assert area(picture, colour) > 0.8 * BOX


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_it_is_shown_where_there_is_no_network_at_all(captured, chromium, tmp_path):
    warc = tmp_path / "page.warc.gz"
    warc.write_bytes(captured.warc)
    program = """
import json, os, socket, sys
from pathlib import Path
from sviedka.capture.live.recorded import recorded
from sviedka.capture.live.replay import replay
try:
    socket.create_connection(("127.0.0.1", 1), 1)
except OSError as error:
    network = error.errno
source = os.open(sys.argv[1], os.O_RDONLY)
shown, misses = replay(recorded(source), Path(sys.argv[2]))
print(json.dumps([network, shown.title, list(misses), len(shown.picture)]))
"""
    done = subprocess.run(
        ["unshare", "-r", "-n", sys.executable, "-c", program, warc, chromium],
        capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    network, title, misses, size = json.loads(done.stdout)
    assert network == 101  # ENETUNREACH: not even loopback is up
    assert (title, misses) == (captured.rendered.title, [])
    assert size > 1000


def test_what_is_not_there_is_listed(captured, chromium):
    with opened(captured.warc) as source:
        archive = recorded(source)
        with pytest.raises(FetchError, match="not in the archive"):
            archive.fetch(Request("GET", "http://elsewhere.test/picture.png"))
        assert archive.misses == ("GET http://elsewhere.test/picture.png",)


def test_a_page_with_a_part_missing_is_shown_without_it(chromium):
    page = b"<title>t</title><img src=/gone.png><p>text"
    data = written(("http://site.test/", "200 OK", {"Content-Type": "text/html"}, page, 0))
    with opened(data) as source:
        shown, misses = replay(recorded(source), chromium)
    assert shown.title == "t"
    assert misses == ("GET http://site.test/favicon.ico", "GET http://site.test/gone.png")[::-1]
    assert "failed: http://site.test/gone.png: not in the archive" in shown.faults


def test_a_page_that_is_not_there_is_an_error(captured, chromium):
    with opened(captured.warc) as source, pytest.raises(NotFoundError):
        replay(recorded(source), chromium, "http://elsewhere.test/")


@pytest.mark.parametrize("data", [b"", b"no archive\n" * 50, b"\x1f\x8b\x08\0broken"])
def test_what_is_no_web_archive_is_an_error(data):
    with opened(data) as source, pytest.raises(InputError):
        recorded(source)


@pytest.mark.parametrize("packed", [True, False])
def test_archives_by_other_hands_are_read(packed):
    html = {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}  # and yet not in chunks
    data = written(("http://site.test/a?b=c", "200 OK", html, b"<p>plain", 0), packed=packed)
    with opened(data) as source:
        archive = recorded(source)
        found = asked(archive, "http://site.test/a?b=c")
        assert (found.status, found.content()) == (200, b"<p>plain")
        assert [page.url for page in archive.pages] == ["http://site.test/a?b=c"]


def test_of_several_answers_that_nearest_to_the_page_is_given():
    html = {"Content-Type": "text/html"}
    url = "http://site.test/news"
    data = written(*((url, "200 OK", html, b"%d" % second, second) for second in (0, 100, 200)))
    with opened(data) as source:
        archive = recorded(source)
        assert asked(archive, url).content() == b"0"
        archive.moment = datetime(2020, 8, 9, 0, 2, 10, tzinfo=UTC)
        assert asked(archive, url).content() == b"100"


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ("http://s.test/x?_=1596996000123", "http://s.test/x?_=1790000000456"),
        ("http://s.test/x?a=1&r=0.8414709848", "http://s.test/x?a=1&r=0.9092974268"),
        ("http://s.test/x", "https://s.test/x"),
        ("http://s.test/x y", "http://s.test/x%20y"),
        ("http://S.test", "http://s.test/"),
    ],
)
def test_a_part_is_found_though_its_address_is_spelt_otherwise(stored, wanted):
    with opened(written((stored, "200 OK", {}, b"x", 0))) as source:
        assert asked(recorded(source), wanted).content() == b"x"


@pytest.mark.parametrize("wanted", ["http://s.test/x?id=2", "http://s.test/X", "http://t.test/x"])
def test_another_address_is_not_taken_for_it(wanted):
    data = written(("http://s.test/x?id=1", "200 OK", {}, b"x", 0))
    with opened(data) as source, pytest.raises(FetchError):
        asked(recorded(source), wanted)


@pytest.mark.parametrize(
    ("wanted", "part", "said"),
    [("bytes=0-", b"0123456789", b"bytes 0-9/10"), ("bytes=3-5", b"345", b"bytes 3-5/10"),
     ("bytes=8-99", b"89", b"bytes 8-9/10")],
)  # fmt: skip
def test_a_part_of_a_film_is_cut_from_the_whole(wanted, part, said):
    with opened(written(("http://s.test/f.mp4", "200 OK", {}, b"0123456789", 0))) as source:
        found = asked(recorded(source), "http://s.test/f.mp4", range=wanted)
    assert (found.status, found.content()) == (206, part)
    assert (b"content-range", said) in found.headers


def test_a_part_that_was_recorded_answers_only_for_itself():
    part = ("206 Partial Content", {"Content-Range": "bytes 4-6/10"}, b"456", 0)
    with opened(written(("http://s.test/f.mp4", *part))) as source:
        archive = recorded(source)
        assert asked(archive, "http://s.test/f.mp4", range="bytes=4-").content() == b"456"
        for wanted in ("bytes=0-", "", "bytes=9-"):
            with pytest.raises(FetchError):
                asked(archive, "http://s.test/f.mp4", range=wanted)


@pytest.mark.parametrize("http", [["HTTP/1.1 200 OK", "Content-Type: text/html"], []])
def test_a_revisit_is_answered_with_what_it_refers_to(http):
    first = record("response", "http://s.test/a", ["HTTP/1.1 200 OK"], b"the same")
    digest = first.partition(b"WARC-Payload-Digest: ")[2].partition(b"\r\n")[0].decode()
    again = record("revisit", "http://s.test/b", http, b"", **{"WARC-Payload-Digest": digest})
    with opened(first + again) as source:
        found = asked(recorded(source), "http://s.test/b")
    assert (found.status, found.content()) == (200, b"the same")


def test_a_revisit_of_what_is_elsewhere_is_not_there():
    data = record("revisit", "http://s.test/b", ["HTTP/1.1 200 OK"], b"")
    with opened(data) as source, pytest.raises(FetchError):
        asked(recorded(source), "http://s.test/b")


SHARED = sorted((ROOT.parent / "shared" / "data" / "web").glob("w*/*.w*"))


@pytest.mark.skipif(not SHARED, reason="the published archives are not here")
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_pages_of_published_archives_are_found_and_read(path):
    source = os.open(path, os.O_RDONLY)
    try:
        archive = recorded(source)
        for page in archive.pages:
            assert b"</html>" in asked(archive, page.url).content().lower()
    except InputError:
        assert path.suffix == ".bad"
    finally:
        os.close(source)


def test_a_record_that_was_changed_since_it_was_found_is_an_error():
    data = written(("http://s.test/a", "200 OK", {}, b"x" * 1000, 0))
    with opened(data) as source:
        archive = recorded(source)
    with opened(b"\x1f\x8b" + bytes(len(data))) as source:
        archive._read = lambda at, size: os.pread(source, size, at)
        with pytest.raises(FormatError):
            asked(archive, "http://s.test/a")
