"""Pages that mean harm: bounded in time, told among the faults, shown as far as may be."""

import time
from dataclasses import replace

import pytest

from sviedka.capture.live.browser import Limits, render
from sviedka.capture.live.exchange import FetchError
from tests.capture.live.browser.looking import opened
from tests.capture.live.browser.site import answer

HASTY = Limits(load=3, scroll=1, stuck=1, shot=3, quiet=0.2, requests=200)
LONGEST = HASTY.load + HASTY.scroll + 3 * HASTY.shot + 2 * HASTY.stuck + 8  # start and end


def shown(chromium, page, limits=HASTY):
    """The page rendered, and the sorts of its faults."""

    def fetch(request):
        path = request.url.split("/", 3)[3].partition("?")[0]
        if path == "favicon.ico":
            return answer(request, b"", status=404)
        return answer(request, page.encode() if path in {"", "again"} else b"part")

    began = time.monotonic()
    found = render("https://site.test/", fetch, chromium=chromium, limits=limits)
    assert time.monotonic() - began < LONGEST
    return found, {each.split(":")[0] for each in found.faults}


SCRIPTS = {
    "without end": ("while (1) {}", "script"),
    "alerts": ("while (1) alert('x'.repeat(10_000))", "script"),
    "questions": ("setInterval(() => confirm('again'), 1)", "script"),
    "windows": ("for (let i = 0; i < 1000; i++) window.open('/part')", "window"),
    "small memory": ("let hog = []; while (1) hog.push({a: '' + Math.random()})", ""),
    "big memory": ("let hog = []; while (1) hog.push(new Uint8Array(5e7).fill(7))", ""),
    "addresses": ("setInterval(() => { location.hash = Math.random() })", ""),
    "printing": ("print(); setInterval(print, 10)", ""),
    "in the way of reading": (
        "Object.defineProperty(document, 'documentElement', {get() { while (1) {} }})", "",
    ),
    "in the way of scrolling": ("window.scrollBy = window.scrollTo = () => { while (1) {} }", ""),
    "requests": (
        "setInterval(() => { for (let i = 0; i < 50; i++) fetch('/part?' + Math.random()) }, 5)",
        "limit",
    ),
}  # fmt: skip
LONG = {"big memory", "requests"}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each in LONG)) for each in SCRIPTS]
)
def test_a_script_takes_only_so_long_and_the_page_is_shown(chromium, name):
    script, fault = SCRIPTS[name]
    found, faults = shown(chromium, f"<title>t</title><p>before</p><script>{script}</script>")
    assert b"<p>before</p>" in found.dom
    assert opened(found.picture).size == (1280, 1024)
    assert not fault or fault in faults


@pytest.mark.parametrize("page", [
    "<p>x<script>location = '/again?' + Math.random()</script>",
    "<script>setTimeout(() => location.reload(), 10)</script>",
    "<meta http-equiv=refresh content='0;url=/again'>",
])  # fmt: skip
def test_a_page_that_leads_away_without_end_is_left_where_it_is(chromium, page):
    found, faults = shown(chromium, page)
    assert "navigation" in faults
    assert found.final_url.startswith("https://site.test/")
    assert found.picture


def test_who_is_asked_whether_to_leave_leaves(chromium):
    page = "<script>onbeforeunload = e => 'no'; setTimeout(() => location = '/part', 50)</script>"
    found, _ = shown(chromium, page)
    assert found.final_url == "https://site.test/part"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param("height:9000000px", (1280, 16_000), marks=pytest.mark.slow),
        ("width:900000px;height:9px", (4096, 1024)),
    ],
)
def test_an_endless_page_is_shown_up_to_a_bound(chromium, size, expected):
    found, faults = shown(chromium, f"<div style='{size};background:#0b5fff'>x</div>")
    assert opened(found.picture).size == expected
    assert "limit" in faults


def test_text_that_is_no_unicode_is_shown_with_replacements(chromium):
    script = r"document.title = 't\udc00'; x.textContent = 'a\ud800b'"
    found, _ = shown(chromium, f"<p id=x></p><script>{script}</script>")
    assert (found.title, "a�b" in found.dom.decode()) == ("t�", True)


def test_a_text_too_long_to_hand_over_costs_the_text_and_not_the_picture(chromium):
    page = f"<title>t</title><p hidden>{'long ' * 20_000}"
    found, faults = shown(chromium, page, replace(HASTY, message=90_000))
    assert (found.title, found.dom, "no text" in faults) == ("t", b"", True)
    assert opened(found.picture).size == (1280, 1024)


def test_redirects_without_end_are_an_end(chromium):
    def fetch(request):
        number = int(request.url.rpartition("?")[2] or 0) if "?" in request.url else 0
        return answer(request, b"", status=302, headers={"location": f"/?{number + 1}"})

    found = render("https://site.test/", fetch, chromium=chromium, limits=HASTY)
    assert found.faults == ("navigation: net::ERR_TOO_MANY_REDIRECTS",)


def test_a_server_that_is_not_there_is_a_fault(chromium):
    def fetch(request):
        raise FetchError("there is no server of this name", "name")

    found = render("https://site.test/", fetch, chromium=chromium, limits=HASTY)
    assert (found.final_url, found.dom, found.picture) == ("https://site.test/", b"", b"")
    assert set(found.faults) == {
        "failed: https://site.test/: there is no server of this name",
        "navigation: net::ERR_NAME_NOT_RESOLVED",
    }


def test_more_bytes_than_the_browser_may_have_are_not_handed_over(chromium):
    def fetch(request):
        page = request.url == "https://site.test/"
        return answer(request, b"<img src=/1><img src=/2>" if page else bytes(60_000))

    limits = replace(HASTY, body=50_000)
    found = render("https://site.test/", fetch, chromium=chromium, limits=limits)
    assert (
        "failed: https://site.test/1: more than 50000 bytes came out of one answer" in found.faults
    )
    limits = replace(HASTY, bodies=100_000)
    found = render("https://site.test/", fetch, chromium=chromium, limits=limits)
    assert "limit: more than 100000 bytes of content" in found.faults


HEAVY = {
    "frames": """for (let i = 0; i < 10000; i++) {
        const frame = document.createElement("iframe");
        frame.src = "/part?" + i;
        document.body.append(frame);
    }""",
    "frames that need no server": """for (let i = 0; i < 5000; i++) {
        const frame = document.createElement("iframe");
        frame.srcdoc = "x";
        document.body.append(frame);
    }""",
    "canvases": """for (let i = 0; i < 40; i++) {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 16000;
        document.body.append(canvas);
        canvas.getContext("2d").fillRect(0, 0, 16000, 16000);
    }""",
    "text": "document.body.textContent = 'й'.repeat(300e6)",
    "elements": "document.body.innerHTML = '<b>x'.repeat(2e6)",
    "workers": """for (let i = 0; i < 500; i++) {
        new Worker("data:text/javascript,while(1){}");
    }""",
    "pages made of nothing": """function go() {
        const script = "<script>" + go + ";go()</" + "script>";
        location = URL.createObjectURL(new Blob([script], {type: "text/html"}));
    }; go()""",
    "pages written over": "setInterval(() => document.write('<p>x'), 0)",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HEAVY)
def test_what_would_bring_a_browser_down_ends_in_time(chromium, what):
    found, _ = shown(chromium, f"<body><script>{HEAVY[what]}</script>")
    assert found.version
