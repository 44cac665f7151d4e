"""Which requests of a page are made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live.browser.faults import Faults
from sviedka.capture.live.browser.messages import Asked
from sviedka.capture.live.browser.policy import QUESTION, host, refusal

OWN = {"site.test"}


def judged(method, url, sort="Fetch", body=b"", **headers):
    return refusal(Asked(url, method, headers), sort, body, OWN)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("url", ["https://site.test/a", "http://elsewhere.test/", "HTTP://A.test"])
def test_whatever_only_reads_is_asked_of_anyone(method, url):
    assert judged(method, url) == ""


@pytest.mark.parametrize(
    ("method", "url", "more"),
    [
        ("POST", "https://elsewhere.test/", {}),
        ("POST", "https://site.test/", {"body": bytes(QUESTION + 1)}),
        ("POST", "https://site.test/", {"body": None}),
        ("GET", "https://site.test/", {"body": b"x"}),
        ("PUT", "https://site.test/", {}),
        ("DELETE", "https://site.test/", {}),
        ("GET", "https://site.test/", {"sort": "Ping"}),
        ("GET", "https://site.test/", {"sort": "Prefetch"}),
        ("POST", "https://site.test/", {"sort": "CSPViolationReport"}),
        ("GET", "https://site.test/", {"Accept": "text/event-stream"}),
        ("GET", "file:///etc/passwd", {}),
        ("GET", "chrome://version", {}),
        ("GET", "ftp://site.test/", {}),
    ],
)
def test_what_tells_changes_or_is_no_web_is_not(method, url, more):
    assert judged(method, url, **more)


def test_a_short_question_to_the_page_itself_is_asked():
    assert judged("POST", "https://site.test/query", body=bytes(QUESTION)) == ""


@given(st.text(), st.text(), st.text(), st.binary(max_size=9) | st.none())
def test_every_request_is_judged(method, url, sort, body):
    assert isinstance(judged(method, url, sort, body), str)
    assert isinstance(host(url), str)


@given(st.lists(st.tuples(st.sampled_from(["refused", "failed"]), st.text()), max_size=60))
def test_faults_are_few_short_lines_however_many_there_were(noted):
    faults = Faults()
    for fault, what in noted:
        faults.note(fault, what)
    told = faults.told()
    assert len(told) <= 12
    assert all(line.isprintable() and len(line) < 400 for line in told)
    assert {each.split(":")[0] for each in told} == {fault for fault, _ in noted}
