"""The debugging pipe: messages whole, bounded, both ways at once, and an end that is noticed."""

import json
import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.live.browser.pipe import BrowserGoneError, Pipe

LIMIT = 5000
VALUES = st.dictionaries(st.text(max_size=5), st.text(max_size=50), max_size=5)


class Ends:
    """A pipe, and the browser's side of it: ``theirs_in`` to read, ``theirs_out`` to write."""

    def __init__(self, limit=LIMIT):
        self.theirs_in, ours_out = os.pipe()
        ours_in, self.theirs_out = os.pipe()
        self.wake, self.ring = os.pipe()
        self.open = [self.theirs_in, ours_out, ours_in, self.theirs_out, self.wake, self.ring]
        self.pipe = Pipe(ours_in, ours_out, self.wake, limit)

    def says(self, *messages):
        os.write(self.theirs_out, b"".join(json.dumps(each).encode() + b"\0" for each in messages))

    def receive(self, seconds=5):
        return self.pipe.receive(time.monotonic() + seconds)

    def hang_up(self):
        os.close(self.theirs_out)
        self.open.remove(self.theirs_out)

    def close(self):
        for each in self.open:
            os.close(each)


@pytest.fixture
def ends():
    made = Ends()
    yield made
    made.close()


@given(st.lists(VALUES, min_size=1, max_size=5), st.data())
def test_messages_come_whole_however_they_are_cut(messages, data):
    ends = Ends()
    try:
        sent = b"".join(
            json.dumps({"id": at, "result": each}).encode() + b"\0"
            for at, each in enumerate(messages, 1)
        )
        cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
        received = []
        for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
            os.write(ends.theirs_out, sent[start:end])
            while message := ends.receive(0):
                received.append((message.id, json.loads(bytes(message.result))))
        assert received == list(enumerate(messages, 1))
    finally:
        ends.close()


def test_calls_are_numbered_and_end_in_a_zero(ends):
    assert ends.pipe.send("Page.enable", session="s") == 1
    assert ends.pipe.send("Fetch.fulfillRequest", {"body": b"\0\xff"}) == 2
    assert ends.receive(0) is None
    first, second, rest = os.read(ends.theirs_in, 1 << 16).split(b"\0")
    assert json.loads(first) == {"id": 1, "method": "Page.enable", "params": {}, "sessionId": "s"}
    assert json.loads(second)["params"] == {"body": "AP8="}
    assert rest == b""


def test_a_message_beyond_the_bound_is_dropped_and_counted_and_the_next_one_comes(ends):
    for size in (LIMIT + 1, 10 * LIMIT):
        ends.says({"id": 1, "result": {"x": "x" * size}}, {"id": 2})
        assert (ends.receive() or ends.receive()).id == 2
    assert ends.pipe.dropped == 2


def test_both_sides_may_be_full_at_once(ends):
    """More than pipes hold goes out while more than they hold comes in."""
    big = "x" * (1 << 20)
    ends.pipe._limit = 4 << 20
    got = []

    def browser():
        answer = json.dumps({"id": 1, "result": {"x": big}}).encode() + b"\0"
        while answer:
            answer = answer[os.write(ends.theirs_out, answer) :]
        while not got or not got[-1].endswith(b"\0"):
            got.append(os.read(ends.theirs_in, 1 << 16))
        ends.says({"id": 2})

    ends.pipe.send("A", {"x": big})
    thread = threading.Thread(target=browser)
    thread.start()
    assert ends.receive().id == 1
    assert ends.receive().id == 2
    thread.join()
    assert json.loads(b"".join(got)[:-1])["params"]["x"] == big


def test_who_waits_is_woken(ends):
    os.write(ends.ring, b"!")
    assert ends.receive(60) is None


def test_who_waits_waits_no_longer_than_asked(ends):
    began = time.monotonic()
    assert ends.receive(0.05) is None
    assert time.monotonic() - began < 5


def test_an_end_is_noticed_when_reading(ends):
    ends.says({"id": 1})
    ends.hang_up()
    assert ends.receive().id == 1
    with pytest.raises(BrowserGoneError):
        ends.receive()


def test_an_end_is_noticed_when_writing(ends):
    os.close(ends.theirs_in)
    ends.open.remove(ends.theirs_in)
    ends.pipe.send("Page.enable")
    with pytest.raises(BrowserGoneError):
        ends.receive()


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[]", b'{"id": "x"}', b'{"id": 1', b"\xff"])
def test_what_is_no_message_is_an_end(ends, data):
    os.write(ends.theirs_out, data + b"\0")
    with pytest.raises(BrowserGoneError):
        ends.receive()


def test_halves_of_surrogate_pairs_are_replaced(ends):
    os.write(ends.theirs_out, rb'{"id": 1, "result": {"x": "a\ud800b \ud83d\ude00"}}' + b"\0")
    assert json.loads(bytes(ends.receive().result)) == {"x": "a\ufffdb 😀"}
