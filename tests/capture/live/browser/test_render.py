"""What a browser adds to a page: scripts, what comes into view, and a picture of it all."""

import gzip
from pathlib import Path

import pytest

from sviedka.capture.live.browser import Limits, render
from sviedka.errors import FormatError, NotFoundError, StorageError, UsageError
from tests.capture.live.browser import site as planted
from tests.capture.live.browser.looking import area, opened
from tests.capture.live.browser.site import HTML, Site, answer, visiting

BOX = 200 * 120
QUICK = Limits(load=8, scroll=3, stuck=2, shot=5, quiet=0.2)


def alone(pages):
    """A fetch that needs no server: paths → bodies, or functions of the request."""

    def fetch(request):
        path = "/" + request.url.split("/", 3)[3].partition("?")[0]
        found = pages.get(path, b"")
        if callable(found):
            return found(request)
        return answer(request, found, status=200 if path in pages else 404)

    return fetch


def test_the_document_holds_what_scripts_made(captured):
    assert planted_text() in captured.rendered.dom.decode()
    assert captured.rendered.title == "Навіны | Выдуманы канал"
    assert captured.rendered.final_url == captured.url


def planted_text():
    return "Зроблена скрыптам: 1437 чалавек"


@pytest.mark.parametrize("colour", ["STYLE", "SCRIPT", "PICTURE", "LAZY", "FRAME"])
def test_the_picture_shows_what_style_script_redirect_scrolling_and_frame_put_there(
    captured, colour
):
    shown = area(captured.rendered.picture, getattr(planted, colour))
    assert 0.8 * BOX < shown < 1.2 * BOX


def test_the_picture_is_of_the_whole_page(captured):
    width, height = opened(captured.rendered.picture).size
    assert width == 1280
    assert height > 3000


def test_every_part_was_asked_for(captured):
    paths = {each.split()[1].partition("?")[0] for each in captured.asked}
    assert paths >= {*planted.whole_site(), "/letters.woff2"}


def test_the_server_met_nobody_but_our_fetch(captured):
    assert captured.connections == captured.fetched == len(captured.asked)


def test_the_browser_says_which_it_is(captured):
    assert captured.rendered.version.startswith(("Chrome/", "HeadlessChrome/"))


def test_a_whole_page_has_no_faults(captured):
    assert captured.rendered.faults == ()


def test_redirects_of_the_page_itself_are_followed_by_the_browser(chromium):
    pages = {
        "/": lambda request: answer(request, b"", status=301, headers={"location": "/next"}),
        "/next": b"<title>here</title><p>text",
    }
    shown = render("http://site.test/", alone(pages), chromium=chromium, limits=QUICK)
    assert (shown.final_url, shown.title) == ("http://site.test/next", "here")


def test_compressed_answers_are_handed_over_plain(chromium):
    pages = planted.whole_site()
    pages["/"].body = gzip.compress(pages["/"].body)
    pages["/"].headers["Content-Encoding"] = "gzip"
    with Site(pages).running() as site, visiting() as (visit, _):
        shown = render(f"{site.url}/", visit.fetch, chromium=chromium, limits=QUICK)
    assert shown.title == "Навіны | Выдуманы канал"


def test_workers_and_frames_within_frames_are_fetched_by_us_too(chromium):
    asked = []
    pages = {
        "/": b"<iframe src=/outer></iframe><p id=x></p><script>"
        b"new Worker('/worker.js').onmessage = e => x.textContent = e.data</script>",
        "/outer": b"<iframe src=/inner></iframe>",
        "/inner": b"<script>fetch('/deep')</script>",
        "/worker.js": lambda request: answer(
            request,
            b"fetch('/of-worker').then(a => a.text()).then(t => postMessage(t))",
            "text/javascript",
        ),
        "/of-worker": b"the worker's word",
        "/deep": b"",
    }
    inner = alone(pages)

    def fetch(request):
        asked.append(request.url.split("/", 3)[3])
        return inner(request)

    shown = render("https://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert '<p id="x">the worker\'s word</p>' in shown.dom.decode()
    assert {"", "outer", "inner", "deep", "worker.js", "of-worker"} <= set(asked)


def test_what_tells_others_of_the_reader_is_not_sent(chromium):
    sent = []
    page = b"""<script>
        navigator.sendBeacon("/beacon", "seen");
        fetch("https://elsewhere.test/count", {method: "POST", body: "seen"}).catch(() => 0);
        fetch("/put", {method: "PUT", body: "x"}).catch(() => 0);
        fetch("/ask", {method: "POST", body: "query"});
        new EventSource("/stream");
        new WebSocket("wss://site.test/socket");
        navigator.serviceWorker.register("/service.js").catch(() => 0);
        window.open("/other");
    </script>"""
    inner = alone({"/": page, "/ask": b"", "/service.js": b"", "/other": b""})

    def fetch(request):
        sent.append((request.method, request.url, request.body))
        return inner(request)

    shown = render("https://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert sorted(sent) == [
        ("GET", "https://site.test/", b""),
        ("GET", "https://site.test/favicon.ico", b""),
        ("POST", "https://site.test/ask", b"query"),
    ]
    assert set(shown.faults) >= {
        "refused: POST https://site.test/beacon: a beacon",
        "refused: POST https://elsewhere.test/count: a POST to another site",
        "refused: GET https://site.test/stream: a stream without end",
        "socket: wss://site.test/socket",
        "worker: https://site.test/service.js",
        "window: https://site.test/other",
    }


def test_a_page_is_asked_for_in_the_words_of_a_common_reader(chromium):
    asked = []

    def fetch(request):
        asked.append(dict(request.headers))
        return answer(
            request, b"<title>-</title><script>document.title = navigator.languages</script>"
        )

    shown = render("http://site.test/", fetch, chromium=chromium, limits=QUICK, agent="Common/1.0")
    assert shown.title == "be,ru,en"
    assert asked[0][b"accept-language"].startswith(b"be,ru;q=0.9,en")
    assert asked[0][b"user-agent"] == b"Common/1.0"


def test_files_of_the_machine_are_not_shown(chromium):
    page = (
        b"<iframe src='file:///etc/passwd'></iframe><script>location='file:///etc/passwd'</script>"
    )
    shown = render("http://site.test/", alone({"/": page}), chromium=chromium, limits=QUICK)
    assert shown.final_url == "http://site.test/"


@pytest.mark.parametrize(
    ("status", "headers"),
    [(204, {}), (200, {"content-type": "application/zip", "content-disposition": "attachment"})],
)
def test_an_address_without_a_page_says_so(chromium, status, headers):
    def fetch(request):
        return answer(request, b"", headers.get("content-type", HTML), status, headers)

    shown = render("http://site.test/", fetch, chromium=chromium, limits=QUICK)
    assert (shown.final_url, shown.dom, shown.picture) == ("http://site.test/", b"", b"")
    assert [each.split(":")[0] for each in shown.faults] == ["navigation"]


def test_an_answer_that_cannot_be_read_fails_alone(chromium):
    def broken(request):
        raise FormatError("its chunks are broken")

    pages = {"/": b"<title>t</title><img src=/broken.png>", "/broken.png": broken}
    shown = render("http://site.test/", alone(pages), chromium=chromium, limits=QUICK)
    assert shown.title == "t"
    assert "failed: http://site.test/broken.png: its chunks are broken" in shown.faults


def test_trouble_of_our_own_is_raised_and_no_fault_of_the_page(chromium):
    def full(request):
        raise StorageError("the disk is full")

    with pytest.raises(StorageError, match="full"):
        render("http://site.test/", full, chromium=chromium, limits=QUICK)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "chrome://version", "javascript:1", ""])
def test_only_the_web_is_shown(chromium, url):
    with pytest.raises(UsageError):
        render(url, alone({}), chromium=chromium)


def test_without_a_browser_it_says_so(tmp_path):
    with pytest.raises(NotFoundError):
        render("http://site.test/", alone({}), chromium=tmp_path / "chromium")


def test_nothing_is_left_behind(chromium, tmp_path, monkeypatch):
    def there():
        return [{each.name for each in Path(place).iterdir()} for place in ("/dev/shm", tmp_path)]

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before, descriptors = there(), len(list(Path("/proc/self/fd").iterdir()))
    render("http://site.test/", alone({"/": b"x"}), chromium=chromium, limits=QUICK)
    assert there() == before
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
