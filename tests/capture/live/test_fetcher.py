"""Fetching: byte for byte, within bounds, and nothing that names the reader."""

import gzip
import time

import pytest

from sviedka.capture.live.exchange import FetchError, Request
from tests.capture.live.fetching import fetcher, get
from tests.capture.live.servers import Answer, chunked, dripping, raw, request_head, saying, site

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def trouble(url, **how):
    with pytest.raises(FetchError) as caught:
        get(url, **how)
    return caught.value.trouble


def test_heads_and_body_are_kept_as_they_went_over_the_wire():
    odd = b"HTTP/1.1 200 Fine \r\nx-ODD:   two  spaces\r\nContent-Length: 5\r\n\r\nhello"
    sent = []

    def speak(connection, _stopped):
        sent.append(request_head(connection))
        connection.sendall(odd)

    with raw(speak) as url:
        found = get(f"{url}/a?b=c#part")
    assert found.response_head + found.body.read() == odd
    assert found.request_head == sent[0]
    assert (found.status, found.header("x-odd"), found.truncated) == (200, "two  spaces", None)
    assert found.address == "127.0.0.1"
    assert found.url == f"{url}/a?b=c"


def test_framing_and_compression_stay_in_the_record_and_come_off_for_reading():
    packed = gzip.compress(b"text" * 1000)
    body = chunked(packed[:20], packed[20:])
    head = OK + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    with raw(saying(head + body)) as url:
        found = get(url)
    assert found.body.read() == body
    assert found.content() == b"text" * 1000


def test_interim_answers_are_passed_over():
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n"
    with raw(saying(early + OK + b"Content-Length: 2\r\n\r\nok")) as url:
        found = get(url)
    assert found.response_head.startswith(OK)
    assert found.content() == b"ok"


def test_a_body_may_last_until_the_server_hangs_up():
    with raw(saying(OK + b"\r\nall of it")) as url:
        found = get(url)
    assert (found.content(), found.truncated) == (b"all of it", None)


def test_what_follows_the_body_is_not_of_it():
    with raw(saying(OK + b"Content-Length: 2\r\n\r\nok and more")) as url:
        assert get(url).body.read() == b"ok"


def test_nothing_logs_in_and_nothing_names_the_reader():
    secrets = [
        (b"Cookie", b"a=b"), (b"Authorization", b"Basic eA=="), (b"Proxy-Authorization", b"x"),
        (b"Sec-CH-UA", b"x"), (b"Accept-Encoding", b"br"), (b"Host", b"elsewhere"),
        (b"X-Kept", b"yes"),
    ]  # fmt: skip
    with site({"/": Answer(b"", headers={"Set-Cookie": "id=1"})}) as there:
        one = fetcher()
        for _ in range(2):
            one.fetch(Request("GET", there.url, tuple(secrets)))
    for _, _, headers in there.asked:
        assert set(headers) == {
            "Host", "User-Agent", "Accept", "X-Kept", "Accept-Encoding", "Connection"
        }  # fmt: skip
        assert headers["Accept-Encoding"] == "gzip, deflate"
        assert headers["Host"] in there.url


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT"])
def test_a_page_cannot_have_something_changed_on_a_server(method):
    with site({}) as there, pytest.raises(FetchError) as caught:
        fetcher().fetch(Request(method, there.url))
    assert caught.value.trouble == "method"
    assert there.asked == []


@pytest.mark.parametrize(
    "url",
    ["", "ftp://host/", "file:///etc/passwd", "http://", "http:///x", "http://h:99999/",
     "http://user:word@host/", "http://h:0/", "javascript:alert(1)", "http://[::1", "http://a..b/"],
)  # fmt: skip
def test_only_addresses_of_pages_are_fetched(url):
    assert trouble(url) == "address"


def test_a_server_that_sends_a_byte_a_minute_is_left():
    before = time.monotonic()
    with raw(dripping(OK + b"Content-Length: 1000\r\n\r\n", every=60)) as url:
        found = get(url, idle=0.3)
    assert (found.truncated, found.body.read()) == ("time", b"")
    assert time.monotonic() - before < 5


def test_a_server_that_drips_for_ever_is_left_in_the_end():
    with raw(dripping(OK + b"\r\n", every=0.02)) as url:
        found = get(url, idle=5, total=0.6)
    assert found.truncated == "time"
    assert 1 < found.body.size < 100


def test_a_server_that_never_answers_is_reported():
    with raw(lambda _connection, stopped: stopped.wait()) as url:
        assert trouble(url, idle=0.2) == "time"


def test_a_head_that_drips_for_ever_is_left():
    with raw(dripping(b"HTTP/1.1 200 OK\r\nX: ", every=0.02)) as url:
        assert trouble(url, idle=5, total=0.5) == "time"


def test_a_body_without_end_is_cut_at_the_limit_of_an_answer():
    def speak(connection, _stopped):
        request_head(connection)
        connection.sendall(OK + b"\r\n")
        while True:
            connection.sendall(bytes(65536))

    with raw(speak) as url:
        found = get(url, answer=1_000_000)
    assert (found.truncated, found.body.size) == ("length", 1_000_000)


def test_a_capture_has_a_limit_of_its_own():
    with site({"/": b"x" * 1000}) as there:
        one = fetcher(bytes=1500)
        assert one.fetch(Request("GET", there.url)).truncated is None
        assert one.fetch(Request("GET", there.url)).truncated == "length"
        with pytest.raises(FetchError) as caught:
            one.fetch(Request("GET", there.url))
        assert caught.value.trouble == "budget"
        few = fetcher(requests=1)
        few.fetch(Request("GET", there.url))
        with pytest.raises(FetchError):
            few.fetch(Request("GET", there.url))
        with pytest.raises(FetchError):
            fetcher(whole=0).fetch(Request("GET", there.url))
    assert len(there.asked) == 3


def test_a_length_that_lies_is_noticed():
    with raw(saying(OK + b"Content-Length: 1000\r\n\r\nshort")) as url:
        found = get(url)
    assert (found.truncated, found.body.read()) == ("disconnect", b"short")


def test_chunks_that_break_are_kept_as_far_as_they_came():
    with raw(saying(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n")) as url:
        found = get(url)
    assert found.truncated == "unspecified"
    assert found.body.read() == b"2\r\nok\r\nzz\r\n"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "disconnect"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "protocol"),
        (b"\x16\x03\x01\x00\x00", "protocol"),
        (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", "protocol"),
        (OK + b"Content-Length: -1\r\n\r\n", "protocol"),
        (OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n", "protocol"),
    ],
)
def test_what_is_no_http_is_reported(answer, word):
    with raw(saying(answer)) as url:
        assert trouble(url) == word


def test_a_server_that_is_not_there_is_reported():
    with raw(saying(b"")) as url:
        pass
    assert trouble(url) == "unreachable"


def test_redirects_are_exchanges_of_their_own_and_have_an_end():
    answers = {f"/{n}": Answer(status=302, headers={"Location": f"/{n + 1}"}) for n in range(3)}
    answers["/3"] = Answer(b"here")
    answers["/round"] = Answer(status=301, headers={"Location": "/round?"})
    with site(answers) as there:
        one = fetcher()
        seen = []

        def fetch(request):
            seen.append(one.fetch(request))
            return seen[-1]

        assert one.follow(Request("GET", f"{there.url}/0"), fetch).content() == b"here"
        assert [each.status for each in seen] == [302, 302, 302, 200]
        with pytest.raises(FetchError) as caught:
            one.follow(Request("GET", f"{there.url}/round"))
        assert caught.value.trouble == "redirects"
    assert len(there.asked) == 4 + 21


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "javascript:alert(1)", "http://user:word@127.0.0.1/"],
)
def test_a_redirect_to_what_is_no_page_is_reported(location):
    answers = {"/": Answer(status=302, headers={"Location": location})}
    with site(answers) as there, pytest.raises(FetchError) as caught:
        fetcher().follow(Request("GET", there.url))
    assert caught.value.trouble == "address"
    assert len(there.asked) == 1
