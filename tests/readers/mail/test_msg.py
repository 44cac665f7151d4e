"""What Outlook saved says the same as a mail: who, when, what, and what is attached."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxmsg import Message

from sviedka.readers.mail import msg
from sviedka.readers.mail.message import DEEPEST_MAIL
from tests.material.outlook import attachment, compound, message, within
from tests.readers.taking import confined, parsed

WHAT = {
    0x0037: "Заява пра выдуманае",
    0x0C1A: "Алесь Прыдуманы",
    0x5D01: "a@example.org",
    0x1000: "Гэта выдуманы ліст.",
    0x1035: "<1@example.org>",
    0x0039: 1_597_050_000.0,
}
TO = ((1, "Ганна Выдуманая", "b@example.org"), (3, "Jan Zmyślony", "c@example.org"))
FILES = (attachment("адзін.txt", b"one"), attachment("two.bin", bytes(range(256)) * 40))
PLAIN = compound(message(WHAT, TO, FILES))


def read(data):
    return parsed(msg.parse, data)


def test_who_when_and_what():
    taken = read(PLAIN)
    assert taken.fact("mail_subject") == ["Заява пра выдуманае"]
    assert taken.fact("mail_from") == ["Алесь Прыдуманы <a@example.org>"]
    assert taken.fact("mail_to") == ["Ганна Выдуманая <b@example.org>"]
    assert taken.fact("mail_bcc") == ["Jan Zmyślony <c@example.org>"]
    assert taken.fact("sent_stated") == ["2020-08-10T09:00:00Z"]
    assert taken.text() == "Гэта выдуманы ліст."
    assert [fact.name for fact in taken.facts if not fact.reveals] == ["sent_stated"]


def test_attachments_come_out_the_same():
    taken = read(PLAIN)
    assert taken.files == [("адзін.txt".encode(), b"one"), (b"two.bin", bytes(range(256)) * 40)]
    assert not taken.faults


def test_another_reader_of_the_format_agrees():
    other, taken = Message.load(PLAIN), read(PLAIN)
    assert other.subject == taken.fact("mail_subject")[0]
    assert other.body == taken.text()
    found = [(each.file_name.encode(), each.file_bytes) for each in other.attachments]
    assert found == taken.files


def test_the_headers_that_a_server_wrote_are_read_too():
    headers = "Received: from mx.example.org\r\nX-Originating-IP: [192.0.2.7]\r\n\r\n"
    taken = read(compound(message({0x007D: headers})))
    assert taken.fact("mail_received") == ["from mx.example.org"]
    assert "[192.0.2.7]" in taken.fact("mail_header")


def test_old_texts_are_read_in_their_code_page():
    data = compound(message({0x0037: "Заявка", 0x3FFD: 1251}, codec="cp1251"))
    assert read(data).fact("mail_subject") == ["Заявка"]


def test_html_where_there_is_no_plain_text():
    page = "<html><body><p>Выдуманы <b>ліст</b></p></body></html>".encode()
    assert read(compound(message({0x1013: page, 0x3FDE: 65001}))).text() == "Выдуманы ліст"


def test_text_in_compressed_rtf_alone_is_said_to_be_missing():
    assert read(compound(message({0x1009: b"LZFu"}))).faulty() == [(0, "unsupported")]


def test_a_message_within_a_message():
    taken = read(compound(message(WHAT, attachments=(within(message(WHAT, TO, FILES)),))))
    assert [part.parent for part in taken.parts] == [0, 1, 1]
    assert taken.fact("mail_to", 1) == ["Ганна Выдуманая <b@example.org>"]
    assert taken.text(1) == "Гэта выдуманы ліст."
    assert taken.contents[2] == b"one"


def test_messages_within_messages_without_end():
    inner = message(WHAT)
    for _ in range(40):
        inner = message(WHAT, attachments=(within(inner),))
    taken = read(compound(inner))
    assert [part.opened for part in taken.parts] == [True] * DEEPEST_MAIL + [False]


@settings(max_examples=200)
@given(at=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_does_no_harm(at, byte):
    read(PLAIN[:at] + bytes([byte]) + PLAIN[at + 1 :])


@given(cut=st.integers(0, len(PLAIN) - 1))
def test_what_is_cut_off_is_refused_or_says_so(cut):
    taken = read(PLAIN[:cut])
    if not (taken.refused or taken.faults):  # what is gone was of no stream
        assert taken.files == read(PLAIN).files


@pytest.mark.parametrize("name", ["a.msg", "without a name"])
def test_in_the_sandbox_it_is_the_same(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(PLAIN)
    assert confined(path).files == read(PLAIN).files
