"""Mail boxes give their mails, each as it stands, in every dialect, and of any size."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers import format_of, read
from sviedka.readers.mail import mbox
from tests.material import hostile_mail as hostile
from tests.material.mail import box, mail
from tests.readers.taking import confined, parsed

LINES = st.lists(
    st.one_of(st.binary(max_size=80).map(lambda b: b.replace(b"\n", b"")), st.just(b"From me")),
    max_size=12,
)
MAILS = st.lists(
    LINES.map(lambda lines: hostile.HEAD + b"\n" + b"".join(line + b"\n" for line in lines)),
    min_size=1,
    max_size=6,
)


def read_box(data):
    return parsed(mbox.parse, data)


def quoted(data):
    return b"".join(box([data])).partition(b"\n")[2][:-1]


def mails(taken):
    return [taken.contents[part.number] for part in taken.parts if part.place.startswith("mail")]


@given(contents=MAILS)
def test_mails_come_out_as_they_stand_and_in_order(contents):
    taken = read_box(b"".join(box(contents)))
    assert mails(taken) == [quoted(each) for each in contents]


@given(contents=MAILS, cut=st.floats(0, 1, exclude_max=True))
def test_a_box_that_is_cut_off_gives_what_is_there(contents, cut):
    whole = b"".join(box(contents))
    taken = read_box(whole[: int(cut * len(whole))])
    found, expected = mails(taken), [quoted(each) for each in contents]
    assert found[:-1] == expected[: len(found)][:-1]
    if found:  # the last may be cut, or have a piece of the next one's first line behind it
        last = expected[len(found) - 1]
        assert last.startswith(found[-1]) or (
            found[-1].startswith(last) and len(found) < len(expected)
        )
    else:
        assert taken.refused


@pytest.mark.parametrize(
    "line",
    [
        b"From someone@example.org Mon Aug 10 09:00:00 2020",
        b"From - Mon Aug 10 09:00:00 2020",
        b"From 1675@xxx Mon Aug 10 09:00:00 +0000 2020",
        b'From "Somebody, Else" Mon Aug 10 09:00:00 2020',
        b"From someone@example.org  Mon, 10 Aug 2020 9:00 +0300",
        "From Нехта Mon Aug 10 09:00:00 2020".encode("cp1251"),
        b"From MAILER-DAEMON Mon Aug 10 09:00:00 2020 remote from nowhere",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_that_begin_mails(line, end):
    one = (hostile.HEAD + b"\nfirst\n").replace(b"\n", end)
    two = (hostile.HEAD + b"\nsecond\n").replace(b"\n", end)
    taken = read_box(line + end + one + end + line + end + two)
    assert mails(taken) == [one, two]
    assert taken.fact("mail_envelope", 1)


@pytest.mark.parametrize(
    "line",
    [
        b"From here on it is different, said she at 10:00\nand went on",
        b"From Mon Aug 10 09:00:00 2020 no field follows\nand so it is text",
        b">From someone@example.org Mon Aug 10 09:00:00 2020\nTo: quoted",
    ],
)
def test_lines_that_do_not(line):
    one = hostile.HEAD + b"\nfirst\n\n" + line + b"\n"
    assert mails(read_box(b"".join(box([one])).replace(b">" + line, line))) == [one]


def test_each_mail_has_its_facts_text_and_attachments():
    contents = [bytes(mail(number, b"attached %d" % number)) for number in range(3)]
    taken = read_box(b"".join(box(contents)))
    assert [(part.parent, part.opened) for part in taken.parts] == [
        (0, True), (1, False), (0, True), (3, False), (0, True), (5, False),
    ]  # fmt: skip
    assert [taken.contents[number] for number in (2, 4, 6)] == [
        b"attached 0", b"attached 1", b"attached 2",
    ]  # fmt: skip
    for index, part in enumerate((1, 3, 5)):
        assert taken.fact("mail_id", part) == [f"<{index}@mail.example.org>"]
        assert taken.text(part)


def test_one_bad_mail_leaves_the_others_alone():
    contents = [
        bytes(mail(1)), hostile.HOSTILE["attachments-10000.eml"],
        hostile.HOSTILE["parts-in-parts-2000.eml"], bytes(mail(2)),
    ]  # fmt: skip
    taken = read_box(b"".join(box(contents)))
    last = next(part.number for part in taken.parts if part.place == "mail 4")
    assert taken.fact("mail_id", last) == ["<2@mail.example.org>"]
    assert {trouble for _, trouble in taken.faulty()} == {"too_many", "too_deep", "damaged"}


def test_a_mail_too_large_to_be_taken_apart_is_given_whole(monkeypatch):
    monkeypatch.setattr(mbox, "LARGEST", 10_000)
    contents = [bytes(mail(1)), bytes(mail(2, bytes(20_000))), bytes(mail(3))]
    taken = read_box(b"".join(box(contents)))
    assert mails(taken) == contents
    assert taken.troubles == {1: None, 2: "too_big", 3: None}


@pytest.mark.parametrize("block", [7, 1299, 1300, 1301, 1308, 4096])
def test_where_blocks_meet_no_mail_is_lost(monkeypatch, block):
    monkeypatch.setattr(mbox, "_BLOCK", block)
    contents = [bytes(mail(number)) for number in range(9)]
    assert mails(read_box(b"".join(box(contents)))) == contents


@pytest.mark.parametrize("size", range(1290, 1312))
def test_nor_at_the_end_of_a_box_of_any_size(size):
    rest = size - len(b"".join(box([hostile.HEAD + b"\n\n"])))
    contents = [hostile.HEAD + b"\n" + b"x" * rest + b"\n"]
    data = b"".join(box(contents))
    assert len(data) == size
    assert mails(read_box(data)) == contents


def test_what_is_no_box_is_refused():
    assert read_box(b"From nobody\n\nto nobody").refused
    assert read_box(b"").refused


def test_in_the_sandbox_it_is_the_same(tmp_path):
    path = tmp_path / "Inbox"
    contents = [bytes(mail(number)) for number in range(9)]
    path.write_bytes(b"".join(box(contents)))
    assert mails(confined(path)) == contents


@pytest.mark.slow
def test_a_box_larger_than_the_memory_of_its_reader(tmp_path):
    path = tmp_path / "large.mbox"
    one = bytes(mail(1, bytes(9 << 20)))
    with path.open("wb") as file:
        for _ in range(60):  # 750 MB; the reader has 512 MiB
            file.writelines(box([one]))
    source = os.open(path, os.O_RDONLY)
    try:
        form = format_of(os.pread(source, 1 << 16, 0), path.name)
        count = sum(
            type(each).__name__ == "PartEnd" and each.trouble is None for each in read(source, form)
        )
    finally:
        os.close(source)
    assert count == 120
