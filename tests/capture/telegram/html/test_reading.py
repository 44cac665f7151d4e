"""A message says on a page what it says in JSON, in whatever language the page is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.capture.telegram.html.reading import read, title
from sviedka.capture.telegram.message import Media, normalise
from sviedka.capture.telegram.same import gist
from tests.capture.telegram.html.pages_of import events, message, messages, one, page, service
from tests.material.telegram_html import Style, write_both
from tests.material.telegram_markup import escaped, formatted
from tests.material.telegram_words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
KINDS = st.sampled_from(
    ["bold", "italic", "code", "pre", "underline", "strikethrough", "blockquote", "spoiler",
     "hashtag", "mention", "link", "email", "phone", "text_link", "mention_name", "custom_emoji",
     "bot_command", "cashtag", "bank_card", "unknown"]
)  # fmt: skip
PARTS = st.builds(
    lambda kind, text: {"type": kind, "text": text, "href": text, "document_id": "stickers/a.webp"},
    KINDS,
    TEXT,
)
SAME = ("id", "text", "reply_to", "forwarded", "forwarded_from", "via_bot", "author", "media")


def told(folder: Path) -> list[Any]:
    """What the JSON of an export says, message by message."""
    chat = json.loads((folder / "result.json").read_text().replace("\\x", "\\u00"))
    return [normalise(each) for each in chat["messages"]]


def plain(value: Any) -> Any:
    """Less what pages cannot tell apart."""
    if isinstance(value, str):
        return value.replace("\u2028", "\n")
    if isinstance(value, tuple):
        return [(each.role, each.path, bool(each.missing)) for each in value]
    return value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["private_supergroup", "public_channel", "personal_chat"])
def test_both_formats_say_the_same(tmp_path: Path, kind: str, language: str) -> None:
    style = Style(LANGUAGES[language], page=70)
    folder = write_both(
        tmp_path, kind=kind, messages=250, media=12, style=style, seed=len(language)
    )
    shown = [
        each
        for number in ("", "2", "3", "4")
        for each in messages((folder / f"messages{number}.html").read_bytes())
    ]
    for page_, json_ in zip(shown, told(folder), strict=True):
        for field in SAME:
            assert plain(getattr(page_, field)) == plain(getattr(json_, field)), (field, page_.id)
        if json_.type == "message":
            assert (page_.type, page_.from_name) == ("message", json_.from_name)
            assert page_.date == json_.date.__class__(page_.date)
        else:
            assert page_.type == "service"
        assert not page_.oddities


@given(st.lists(TEXT | PARTS, max_size=5))
@settings(max_examples=300)
def test_text_with_all_its_marks(parts: list[Any]) -> None:
    plain_ = "".join(each if isinstance(each, str) else each["text"] for each in parts)
    found = one(message(1, text=formatted(parts, ""))).text
    assert gist(found) == gist(plain_)
    if plain_.strip() == plain_ and plain_.isprintable():
        assert found == plain_


def test_blanks_of_a_text_are_its_own() -> None:
    assert one(message(1, text=escaped("  а\n\n б\t\n"))).text == "  а\n\n б\t\n"


def test_a_joined_message_is_of_the_sender_before() -> None:
    found = messages(
        page(
            message(1, name="А"), message(2, joined=True), service(3), message(4, joined=True),
            message(5, name="Б"), message(6, joined=True), message(7, joined=True),
        )
    )  # fmt: skip
    assert [each.from_name for each in found] == ["А", "А", None, None, "Б", "Б", "Б"]
    assert [each.oddities for each in found if each.oddities] == [("from",)]


def test_a_deleted_account_has_no_name_in_any_language() -> None:
    nobody = message(1, name=None).replace("Deleted Account", "حساب محذوف")
    assert one(nobody).from_name is None
    assert one(message(1, name="Deleted Account")).from_name == "Deleted Account"


@pytest.mark.parametrize("word", ["via", "через", "праз", "عبر"])
def test_a_bot_through_which_something_was_sent_is_no_part_of_a_name(word: str) -> None:
    found = one(message(1, name=f"Янка Прыкладны {word} @pryklad_bot"))
    assert (found.from_name, found.via_bot) == ("Янка Прыкладны", "@pryklad_bot")


def test_dates_between_messages_are_none() -> None:
    assert not messages(page(service(-1, "9 August 2020"), service(-2, "١٠ أغسطس ٢٠٢٠")))
    (found,) = messages(page(service(-999_999_990)))
    assert (found.id, found.type, found.text) == (-999_999_990, "service", "")


def test_what_was_forwarded() -> None:
    inner = (
        '<div class="pull_left forwarded userpic_wrap"><div class="userpic"><div class="initials">'
        'В</div></div></div><div class="forwarded body"><div class="from_name">\nВесткі '
        '<span class="date details" title="01.01.2020 10:00:00"> 01.01.2020 10:00:00</span></div>'
        '<div class="text">\nнавіна\n</div></div>'
    )
    again = '<div class="forwarded body"><div class="text">\nі яшчэ\n</div></div>'
    first, second = messages(page(message(1, inner), message(2, again, joined=True)))
    for each, text in ((first, "навіна"), (second, "і яшчэ")):
        assert (each.text, each.forwarded, each.forwarded_from) == (text, True, "Весткі")
        assert (each.from_name, each.date) == ("Янка", "09.08.2020 21:00:00 UTC+03:00")


@pytest.mark.parametrize(
    ("href", "number"),
    [
        ("#go_to_message5", 5), ("messages3.html#go_to_message123", 123),
        ("#go_to_message-999999995", -999999995), ("#go_to_message", None),
        ("https://example.org/#go_to_message5x", None), ("", None),
    ],
)  # fmt: skip
def test_what_is_answered(href: str, number: int | None) -> None:
    inner = f'<div class="reply_to details">Адказ на <a href="{href}">гэта</a></div>'
    assert one(message(1, inner)).reply_to == number
    text = f'<a href="{href}">чытаць</a>'
    assert one(message(1, text=text)).reply_to is None


@pytest.mark.parametrize("number", ["", "x", "1" * 40, "1 ", "٣"])
def test_no_number(number: str) -> None:
    found = one(message(number))
    assert found.id is None
    assert "id" in found.oddities


def test_bytes_that_are_not_utf_8() -> None:
    data = page(message(1, text="Прывітанне")).replace("Пры".encode(), "Пры".encode("cp1251"))
    (_, found) = events(data)
    assert found.flags == ("not_utf8",)
    assert found.message.text.endswith("вітанне")


def test_the_title() -> None:
    assert title(b"\n &amp; &lt;b&gt; \xd0\x90 \n") == "& <b> А"
    assert title(b"  ") is None
    assert title(b"<i></i>") is None


def wrapped(kind: str, href: str, src: str = "photos/t.jpg") -> str:
    image = f'<img class="x" src="{src}"/>'
    return (
        f'<div class="media_wrap clearfix"><a class="{kind}_wrap clearfix pull_left" '
        f'href="{href}">{image}</a></div>'
    )


def generic(
    kind: str, status: str = "", *, about: str = "", link: str = "", thumb: str = ""
) -> str:
    tag = f'a href="{link}"' if link else "div"
    parts = f'<img class="thumb pull_left" src="{thumb}"/>' if thumb else ""
    parts += f'<div class="description">{about}</div>' if about else ""
    parts += f'<div class="status details">{status}</div>'
    return (
        f'<div class="media_wrap clearfix"><{tag} class="media clearfix pull_left {kind}">'
        f'<div class="body">{parts}</div></{tag.partition(" ")[0]}></div>'
    )


NONE = "not_included"
POLL = '<div class="media_wrap"><div class="media_poll"><div class="question">?</div></div></div>'
HANGING = {
    "photo": (wrapped("photo", "photos/a &amp; b.jpg"), [("photo", "photos/a & b.jpg", None)]),
    "sticker": (wrapped("sticker", "stickers/s.webp"), [("sticker", "stickers/s.webp", None)]),
    "video": (
        wrapped("video_file", "video_files/v.mp4", "video_files/v.jpg"),
        [("video_file", "video_files/v.mp4", None), ("thumbnail", "video_files/v.jpg", None)],
    ),
    "animation": (
        wrapped("animated", "animations/a.mp4", "animations/a.jpg"),
        [("animation", "animations/a.mp4", None), ("thumbnail", "animations/a.jpg", None)],
    ),
    "round": (
        generic("media_video", "00:05", link="round_video_messages/r.mp4", thumb="t.jpg"),
        [("video_message", "round_video_messages/r.mp4", None), ("thumbnail", "t.jpg", None)],
    ),
    "plain animation": (
        generic("media_video", link="animations/a.mp4"), [("animation", "animations/a.mp4", None)],
    ),
    "plain video": (
        generic("media_video", "00:05", link="video_files/v"),
        [("video_file", "video_files/v", None)],
    ),
    "plain sticker": (
        generic("media_photo", link="stickers/a.tgs"), [("sticker", "stickers/a.tgs", None)],
    ),
    "plain photo": (generic("media_photo", link="photos/a"), [("photo", "photos/a", None)]),
    "no photo": (
        generic("media_photo", "320×240, 7 КБ", about="Няма"), [("photo", None, NONE)],
    ),
    "no sticker": (generic("media_photo", "🕊, 7 КБ", about="Няма"), [("sticker", None, NONE)]),
    "burnt": (generic("media_photo", "Згарэла"), [("photo", None, NONE)]),
    "no animation": (
        generic("media_video", "7,1 МБ", about="Няма"), [("animation", None, NONE)],
    ),
    "no video": (
        generic("media_video", "00:03, 7 МБ", about="Няма"), [("video_file", None, NONE)],
    ),
    "voice": (
        generic("media_voice_message", "00:03", link="v/a.ogg"),
        [("voice_message", "v/a.ogg", None)],
    ),
    "audio": (
        generic("media_audio_file", "03:03", link="files/a.mp3"),
        [("audio_file", "files/a.mp3", None)],
    ),
    "file": (
        generic("media_file", "7 КБ", link="files/#1?.txt"), [("file", "files/#1?.txt", None)],
    ),
    "card": (
        generic("media_contact", "+999", link="contacts/c.vcf"),
        [("contact_vcard", "contacts/c.vcf", None)],
    ),
    "contact": (generic("media_contact", "+999"), []),
    "place": (generic("media_location", link="https://maps.google.com/"), []),
    "game": (generic("media_game"), []),
    "poll": (POLL, []),
}  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), HANGING.values(), ids=HANGING)
def test_what_hangs_on_it(inner: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = one(message(1, inner, text="подпіс"))
    assert found.media == tuple(Media(*each) for each in expected)
    assert found.text == "подпіс"


def test_a_call_is_one_in_any_language() -> None:
    assert one(message(1, generic("media_call success", "Выходны"))).action == "phone_call"


def test_paths_of_a_whole_account_lead_to_the_chats_own_folder() -> None:
    base = "../../chats/chat_07/"
    inner = wrapped("photo", f"{base}photos/a.jpg") + wrapped("photo", "../../../etc/passwd")
    (found,) = messages(page(message(1, inner)), base)
    assert found.media[0].path == "photos/a.jpg"
    (other,) = messages(page(message(1, wrapped("photo", "../../chats/chat_08/x"))), base)
    assert other.media[0].path == "../../chats/chat_08/x"  # refused when it is opened


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_whatever_the_bytes_it_is_read_or_passed_over(inner: bytes) -> None:
    raw = message(1).encode().replace(b"</div></div>", inner + b"</div></div>", 1)
    said = read(raw, None, "")
    assert said is None or said.message.type in {"message", "service"}
