"""``sviedka capture`` and ``recheck``, against sites that the tests start."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sviedka.capture.live.browser import find
from tests.capture.live.servers import Answer, Authority, raw, request_head, site, socks
from tests.program import Program, leftovers

PAGE = (
    '<!doctype html><meta charset=utf-8><title>Навіны</title><p>Абзац.</p><img src="/a.png">'
    '<script type="application/ld+json">{"interactionStatistic": {"userInteractionCount": "1.2K",'
    '"interactionType": "https://schema.org/WatchAction"}}</script>'
).encode()
ANSWERS = {"/": Answer(PAGE), "/a.png": Answer(b"\x89PNG", "image/png")}


@pytest.fixture
def there():
    with site(ANSWERS) as running:
        yield running


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    program = Program.with_archive(tmp_path_factory.mktemp("capturing") / "first")
    program.run("unlock", "--minutes", 60)
    try:
        yield program
    finally:
        program.run("lock")


@pytest.fixture
def program(empty, tmp_path):
    return empty.copy(tmp_path / "copy")


def test_a_page_goes_in_and_comes_out_as_warc_that_others_read(program, there, tmp_path):
    done = program.run(
        "capture", "--no-browser", there.url, "--as", "Сонца", "--purpose", "week 47"
    )
    assert done.out.startswith(f"{there.url}: captured, item ")
    (record,) = program.json("list", "127.0.0.1", "--kind", "capture")["records"]
    shown = program.run("show", record["id"]).out
    for word in ("Навіны", "Сонца", "1.2K", "WatchAction", "warcio"):
        assert word in shown
    item = done.out.split()[-1]
    program.run("export", item, tmp_path / "out.warc.gz")
    warcio = Path(sys.executable).with_name("warcio")
    subprocess.run([warcio, "check", tmp_path / "out.warc.gz"], check=True)
    program.run("verify", "--deep")


def test_a_capture_goes_out_as_a_package_that_others_validate(program, there, tmp_path):
    item = program.run("capture", "--no-browser", there.url).out.split()[-1]
    out = tmp_path / "out.wacz"
    done = program.run("web", "pack", item, out, "--title", "Навіны", "--purpose", "court")
    assert "1 page" in done.out
    wacz = Path(sys.executable).with_name("wacz")
    said = subprocess.run(
        [wacz, "validate", "-f", out], check=True, capture_output=True, text=True
    ).stdout
    assert "valid" in said.lower()
    assert "invalid" not in said.lower()
    custody = program.json("show", item)["custody"]
    assert (custody[-1]["type"], custody[-1]["purpose"]) == ("dis", "court")
    assert program.attempt("web", "pack", item, out).status == 2
    program.run("add", out)
    (page,) = program.json("web", "list", "out.wacz")["pages"]
    assert page["url"] == f"{there.url}/"


def test_of_many_addresses_the_rest_goes_on_and_the_status_tells(program, there, tmp_path):
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# last week\n{there.url}\n\n{there.url}/none\n", encoding="utf-8")
    done = program.attempt(
        "capture", "--no-browser", "--json", "--list", listed, "ftp://a.example/",
        "http://127.0.0.1:1/", there.url,
    )  # fmt: skip
    assert done.status == 9
    found = [(each["url"], each["result"]) for each in done.result["captures"]]
    assert found == [
        ("ftp://a.example/", "unreachable"), ("http://127.0.0.1:1/", "unreachable"),
        (there.url, "captured"), (f"{there.url}/none", "refused"),
    ]  # fmt: skip
    assert done.result["captures"][2]["counts"] == [
        {"number": 1200, "stated": "1.2K", "what": "WatchAction"}
    ]


def test_a_case_that_was_named_takes_them_all(program, there):
    program.run("capture", "--no-browser", there.url)
    case = program.json("list")["cases"][0]["case"]
    other = there.url.replace("127.0.0.1", "localhost")
    assert (
        program.json("capture", "--no-browser", other, "--case", case)["captures"][0]["case"]
        == case
    )
    assert program.attempt("capture", "--no-browser", other, "--case", "nothing").status == 2


def test_a_recheck_notices_change_and_deletion(program, there):
    program.run("capture", "--no-browser", there.url)
    assert program.run("recheck").out == f"{there.url}: as it was\n"
    there.answers["/"] = Answer(PAGE.replace("Абзац".encode(), "Іншы".encode()))
    told = program.run("recheck", "127.0.0.1").out.splitlines()
    assert told == [f"{there.url}: changed", f"  altered: {there.url}/", "  - Абзац.", "  + Іншы."]
    del there.answers["/"]
    result = program.json("recheck", "--no-keep")["rechecks"]
    assert [(each["outcome"], each["new"], each["status"]) for each in result] == [
        ("deleted", None, 404)
    ]
    assert len(program.json("list", "127.0.0.1", "--kind", "recheck")["records"]) == 3


def test_a_recheck_of_what_answers_no_more_says_so_by_its_status(program):
    with site(ANSWERS) as there:
        program.run("capture", "--no-browser", there.url)
    done = program.attempt("recheck")
    assert (done.status, done.out) == (9, f"{there.url}: no page came\n")


def test_without_captures_there_is_nothing_to_recheck(program):
    assert program.run("recheck").out == "No captured pages are here.\n"


def test_an_authority_may_be_named_and_else_is_not_believed(program, tmp_path):
    authority = Authority(tmp_path)
    with site(ANSWERS, authority.server()) as there:
        done = program.attempt("capture", "--no-browser", there.url)
        assert done.status == 9
        assert "no secure connection" in done.out
        program.run("capture", "--no-browser", there.url, "--ca", authority.file)


def test_through_a_proxy(program, there):
    with socks({"site.example": ("127.0.0.1", int(there.url.rpartition(":")[2]))}) as proxy:
        result = program.json(
            "capture", "--no-browser", "http://site.example/", "--proxy", proxy.url
        )
    assert result["captures"][0]["result"] == "captured"
    assert {name for name, _ in proxy.asked} == {"site.example"}
    (record,) = program.json("list", "site.example", "--kind", "capture")["records"]
    assert "proxied    true" in program.run("show", record["id"]).out
    wrong = program.attempt("capture", "http://site.example/", "--proxy", "http://127.0.0.1:1")
    assert wrong.status == 2
    assert wrong.is_clear


@pytest.mark.skipif(find() is None, reason="there is no Chromium here")
def test_with_a_browser_there_is_a_picture(program, there):
    program.run("capture", there.url)
    names = [each["name"] for each in program.json("list", "127.0.0.1")["items"]]
    assert [name.partition("Z")[2] for name in names] == [
        ".warc.gz",
        ".jsonl",
        ".png",
        "-dom.html",
        ".txt",
    ]
    assert program.run("recheck").out == f"{there.url}: as it was\n"


@pytest.mark.parametrize("words", [[], ["--list", "/dev/null"]])
def test_without_an_address_there_is_nothing_to_do(program, words):
    done = program.attempt("capture", *words)
    assert done.status == 2
    assert done.is_clear


def test_a_capture_that_is_killed_leaves_nothing_half_and_runs_again(program):
    reached, go_on = threading.Event(), threading.Event()

    def speak(connection, _stopped):
        path = request_head(connection).split()[1]
        body = PAGE if path == b"/" else bytes(3_000_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body)
        if path != b"/" and not go_on.is_set():
            reached.set()
            go_on.wait(60)

    with raw(speak) as url:
        before = program.contents()
        with program.start("capture", "--no-browser", url) as process:
            assert reached.wait(60)
            process.kill()
            process.communicate()
        go_on.set()
        assert program.contents() == before
        assert leftovers(program.archive) == []
        assert list(program.temporary.iterdir()) == []
        program.run("capture", "--no-browser", url)
    program.run("verify")
