"""OpenTimestamps proofs: promises, blocks, and headers that somebody brings."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimestamps.core.notary import PendingAttestation
from opentimestamps.core.op import OpReverse
from opentimestamps.core.timestamp import Timestamp

from sviedka.errors import FormatError, InputError, NetworkError, ProofError, SviedkaError
from sviedka.keep.stamps import headers, ots
from sviedka.keep.stamps.network import Answer
from tests.keep.stamps.calendars import Calendar, header, written
from tests.keep.stamps.conftest import HEAD

HEIGHT = 840_000
TIME = 1_713_571_767


@pytest.fixture
def calendar():
    return Calendar()


@pytest.fixture
def promised(calendar):
    return ots.ask(HEAD, calendar.url, calendar, os.urandom)


@pytest.fixture
def whole(calendar, promised):
    calendar.mine(HEIGHT, TIME)
    proof, troubles = ots.upgrade(promised, HEAD, [calendar.url], calendar)
    assert troubles == []
    return proof


def read(tmp_path, text):
    (tmp_path / "headers").write_bytes(text if isinstance(text, bytes) else text.encode())
    return headers.read(tmp_path / "headers")


def test_a_promise_is_pending(calendar, promised):
    assert ots.attested(promised, HEAD) == ots.Attested((calendar.url,), ())
    again, troubles = ots.upgrade(promised, HEAD, [calendar.url], calendar)
    assert (again, troubles) == (promised, [])


def test_the_calendar_does_not_learn_what_it_stamps(calendar):
    asked = []
    one = ots.ask(HEAD, calendar.url, lambda q: asked.append(q) or calendar(q), os.urandom)
    other = ots.ask(HEAD, calendar.url, lambda q: asked.append(q) or calendar(q), os.urandom)
    assert one != other
    assert len({each.body for each in asked}) == 2


def test_a_block_attests_it(tmp_path, calendar, whole):
    (block,) = ots.attested(whole, HEAD).blocks
    assert block.height == HEIGHT
    assert headers.time(block, read(tmp_path, calendar.lines)) == TIME
    assert headers.time(block, headers.Headers({})) is None


def test_a_header_of_another_block(tmp_path, whole):
    (block,) = ots.attested(whole, HEAD).blocks
    other = read(tmp_path, f"{HEIGHT} {header(bytes(32), TIME).hex()}\n")
    with pytest.raises(ProofError, match="does not attest"):
        headers.time(block, other)


def test_headers_as_electrum_keeps_them(tmp_path):
    rows = [header(bytes([at]) * 32, at) for at in range(4)]
    known = read(tmp_path, b"".join(rows))
    assert [known[at] for at in range(5)] == [*rows, None]
    assert headers.time(ots.Block(3, b"\3" * 32), known) == 3


@pytest.mark.parametrize("text", ["", "x\n", "1\n", "1 zz\n", "1 00ff\n", "9" * 5000, "x 00\n"])
def test_what_is_no_file_of_headers(tmp_path, text):
    with pytest.raises(InputError):
        read(tmp_path, text)


def test_proofs_of_several_calendars_are_one(calendar, promised):
    second = Calendar("http://second.example")
    both = ots.joined(promised, ots.ask(HEAD, second.url, second, os.urandom), HEAD)
    assert ots.attested(both, HEAD).pending == (calendar.url, second.url)
    assert ots.joined(both, promised, HEAD) == both
    calendar.mine(HEIGHT)

    def network(query):
        if query.url.startswith(second.url):
            raise NetworkError("it sleeps")
        return calendar(query)

    proof, ((uri, error),) = ots.upgrade(both, HEAD, [calendar.url, second.url], network)
    assert (uri, str(error)) == (second.url, "it sleeps")
    assert [each.height for each in ots.attested(proof, HEAD).blocks] == [HEIGHT]


def test_only_calendars_that_were_added_are_asked(calendar, promised):
    calendar.mine(HEIGHT)
    asked = []
    proof, troubles = ots.upgrade(promised, HEAD, ["http://else.example"], asked.append)
    assert (proof, troubles, asked) == (promised, [], [])


def test_another_head(promised):
    with pytest.raises(ProofError, match="something else"):
        ots.attested(promised, HEAD + b" ")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"busy"),
        Answer(200, b""),
        Answer(200, b"<html>hello</html>"),
        Answer(200, b"\xf0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
        Answer(200, b"\xf3\x08" * 400),
        Answer(200, b"\xf0\x01a" * 2000),
    ],
)
def test_what_a_calendar_may_say_instead(answer):
    with pytest.raises((FormatError, NetworkError)):
        ots.ask(HEAD, "http://calendar.example", lambda _: answer, os.urandom)


def test_an_operation_that_will_not_last_is_refused(calendar):
    def answer(query):
        stamp = Timestamp(query.body)
        with pytest.warns(PendingDeprecationWarning):
            turned = stamp.ops.add(OpReverse())
        turned.attestations.add(PendingAttestation(calendar.url))
        return Answer(200, written(stamp))

    with pytest.raises(FormatError, match="OpReverse"):
        ots.ask(HEAD, calendar.url, answer, os.urandom)


def test_an_answer_without_a_promise(calendar):
    calendar.promise(b"x" * 32)
    calendar.mine(HEIGHT)
    (path,) = calendar.promised.values()
    with pytest.raises(FormatError):
        ots.ask(HEAD, calendar.url, lambda _: Answer(200, path), os.urandom)


@given(data=st.data())
def test_no_change_of_a_byte_makes_a_block_attest_another_head(data):
    calendar = Calendar()
    promised = ots.ask(HEAD, calendar.url, calendar, bytes)
    calendar.mine(HEIGHT)
    whole, _ = ots.upgrade(promised, HEAD, [calendar.url], calendar)
    known = headers.Headers(calendar.headers)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    try:
        said = ots.attested(changed, HEAD)
        times = [headers.time(block, known) for block in said.blocks]
    except SviedkaError:
        return
    # Either it says the same, or it names a block whose header nobody has brought, or none.
    assert set(times) <= {headers.time(ots.attested(whole, HEAD).blocks[0], known), None}


@given(st.binary(max_size=300))
def test_anything_is_read_or_refused(data):
    magic = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"
    for each in (data, magic + data):
        with pytest.raises(SviedkaError):
            ots.attested(each, HEAD)
