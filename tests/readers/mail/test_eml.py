"""A mail says who wrote to whom, what, and what is attached; a hostile one what is amiss."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.readers.mail import eml
from sviedka.readers.mail.message import DEEPEST_MAIL, MOST_ENTITIES
from tests.material import hostile_mail as hostile
from tests.material.mail import mail
from tests.readers.taking import confined, parsed

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], max_codepoint=0xFFFF), max_size=30
)
LINES = st.lists(WORDS, max_size=6).map("\n".join)


def read(data):
    return parsed(eml.parse, data)


def case(name):
    return read(hostile.HOSTILE[name])


@given(files=st.lists(st.tuples(WORDS, st.binary(max_size=300)), max_size=6), text=LINES)
def test_attachments_come_out_the_same_and_in_order(files, text):
    message = EmailMessage()
    message.set_content(text)
    names = []
    for name, data in files:
        message.add_attachment(data, "application", "x-any", filename=f"{name.strip()}.bin")
        names.append(message.get_payload()[-1].get_filename())
    taken = read(message.as_bytes(policy=email.policy.SMTP))
    assert [data for _, data in taken.files] == [data for _, data in files]
    assert [name.decode() for name, _ in taken.files] == names
    assert not taken.faults


@given(
    words=st.lists(st.sampled_from(hostile.RUSSIAN.split())),
    codec=st.sampled_from(["utf-8", "koi8-r", "cp1251", "iso-8859-5"]),
    coding=st.sampled_from(["base64", "quoted-printable"]),
)
def test_text_is_what_the_standard_library_makes_of_it(words, codec, coding):
    message = EmailMessage()
    message.set_content(" ".join(words), charset=codec, cte=coding)
    taken = read(bytes(message))
    assert taken.text().split() == message.get_content().split() == words
    assert not taken.faults


@given(data=st.data())
def test_a_mail_that_is_cut_off_gives_a_prefix(data):
    contents = [bytes([number]) * 200 for number in range(4)]
    parts = [hostile.attached(b"%d" % number, each) for number, each in enumerate(contents)]
    whole = hostile.parted(parts)
    begin = whole.index(b"\n\n")
    cut = data.draw(st.integers(begin, len(whole) - 7))
    taken = read(whole[:cut])
    assert taken.faults
    for (name, content), expected in zip(taken.files, contents, strict=False):
        assert expected.startswith(content) or not name


def test_what_the_head_states():
    taken = read(bytes(mail(7)))
    assert taken.fact("mail_from") == [mail(7)["From"]]
    assert taken.fact("mail_subject") == [mail(7)["Subject"]]
    assert taken.fact("sent_stated") == ["2020-08-10T09:07:00Z"]
    assert len(taken.fact("mail_received")) == 4
    assert taken.fact("mail_client") == ["Invented 1.0"]


def test_all_of_it_may_lead_to_people_but_the_time_in_utc():
    taken = read(hostile.HEAD + b"\n")
    assert [fact.name for fact in taken.facts if not fact.reveals] == ["sent_stated"]
    assert taken.fact("sent_stated") == ["2020-08-10T09:00:00Z"]  # +0300 tells where it was


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?B?0JfQsNGP0LLQsA==?=", "Заява"),
        (b"=?koi8-r?Q?=FA=C1=D1=D7=CB=C1?=", "Заявка"),
        (b"=?utf-8?B?0JfQsNGP0A==?= =?utf-8?B?stCw?=", "Зая" + b"\xd0\xb2".decode() + "а"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?Q?a_b?=\n =?utf-8?Q?c?=", "a bc"),
        (b"=?x-none?Q?abc?=", "abc"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8*be?Q?abc?=", "abc"),
        ("Заява без кадавання".encode("cp1251"), "Заява без кадавання"),
        ("Заява".encode(), "Заява"),
        (b"=?utf-8?B?!!!?=", ""),
        (b"=?utf-8?B?YWJjZ!?=", "abc"),
    ],
)
def test_words_in_the_head_are_decoded(value, text):
    assert read(b"Subject: " + value + b"\n\n").fact("mail_subject") == ([text] if text else [])


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (b'filename="plain.txt"', b"plain.txt"),
        (b"filename=bare.txt", b"bare.txt"),
        (b'filename="a\\"b.txt"', b'a"b.txt'),
        (b"filename*=utf-8''%D0%B7%D0%B2.txt", "зв.txt".encode()),
        (b"filename*=koi8-r'ru'%DA%D7.txt", "зв.txt".encode()),
        (b"filename*0=one; filename*1=two.txt", b"onetwo.txt"),
        (b"filename*0*=utf-8''%D0; filename*1*=%B7; filename*2=.txt", "з.txt".encode()),
        (b'filename="=?utf-8?B?0LfQsi50eHQ=?="', "зв.txt".encode()),
        (b'filename="' + "зв.txt".encode("cp1251") + b'"', "зв.txt".encode("cp1251")),
        (b'filename="../../up.txt"', b"../../up.txt"),
        (b"filename*99999=x", b""),
        (b"filename*=%", b"%"),
        (b"", b""),
    ],
)
def test_names_of_attachments(parameter, name):
    part = b"Content-Type: image/png\nContent-Disposition: attachment; " + parameter + b"\n\nx"
    taken = read(hostile.parted([part]))
    assert taken.files == [(name, b"x")]


def test_plain_text_is_preferred_to_the_same_in_html():
    message = mail(1)
    message.set_content("plain words")
    message.add_alternative("<p>other words</p>", subtype="html")
    assert read(bytes(message)).text().strip() == "plain words"


def test_html_alone_is_read_without_its_scripts():
    page = (
        "<html><head><title>no</title></head><body><p>One <b>wo</b>rd<br>two</p>"
        "<script>no</script><style>no</style></body></html>"
    )
    message = mail(1)
    message.set_content(page, subtype="html")
    assert read(bytes(message)).text() == "One word\ntwo"


def test_a_mail_in_a_mail_is_a_part_with_its_own_bytes_and_facts():
    inner = hostile.HEAD.replace(b"invented", b"within") + b"\nthe inner text\n"
    taken = read(hostile.parted([b"Content-Type: message/rfc822\n\n" + inner]))
    assert taken.contents == {1: inner}
    assert taken.parts[0].opened
    assert taken.fact("mail_subject", 1) == ["within"]
    assert taken.text(1).strip() == "the inner text"


def test_only_a_few_mails_in_mails_are_opened():
    taken = case("mails-in-mails-100.eml")
    assert [part.opened for part in taken.parts] == [True] * DEEPEST_MAIL + [False]
    assert taken.contents[DEEPEST_MAIL + 1].endswith(b"the inmost\n")


def test_attachments_without_end_are_counted():
    taken = case("attachments-10000.eml")
    assert len(taken.parts) == MOST_ENTITIES
    assert taken.faulty() == [(0, "too_many")]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("parts-in-parts-2000.eml", (0, "too_deep")),
        ("many-fields.eml", (0, "too_many")),
        ("long-field.eml", (0, "too_many")),
        ("words-without-end.eml", (0, "too_many")),
        ("garbage-base64.eml", (1, "damaged")),
        ("cut-base64.eml", (0, "damaged")),
        ("unknown-encoding.eml", (0, "unsupported")),
        ("no-boundary.eml", (0, "damaged")),
        ("wrong-boundary.eml", (0, "damaged")),
        ("no-end.eml", (0, "damaged")),
        ("koi8-said-to-be-1251.eml", (0, "damaged")),
        ("1251-said-to-be-utf-8.eml", (0, "damaged")),
        ("1251-said-to-be-latin-1.eml", (0, "damaged")),
        ("utf-8-said-to-be-ascii.eml", (0, "damaged")),
        ("in-no-known-encoding.eml", (0, "damaged")),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_goes_on(name, fault):
    taken = case(name)
    assert taken.faulty()[0] == fault
    assert taken.text() or taken.parts or name == "parts-in-parts-2000.eml"


@pytest.mark.parametrize("name", [name for name in hostile.HOSTILE if "said" in name])
def test_encodings_that_lie_are_mended(name):
    assert case(name).text() in {hostile.TEXT, hostile.RUSSIAN}


def test_garbage_around_base64_is_passed_over():
    assert case("garbage-base64.eml").contents == {1: b"hello", 2: b"sound"}


@pytest.mark.parametrize("name", sorted(hostile.HOSTILE))
def test_none_takes_long_or_fails(name):
    assert case(name).refused is None


def test_apple_mail_keeps_a_length_and_a_list_around_it():
    inside = bytes(mail(3))
    data = b"%d\n" % len(inside) + inside + b'<?xml version="1.0"?><plist></plist>'
    taken = parsed(eml.parse_apple, data)
    assert taken.fact("mail_subject") == [mail(3)["Subject"]]
    assert "plist" not in taken.text()
    assert parsed(eml.parse_apple, data[:400]).faulty() == [(0, "damaged")]
    assert parsed(eml.parse_apple, inside).faulty() == [(0, "damaged")]


@pytest.mark.parametrize("name", ["a.eml", "without a name", "a.emlx"])
def test_in_the_sandbox_it_is_the_same(tmp_path, name):
    inside = bytes(mail(5, b"attached"))
    path = tmp_path / name
    path.write_bytes(b"%d\n" % len(inside) + inside if name.endswith("x") else inside)
    assert confined(path).contents == {1: b"attached"}
