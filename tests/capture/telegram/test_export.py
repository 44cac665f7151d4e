"""Reading through the sandbox gives what the scanner gives, and believes nothing unchecked."""

import io
import os
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from sviedka import sandbox
from sviedka.capture.telegram import scanner, worker
from sviedka.capture.telegram.export import Incoming, limits_for, list_chats, read_export
from sviedka.capture.telegram.message import normalise
from sviedka.capture.telegram.scanner import Chat, Found, Unread
from sviedka.errors import InputError, SandboxError
from tests.capture.telegram import exports
from tests.material.hostile import write_giant
from tests.material.hostile_json import BROKEN, ODD, SOUND, export, message
from tests.material.telegram import write_account, write_chat

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "telegram"


def everything(chat):
    return True


def collect(iterator):
    found = []
    try:
        found.extend(iterator)
    except InputError as error:
        return found, error
    return found, None


def write(folder, content):
    path = folder / "result.json"
    path.write_bytes(content)
    return path


def without_sandbox(content):
    found, error = collect(scanner.scan(io.BytesIO(content), everything))
    return [
        Incoming(each.offset, each.raw, each.flags, normalise(each.parsed))
        if isinstance(each, Found)
        else each
        for each in found
    ], error


@pytest.mark.parametrize("name", ["sound", *ODD, "cut-in-half", "telegram-escape", "zeros-behind"])
def test_it_reads_what_the_scanner_reads(tmp_path, name):
    content = SOUND if name == "sound" else {**ODD, **BROKEN}[name]
    path = write(tmp_path, content)
    found, error = collect(read_export(path, everything))
    expected, expected_error = without_sandbox(content)
    assert found == expected
    if expected_error:
        assert error.what == expected_error.what
        assert str(path) in error.where
        assert error.where.endswith(expected_error.where)
    else:
        assert error is None


@given(content=exports.texts(exports.accounts()))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_accounts_too(tmp_path, content):
    path = write(tmp_path, content)
    found, _ = collect(read_export(path, everything))
    assert found == without_sandbox(content)[0]


def test_chats_can_be_listed_and_chosen(tmp_path):
    path = write_account(tmp_path, messages=60, media=0)
    chats = list(list_chats(path))
    assert len(chats) > 8
    chosen = [chats[1], chats[-1]]
    found = list(read_export(path, lambda chat: chat in chosen))
    assert [each for each in found if isinstance(each, Chat)] == chosen
    numbers = [index for index, each in enumerate(found) if isinstance(each, Chat)]
    assert numbers == [0, 1 + chosen[0].messages]
    assert len(found) == 2 + sum(chat.messages for chat in chosen)
    assert list(read_export(path, lambda _: False)) == []


def test_reading_goes_on_where_it_stopped(tmp_path):
    path = write_account(tmp_path, messages=60, media=0)
    found = list(read_export(path, everything))
    for at, each in enumerate(found):
        if isinstance(each, Incoming) and at % 17 == 0:
            start = next(x for x in reversed(found[:at]) if isinstance(x, Chat)).start
            rest = list(
                read_export(path, lambda c, s=start: c.start >= s, resume={start: each.end})
            )
            assert rest[1:] == found[at + 1 :]


def test_a_message_that_is_too_large_comes_as_its_place(tmp_path):
    path = write(tmp_path, ODD["message-of-3-mib"])
    _, first, large, last = read_export(path, everything)
    assert isinstance(large, Unread)
    assert (first.message.id, large.reason, last.message.id) == (1, "too_large", 3)


@pytest.mark.parametrize("case", ["one-string", "one-line", "one-number", "blanks", "deep"])
def test_giants_pass_or_are_refused_within_the_limits(tmp_path, case):
    folder = write_giant(tmp_path, case, 16 << 20)
    limits = sandbox.Limits(memory=96 << 20, cpu=60)
    found, error = collect(read_export(folder / "result.json", everything, limits=limits))
    assert isinstance(found[0], Chat)
    assert (error is not None) == (case in ("one-number", "deep"))


def test_what_is_no_file_is_an_input_error(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(write(tmp_path, SOUND))
    for name in ("pipe", "link", "none", "."):
        with pytest.raises(InputError) as raised:
            list(read_export(tmp_path / name, everything))
        assert str(tmp_path) in str(raised.value)


def test_a_file_that_changes_meanwhile_is_told(tmp_path):
    path = write(tmp_path, SOUND)
    reading = read_export(path, everything)
    next(reading)
    with path.open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match="changed"):
        list(reading)


def test_a_file_cut_short_meanwhile_is_told(tmp_path):
    path = write_chat(tmp_path, messages=4000, media=0)
    reading = read_export(path, everything)
    next(reading)
    os.truncate(path, 200)
    with pytest.raises(InputError):
        list(reading)


def tell(monkeypatch, *events):
    """Has the child say these events, whatever the file holds."""
    real = sandbox.run

    def run(parser, source, **how):
        if parser.endswith(":heads"):
            return real(parser, source, **how)
        return iter([worker.encode(list(events))])

    monkeypatch.setattr(sandbox, "run", run)


def test_a_child_gone_over_is_not_believed(tmp_path, monkeypatch):
    path = write(tmp_path, export(message(1), message(2)))
    _, first, second = read_export(path, everything)
    said = first.message

    def event(offset, size):
        return worker.Read(offset, size, (), said)

    end = worker.ChatEnd()
    for lies in (
        [event(0, 10), end],  # outside of the chat
        [event(second.offset, len(second.raw)), event(first.offset, len(first.raw)), end],
        [event(first.offset, 10**9), end],
        [event(first.offset, -1), end],
        [event(first.offset, 0), end],
        [event(first.offset, len(first.raw))],  # no end
        [end, end],
    ):
        tell(monkeypatch, *lies)
        with pytest.raises(SandboxError):
            list(read_export(path, everything))
        monkeypatch.undo()
    tell(monkeypatch, event(first.offset + 1, len(first.raw)), end)
    with pytest.raises(InputError):
        list(read_export(path, everything))


def test_frames_of_another_shape_are_refused(tmp_path, monkeypatch):
    path = write(tmp_path, SOUND)
    for frame in (b"", b"\xc1", msgspec.msgpack.encode([["read", "x"]]), msgspec.msgpack.encode(7)):
        monkeypatch.setattr(sandbox, "run", lambda *_, frame=frame, **__: iter([frame]))
        with pytest.raises(SandboxError):
            list(list_chats(path))


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not there")
def test_real_exports():
    found = {path.name: list(read_export(path, everything)) for path in DATA.rglob("*.json")}
    assert {name: len(events) - 1 for name, events in found.items()} == {
        "DM_2A_7M.json": 8,
        "personal_chat.json": 5,
        "supergroup_with_topics.json": 7,
    }
    for events in found.values():
        assert not any(each.message.oddities for each in events[1:])


def test_twenty_thousand_messages_a_second(tmp_path):
    path = write_chat(tmp_path, kind="private_supergroup", messages=20_000, media=0)
    started = time.monotonic()
    found = sum(1 for _ in read_export(path, everything))
    assert found == 20_001
    assert found / (time.monotonic() - started) > 5_000  # 30,000 alone; the machine may be busy


def test_limits_grow_with_the_file_but_not_in_memory():
    assert limits_for(0).memory == limits_for(10**12).memory
    assert limits_for(10**12).cpu > limits_for(10**9).cpu > limits_for(0).cpu
