"""Capturing a page without a browser: what it shows comes too, and what is odd is said."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from sviedka.capture.live import parsing, walls
from sviedka.capture.live.adapters import Options
from sviedka.capture.live.adapters.page import PageAdapter
from sviedka.capture.live.capturing import capture
from sviedka.capture.live.styles import links, sources
from tests.capture.live.fetching import fetcher, records
from tests.capture.live.servers import Answer, bomb, site

PAGE = """<!doctype html><html><head><meta charset=utf-8><title> Навіны
 дня </title>
<link rel="stylesheet" href="/s/main.css"><link rel="shortcut icon" href="favicon.ico">
<link rel="next" href="/page2"><style>p { background: url('style.png') }</style>
<meta property="og:image" content="/og.png"><meta property="og:url" content="/not-this">
</head><body><p style="background-image:url(&quot;attr.png&quot;)">Адзін <b>абзац</b>.</p>
<img src="a.png" srcset="a2.png 2x, a3.png 3x"><img src="data:image/png;base64,AA==">
<picture><source srcset="wide.webp 100w"></picture>
<video poster="poster.png" src="film.mp4"></video><audio><source src="sound.mp3"></audio>
<a href="/elsewhere">Далей</a><script src="/script.js">let text = "not text"</script>
<noscript>not text either</noscript></body></html>
"""
SHOWN = {
    "/s/main.css", "/s/font.woff2", "/s/more.css", "/s/deep.png", "/favicon.ico", "/style.png",
    "/og.png", "/attr.png", "/a.png", "/a2.png", "/a3.png", "/wide.webp", "/poster.png",
    "/film.mp4", "/sound.mp3",
}  # fmt: skip


def whole_site():
    answers = {path: Answer(path.encode(), "image/png") for path in SHOWN}
    answers["/"] = Answer(PAGE.encode())
    answers["/s/main.css"] = Answer(b'@import "more.css"; a { src: url(font.woff2) }', "text/css")
    answers["/s/more.css"] = Answer(b"b { background: url( deep.png ) }", "text/css")
    return answers


def run(url, collector="", **limits):
    options = Options()
    return capture(
        url, PageAdapter(), fetcher(**limits), options,
        collector=collector, now=lambda: datetime.now(UTC),
    )  # fmt: skip


def one(answer, path="/", more=None):
    with site({path: answer, **(more or {})}) as there:
        return run(there.url + path)


def troubles(made):
    return [each.trouble for each in made.faults]


def test_a_page_comes_with_all_that_it_shows():
    with site(whole_site()) as there:
        made = run(there.url)
    assert set(there.paths()) == {"/", "/robots.txt", *SHOWN}
    assert len(there.paths()) == len(set(there.paths()))
    assert there.paths()[0] == "/"
    assert there.paths()[-1] == "/robots.txt"
    assert made.result == "captured"
    assert made.faults == []
    seen = made.seen
    assert (seen.status, seen.title, seen.final_url) == (200, "Навіны дня", f"{there.url}/")
    assert seen.text == "Адзін\nабзац\n.\nДалей"
    referers = {headers.get("Referer") for _, path, headers in there.asked if path == "/a.png"}
    assert referers == {f"{there.url}/"}


def test_the_warc_says_who_with_what_and_what_was_understood():
    with site(whole_site()) as there:
        made = run(there.url, collector="Сонца")
    kept = records(made.warc.read())
    info = kept[0][3].decode()
    assert "operator: Сонца\r\n" in info
    assert "software: sviedka " in info
    assert "warcio " in info
    (text,) = [each for each in kept if each[1] == f"urn:text:{there.url}/"]
    assert text[3].decode() == made.seen.text
    said = json.loads(kept[-1][3])
    assert (said["result"], said["robots"], said["title"]) == ("captured", "none", "Навіны дня")


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("Пракурор і ўлада", "utf-8"), ("Пракурор і ўлада", "windows-1251"),
        ("Прокурор", "koi8-r"), ("Пракурор", "utf-16"),
    ],
)  # fmt: skip
def test_a_page_is_read_in_its_encoding(body, declared):
    html = f"<!doctype html><title>{body}</title>".encode(declared)
    assert one(Answer(html, f"text/html; charset={declared}")).seen.title == body
    if declared != "utf-16":
        meta = f'<meta charset="{declared}"><title>{body}</title>'.encode(declared)
        assert one(Answer(meta, "text/html")).seen.title == body


def test_a_base_is_heeded():
    page = b'<base href="/deep/"><img src="a.png">'
    with site({"/": page, "/deep/a.png": Answer(b"", "image/png")}) as there:
        run(there.url)
    assert "/deep/a.png" in there.paths()


def test_parts_that_are_not_there_are_noted_and_the_rest_goes_on():
    answers = whole_site()
    del answers["/a.png"]
    answers["/a2.png"] = Answer(b"", status=302, headers={"Location": "/a2.png"})
    answers["/a3.png"] = Answer(b"<!doctype html><form>", "image/png")
    answers["/og.png"] = Answer(b"", status=403)
    with site(answers) as there:
        made = run(there.url)
    assert made.result == "captured"
    found = {(each.place.removeprefix(there.url), each.trouble) for each in made.faults}
    assert found == {
        ("/a.png", "missing"), ("/a2.png", "redirects"), ("/a3.png", "type"),
        ("/og.png", "login_wall"),
    }  # fmt: skip
    assert set(there.paths()) == {"/", "/robots.txt", *SHOWN}


def test_a_page_does_not_make_us_ask_inside_our_own_network():
    with site({"/": b"<p>inside"}) as inside:
        port = inside.url.rpartition(":")[2]
        page = f'<img src="http://localhost:{port}/"><img src="http://10.0.0.1/"><img src="/ok">'
        made = one(Answer(page.encode()), more={"/ok": Answer(b"", "image/png")})
        assert troubles(made) == ["private", "private"]
        away = Answer(status=302, headers={"Location": f"http://localhost:{port}/"})
        made = one(away)
        assert (made.result, troubles(made)) == ("unreachable", ["private"])
    assert inside.asked == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (404, "refused"),
        (410, "refused"),
        (500, "refused"),
        (401, "login_wall"),
        (403, "login_wall"),
    ],
)
def test_an_answer_that_is_no_page_is_captured_all_the_same(status, result):
    made = one(Answer(b"<p>no", status=status))
    assert made.result == result
    assert made.resources[0].status == status
    assert b"<p>no" in [each[3].partition(b"\r\n\r\n")[2] for each in records(made.warc.read())]


def test_200_pages_that_are_login_walls_are_said_to_be_that():
    form = (
        b'<!doctype html><form action="/in"><input name=a><input type="PassWord"></form><p>Log in'
    )
    answers = {f"/{n}": Answer(form) for n in range(3)}
    with site(answers) as there:
        for n in range(3):
            made = run(f"{there.url}/{n}")
            assert (made.result, made.seen.wall, made.seen.status) == ("login_wall", "form", 200)


def test_a_redirect_to_a_login_is_a_login_wall():
    answers = {
        "/story": Answer(status=302, headers={"Location": "/accounts/login/?next=/story"}),
        "/accounts/login/": b"<p>Welcome back",
    }
    with site(answers) as there:
        made = run(f"{there.url}/story")
        assert (made.result, made.seen.wall) == ("login_wall", "redirect")
        asked_for = run(f"{there.url}/accounts/login/")
        assert asked_for.result == "captured"


def test_a_page_with_a_way_in_beside_its_text_is_no_wall():
    story = "<p>" + "Доўгі артыкул пра суд. " * 100
    page = f"<form><input type=password></form>{story}".encode()
    assert one(Answer(page)).result == "captured"


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example/x",
        "https://example/signin",
        "https://a.example/wp-login.php?r=1",
        "https://sso.a.example/",
    ],
)
def test_addresses_of_logins_are_known(url):
    assert walls.wall("https://example/story", url, 200, None) == "redirect"


@pytest.mark.parametrize(
    "url",
    ["https://a.example/blogging/in", "https://a.example/authors/x", "https://loginov.example/x"],
)
def test_addresses_that_look_like_logins_are_none(url):
    assert walls.wall("https://a.example/story", url, 200, None) is None


def test_content_types_that_lie_are_noted():
    page = b"<!doctype html><title>Page</title>"
    as_text = one(Answer(page, "text/plain"))
    assert (as_text.seen.title, troubles(as_text)) == ("Page", ["type"])
    picture = one(Answer(b"\x89PNG\r\n\x1a\n" + bytes(100), "text/html"))
    assert (picture.seen.title, troubles(picture)) == ("", ["type"])
    plain = one(Answer(b"just text", "text/plain"))
    assert (plain.seen.text, troubles(plain), plain.result) == ("", [], "captured")


def test_a_bomb_is_kept_and_not_unpacked():
    made = one(Answer(bomb(200_000_000), headers={"Content-Encoding": "gzip"}))
    assert made.result == "captured"
    assert troubles(made) == ["content"]
    assert made.resources[0].sha256
    broken = one(
        Answer(gzip.compress(b"x")[:-9] + b"garbage!", headers={"Content-Encoding": "gzip"})
    )
    assert made.warc.size < 1_000_000
    assert broken.resources[0].raw


def test_redirects_without_end_are_captured_as_they_are():
    made = one(Answer(status=302, headers={"Location": "/"}))
    assert (made.result, troubles(made), made.seen) == ("unreachable", ["redirects"], None)
    assert len(made.resources) == 21
    assert len([1 for each in records(made.warc.read()) if each[0] == "response"]) == 22


def test_a_page_with_more_parts_than_a_capture_may_take_ends_in_its_limit():
    page = "".join(f'<img src="/{n}">' for n in range(50)).encode()
    with site({"/": page}) as there:
        made = run(there.url, requests=10)
    assert made.result == "captured"
    assert len(there.asked) == 10
    assert troubles(made)[-1] == "budget"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Answer(b"User-agent: *\nDisallow: /", "text/plain"), "disallowed"),
        (Answer(b"User-agent: *\nDisallow: /other", "text/plain"), "allowed"),
        (Answer(b"User-agent: *\nDisallow: /" + b"#" * 1_000_000, "text/plain"), "disallowed"),
        (Answer(b"", status=503), "unknown"),
        (Answer(b"", status=302, headers={"Location": "/robots.txt"}), "unknown"),
        (Answer(b"\x1f\x8b garbage", headers={"Content-Encoding": "gzip"}), "unknown"),
        (Answer(b"", status=404), "none"),
    ],
)
def test_robots_are_noted_and_not_obeyed(rules, said):
    made = one(b"<p>page", more={"/robots.txt": rules})
    assert (made.robots, made.result) == (said, "captured")


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_as_a_page(data):
    page = parsing.read(parsing.tree(data, ""))
    assert isinstance(page.text, str)


@given(st.text(alphabet="url()'\" \\\n;a@import,b2x", max_size=200))
def test_any_style_is_read(css):
    assert all(isinstance(each, str) for each in (*links(css), *sources(css)))


def test_sources_of_pictures():
    assert list(sources(" a.png , b,c.png 2x,data:image/png;base64,AA 3x, d.png 100w")) == [
        "a.png", "b,c.png", "d.png",
    ]  # fmt: skip


def test_a_page_of_a_million_elements_is_bounded():
    html = "<img src=x>" * 5000 + "<p>" + "слова " * 1_000_000
    page = parsing.read(LexborHTMLParser(html))
    assert len(page.references) == 1
    assert len(page.text) <= parsing.MAX_TEXT
