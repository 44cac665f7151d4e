"""Chats and messages come out of an export byte for byte, and nothing else does."""

import io
import json
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sviedka.capture.telegram.cursor import DEPTH
from sviedka.capture.telegram.scanner import Chat, Found, Unread, list_chats, messages, scan
from sviedka.errors import InputError
from tests.capture.telegram import exports
from tests.material import hostile
from tests.material.hostile_json import BROKEN, ODD, SOUND, export, message
from tests.material.telegram import write_account, write_chat

#: Broken by RFC 8259, yet read, with a flag: the bytes are all there.
READ_ALL_THE_SAME = {
    "windows-1251": "not_utf8",
    "one-bad-byte": "not_utf8",
    "overlong-slash": "not_utf8",
    "surrogate-bytes": "not_utf8",
    "beyond-unicode": "not_utf8",
    "telegram-escape": "telegram_escape",
}
REFUSED = {
    "messages-twice": "two lists of messages",
    "messages-twice-filled": "two lists of messages",
    "messages-null": "list of messages",
    "messages-an-object": "list of messages",
    "deep-lists": "deeper than 64 levels",
    "deep-objects": "deeper than 64 levels",
    "chats-not-an-object": "no chat",
}


def everything(chat):
    return True


def read(content, choose=everything, **how):
    """What comes out, and the error at the end, if there is one."""
    found = []
    try:
        found.extend(scan(io.BytesIO(content), choose, **how))
    except InputError as error:
        return found, error
    return found, None


def read_whole(content, choose=everything, **how):
    found, error = read(content, choose, **how)
    if error:
        raise error
    return found


def sort(found):
    return {kind: [each for each in found if type(each) is kind] for kind in (Chat, Found, Unread)}


@given(exports.texts(exports.chats() | exports.accounts()), st.integers(1, 300))
def test_it_agrees_with_json_in_any_layout_and_any_chunking(content, window):
    document = json.loads(content.decode("utf-8-sig"))
    found = read_whole(content, window=window)
    expected = exports.chats_of(document)
    chats = sort(found)[Chat]
    assert [(chat.section, chat.id, chat.name, chat.type) for chat in chats] == [
        (section, chat["id"], chat["name"], chat["type"]) for section, chat in expected
    ]
    assert [chat.messages for chat in chats] == [len(chat["messages"]) for _, chat in expected]
    assert all(chat.complete and not chat.unread for chat in chats)
    read = sort(found)[Found]
    assert [each.parsed for each in read] == [m for _, chat in expected for m in chat["messages"]]
    for each in read:
        assert content[each.offset : each.offset + len(each.raw)] == each.raw
        assert json.loads(each.raw) == each.parsed
        assert not each.flags
    for chat in chats:
        assert content[chat.start : chat.start + 1] == b"{"
        assert content[chat.end - 1 : chat.end] == b"}"


@given(exports.texts(exports.accounts()), st.sets(st.integers(0, 5)))
def test_only_what_was_chosen_comes_out(content, numbers):
    expected = exports.chats_of(json.loads(content.decode("utf-8-sig")))
    seen = iter(range(6))
    found = read_whole(content, lambda _: next(seen) in numbers)
    chosen = [chat for number, (_, chat) in enumerate(expected) if number in numbers]
    assert [each.id for each in sort(found)[Chat]] == [chat["id"] for chat in chosen]
    assert [each.parsed for each in sort(found)[Found]] == [
        message for chat in chosen for message in chat["messages"]
    ]


@given(st.binary(max_size=300) | st.text('[]{}",:\\ax01-.eE \n\t', max_size=300).map(str.encode))
@example(b'{"messages":[' + b"[" * 100)
@settings(max_examples=500)
def test_arbitrary_bytes_raise_nothing_but_input_errors(content):
    for window in (1, 64, 1 << 20):
        read(content, window=window)


@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=4), st.integers(0, 4))
@settings(max_examples=500)
def test_altered_exports_raise_nothing_but_input_errors(at, inserted, removed):
    content = SOUND[:at] + inserted + SOUND[at + removed :]
    for window in (7, 1 << 20):
        found, error = read(content, window=window)
        for each in sort(found)[Found]:
            assert content[each.offset : each.offset + len(each.raw)] == each.raw
        if error is None:
            json.loads(content.decode("utf-8-sig", "replace").replace("\\x", "\\u00"), strict=True)


@pytest.mark.parametrize("window", [1, 100, 1 << 20])
def test_a_file_cut_at_any_byte_gives_its_whole_messages_then_an_error(window):
    whole = [each.offset + len(each.raw) for each in sort(read_whole(SOUND))[Found]]
    for size in range(len(SOUND)):
        found, error = read(SOUND[:size], window=window)
        expected = sum(end <= size for end in whole)
        assert len(sort(found)[Found]) == expected
        assert error is not None
        assert size == 0 or "byte " in error.where
        if size > 120:
            assert not sort(found)[Chat][0].complete
            assert sort(found)[Chat][0].messages == expected
            assert error.where.startswith(f"byte {size},")


@pytest.mark.parametrize("name", BROKEN)
def test_broken_exports_are_refused_where_they_break(name):
    for window in (1, 4096):
        found, error = read(BROKEN[name], window=window)
        if name in READ_ALL_THE_SAME:
            assert error is None
            flagged = [each for each in sort(found)[Found] if each.flags]
            assert {flag for each in flagged for flag in each.flags} == {READ_ALL_THE_SAME[name]}
            assert all(each.utf8 == (READ_ALL_THE_SAME[name] != "not_utf8") for each in flagged)
        else:
            assert error is not None
            assert error.what
            assert len(sort(found)[Found]) <= 3


@pytest.mark.parametrize("name", ODD)
def test_odd_exports_lose_nothing(name):
    content = ODD[name]
    for window in (997, 1 << 20):
        found, error = read(content, window=window)
        if name in REFUSED:
            assert REFUSED[name] in error.what
            continue
        assert error is None
        assert sort(found)[Chat]
        for each in sort(found)[Found]:
            assert content[each.offset : each.offset + len(each.raw)] == each.raw
            assert each.raw[:1] + each.raw[-1:] == b"{}"


def test_what_is_odd_is_said():
    expected = {
        "lone-high-surrogate": {"lone_surrogate"},
        "surrogates-reversed": {"lone_surrogate"},
        "surrogate-pair": set(),
        "key-twice": {"duplicate_key"},
        "id-of-10000-digits": {"huge_number"},
        "float-beyond-double": {"huge_number"},
        "id-beyond-2-53": set(),
        "brackets-in-text": set(),
    }
    for name, flags in expected.items():
        found = sort(read_whole(ODD[name]))[Found]
        assert {flag for each in found for flag in each.flags} == flags


def test_a_head_of_wrong_types_is_noted_and_not_believed():
    (chat,) = sort(read_whole(ODD["wrong-types-in-head"]))[Chat]
    assert (chat.id, chat.name, chat.type) == (None, None, None)
    assert chat.oddities == ("name", "type", "id")
    (chat,) = sort(read_whole(export(id=2**80)))[Chat]
    assert chat.id is None
    assert chat.oddities == ("id",)


def test_a_message_that_is_too_large_is_named_and_the_rest_goes_on():
    content = export(message(1), message(2, text="x" * 5000), 7, message(3))
    for window in (16, 1 << 20):
        found = read_whole(content, window=window, most=2000)
        assert [each.parsed["id"] for each in sort(found)[Found]] == [1, 3]
        large, number = sort(found)[Unread]
        assert (large.reason, number.reason) == ("too_large", "no_object")
        assert json.loads(content[large.offset : large.offset + large.size])["id"] == 2
        assert content[number.offset : number.offset + number.size] == b"7"
        assert sort(found)[Chat][0].messages == 2
        assert sort(found)[Chat][0].unread == 2


def test_dates_of_the_first_and_last_message():
    dated = [message(n, date=f"2020-08-{n:02}T00:00:00") for n in range(9, 13)]
    (chat,) = list_chats(io.BytesIO(export(*dated)))
    assert (chat.first, chat.last) == ("2020-08-09T00:00:00", "2020-08-12T00:00:00")
    (chat,) = list_chats(io.BytesIO(export({"date": 7, "date_unixtime": "1597050000"})))
    assert (chat.first, chat.last) == ("1597050000", "1597050000")


def test_reading_goes_on_behind_any_message():
    (chat,) = list_chats(io.BytesIO(SOUND))
    found = list(messages(io.BytesIO(SOUND), chat.messages_at))
    for number, each in enumerate(found, 1):
        rest = list(messages(io.BytesIO(SOUND), each.offset + len(each.raw), window=10))
        assert rest == found[number:]


def test_an_error_names_byte_and_line():
    content = SOUND.replace(b'"id": 2', b'"id": 02')
    _, error = read(content)
    at = content.index(b'"id": 02') + 6
    assert error.where == f"byte {at}, line {content[:at].count(10) + 1}"


@pytest.mark.parametrize("levels", [1, DEPTH - 4, DEPTH - 3, 1000, 100_000])
def test_depth_is_bounded(levels):
    deep = b"[" * levels + b"]" * levels
    content = export(message(1, text="@")).replace(b'"@"', deep)
    _, error = read(content)
    assert (error is None) == (levels <= DEPTH - 3)  # the chat, its list, the message
    content = content.replace(b"{", b'{"skipped": ' + deep + b", ", 1)
    assert (read(content)[1] is None) == (levels <= DEPTH - 3)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ("one-string", "too_large"),
        ("one-line", None),
        ("one-number", "digits"),
        ("blanks", None),
        ("deep", "deeper"),
    ],
)
def test_giants_are_read_with_little_memory(tmp_path, case, outcome):
    folder = hostile.write_giant(tmp_path, case, 24 << 20)
    tracemalloc.start()
    largest = 0
    with (folder / "result.json").open("rb", buffering=0) as file:
        seen = set()
        try:
            for each in scan(file, everything):
                seen.add(each.reason if isinstance(each, Unread) else None)
        except InputError as error:
            seen.add(error.what)
        largest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert largest < 9 << 20
    assert outcome is None or any(outcome in each for each in seen if each)


def test_generated_chats_are_read_whole(tmp_path):
    path = write_chat(tmp_path, kind="private_supergroup", messages=300, media=3)
    content = path.read_bytes()
    found = read_whole(content)
    plain = json.loads(content.decode().replace("\\x", "\\u00"))
    assert [each.parsed for each in sort(found)[Found]] == plain["messages"]


def test_of_a_generated_account_no_contact_or_session_comes_out(tmp_path):
    path = write_account(tmp_path, messages=90, media=2)
    found = read_whole(path.read_bytes())
    plain = json.loads(path.read_bytes().decode().replace("\\x", "\\u00"))
    assert [each.name for each in sort(found)[Chat]] == [
        chat.get("name") for section in ("chats", "left_chats") for chat in plain[section]["list"]
    ]
    phones = [contact["phone_number"].encode() for contact in plain["contacts"]["list"]]
    assert phones
    out = b"".join(each.raw for each in sort(found)[Found])
    assert not any(phone in out for phone in phones)
