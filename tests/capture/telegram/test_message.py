"""A message of any shape comes into the one shape; what does not fit is named."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.capture.telegram.message import Media, Message, excuse, normalise
from tests.capture.telegram.exports import VALUES
from tests.material.hostile_json import _FIELDS as FIELDS
from tests.material.hostile_json import message

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), VALUES))
def test_every_shape_is_taken_and_can_be_sent(fields):
    found = normalise(fields)
    raw = msgspec.msgpack.encode(found)
    assert msgspec.msgpack.decode(raw, type=Message) == found
    assert set(found.oddities) <= set(fields) | {"id", "type"}


def test_an_ordinary_message_has_no_oddities():
    found = normalise(
        message(
            7,
            edited="2020-08-10T13:00:00",
            edited_unixtime="1597053600",
            author="Подпіс",
            forwarded_from=None,
            reply_to_message_id=3,
            via_bot="@bot",
            saved_from="Х",
        )
    )
    assert not found.oddities
    assert (found.id, found.type, found.unixtime) == (7, "message", 1597050000)
    assert (found.date, found.edited_stated) == ("2020-08-10T12:00:00", 1597053600)
    assert (found.from_name, found.from_id) == ("Прыклад", "channel1000000017")
    assert (found.author, found.reply_to, found.via_bot) == ("Подпіс", 3, "@bot")
    assert found.forwarded
    assert found.forwarded_from is None
    assert found.text == "Тэкст 7"


def test_a_service_message():
    found = normalise(
        {"id": 1, "type": "service", "actor": "А", "actor_id": "user1", "action": "pin_message",
         "text": ""}
    )  # fmt: skip
    assert (found.actor, found.actor_id, found.action) == ("А", "user1", "pin_message")
    assert not found.oddities


@pytest.mark.parametrize(
    ("text", "joined", "odd"),
    [
        ("a", "a", False),
        ([], "", False),
        (["a ", {"type": "bold", "text": "b"}, " c"], "a b c", False),
        (None, "", True),
        (7, "", True),
        ({"text": "a"}, "", True),
        (["a", None, 7, [], {}, {"text": 7}, "b"], "ab", True),
    ],
)
def test_text_is_joined(text, joined, odd):
    found = normalise(message(1, text=text))
    assert found.text == joined
    assert ("text" in found.oddities) is odd


def test_without_a_text_there_is_none():
    assert normalise({"id": 1, "type": "unsupported"}).text == ""
    assert not normalise({"id": 1, "type": "unsupported"}).oddities


@pytest.mark.parametrize(
    ("said", "unixtime", "odd"),
    [
        ("1597050000", 1597050000, False),
        ("-1", -1, False),
        (1597050000, 1597050000, False),
        (None, None, False),
        ("1e9", None, True),
        ("99999999999999999999", None, True),
        ("١٢", None, True),
        ("", None, True),
        (1.5, None, True),
        (True, None, True),
        (2**63, None, True),
    ],
)
def test_unixtime_is_a_whole_number_or_none(said, unixtime, odd):
    found = normalise(message(1, date_unixtime=said))
    assert found.unixtime == unixtime
    assert ("date_unixtime" in found.oddities) is odd


def test_accounts_of_old_exports_are_bare_numbers():
    assert normalise(message(1, from_id=4312345)).from_id == "4312345"


@pytest.mark.parametrize("number", [None, "1", 1.0, True, 2**63, [1]])
def test_an_id_that_is_no_number_is_odd(number):
    found = normalise(message(number))
    assert found.id is None
    assert "id" in found.oddities


def test_media_with_paths():
    found = normalise(
        message(1, file="video_files/a.mp4", thumbnail="video_files/a.mp4_thumb.jpg",
                media_type="video_file", mime_type="video/mp4", file_name="a.mp4", file_size=9,
                thumbnail_file_size=3, duration_seconds=4, width=320, height=240)
    )  # fmt: skip
    assert found.media == (
        Media("video_file", "video_files/a.mp4", None, "video/mp4", "a.mp4", 9, 320, 240, 4),
        Media("thumbnail", "video_files/a.mp4_thumb.jpg", None, size=3),
    )
    assert not found.oddities


def test_media_without():
    photo = normalise(message(1, photo=NOT_INCLUDED, width=1, height=2)).media
    assert photo == (Media("photo", None, "not_included", width=1, height=2),)
    contact = normalise(message(1, contact_vcard="contacts/1.vcard")).media
    assert contact == (Media("contact_vcard", "contacts/1.vcard", None),)
    assert normalise(message(1, file="files/x", media_type="unheard_of")).media[0].role == "file"
    assert normalise(message(1, file=7)).media == ()
    assert normalise(message(1, file=7)).oddities == ("file",)
    assert normalise(message(1, file="a", file_size="9", width=[])).oddities == (
        "file_size",
        "width",
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (NOT_INCLUDED, "not_included"),
        ("(File exceeds maximum size. Change data exporting settings.)", "not_included"),
        ("(File unavailable, please try again later)", "unavailable"),
        ("(Photo not included. Change data exporting settings to download.)", "not_included"),
        ("a video.mp4 " + NOT_INCLUDED, "not_included"),
        ("photos/photo_1@10-08-2020_12-00-00.jpg", None),
        ("files/report (File not included).pdf", None),
        ("", None),
    ],
)  # fmt: skip
def test_an_excuse_is_no_path(said, why):
    assert excuse(said) == why
