"""Channels by their public preview: posts, times, views, media, pages; nothing behind a door."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from sviedka.capture.live.adapters import Options
from sviedka.capture.live.adapters.choosing import choose
from sviedka.capture.live.adapters.telegram import TelegramAdapter, channel
from sviedka.capture.live.capturing import capture
from sviedka.capture.live.previews import Post as Seen
from sviedka.capture.live.previews import read
from tests.capture.live.fetching import fetcher, records
from tests.capture.live.servers import Answer, site
from tests.material.channel import Post, answers

NAME = "vydumany_kanal"
FORWARDED = '<div class="tgme_widget_message_forwarded_from">Forwarded from <a>someone</a></div>'
ANSWERS = (
    '<a class="tgme_widget_message_reply" href="https://t.me/vydumany_kanal/3">'
    '<div class="tgme_widget_message_text js-message_reply_text">quoted</div></a>'
)
UNSHOWN = '<div class="message_media_not_supported">VIEW IN TELEGRAM</div>'
POSTS = [
    Post(1, "Першы"), Post(2, "Другі", views="12"), Post(3, "Трэці", pictures=["/f/3.jpg"]),
    Post(4, "Чацвёрты\nу двух радках <b>", views="1.05M", edited=True),
    Post(5, "Пяты", pictures=["/f/5a.jpg", "/f/5b.jpg"], more=FORWARDED),
    Post(6, "Шосты", video="/f/6.mp4", more=ANSWERS), Post(7, "Сёмы", more=UNSHOWN),
]  # fmt: skip
MEDIA = {
    f"/f/{name}": Answer(name.encode(), "image/jpeg") for name in ("3.jpg", "5a.jpg", "5b.jpg")
}


def run(url, pages=1):
    return capture(
        url, TelegramAdapter(), fetcher(), Options(pages=pages), now=lambda: datetime.now(UTC)
    )


@pytest.fixture
def preview():
    pages = {path: Answer(body) for path, body in answers(NAME, POSTS).items()}
    with site({**pages, **MEDIA, "/f/6.mp4": Answer(b"film", "video/mp4")}) as there:
        yield there


def test_the_newest_page_with_all_its_posts_say(preview):
    made = run(f"{preview.url}/{NAME}")
    assert (made.result, made.seen.title) == ("captured", f"{NAME} – Telegram")
    assert made.seen.final_url == f"{preview.url}/s/{NAME}"
    fifth, sixth, seventh = made.seen.posts
    assert fifth == {
        "post": f"{NAME}/5", "time": "2020-08-09T18:00:00+00:00", "text": "Пяты", "views": "1.2K",
        "views_number": 1200, "media": ["/f/5a.jpg", "/f/5b.jpg"], "forwarded": True,
    }  # fmt: skip
    assert sixth["text"] == "Шосты"
    assert sixth["reply_to"] == "https://t.me/vydumany_kanal/3"
    assert seventh["unshown"] is True
    assert [(each.place, each.trouble) for each in made.faults] == [(f"{NAME}/7", "missing")]
    assert {"/f/5a.jpg", "/f/5b.jpg", "/f/6.mp4"} <= set(preview.paths())
    assert [each.stated for each in made.seen.counts] == ["1.2K"] * 3


@pytest.mark.parametrize(("pages", "first"), [(1, 5), (2, 2), (3, 1), (50, 1)])
def test_as_many_pages_as_wanted_and_no_more_than_there_are(preview, pages, first):
    made = run(f"{preview.url}/s/{NAME}", pages)
    numbers = [int(each["post"].rpartition("/")[2]) for each in made.seen.posts]
    assert numbers == list(range(first, 8))
    (said,) = [each for each in records(made.warc.read()) if each[1].startswith("urn:posts:")]
    assert [each["post"] for each in json.loads(said[3])] == [
        each["post"] for each in made.seen.posts
    ]


def test_a_page_that_leads_to_itself_is_read_once():
    page = f'<link rel="prev" href="/s/{NAME}?before=1">{Post(1, "a").html(NAME)}'.encode()
    with site({f"/s/{NAME}": page}) as there:
        made = run(f"{there.url}/s/{NAME}", pages=100)
    assert len(made.seen.posts) == 1
    assert len([path for path in there.paths() if path.startswith("/s/")]) == 2


def test_an_older_page_that_fails_leaves_what_there_is():
    pages = answers(NAME, POSTS)
    pages[f"/s/{NAME}?before=5"] = Answer(b"", status=429)
    with site({**pages, **MEDIA}) as there:
        made = run(f"{there.url}/s/{NAME}", pages=3)
    assert len(made.seen.posts) == 3
    assert "missing" in [each.trouble for each in made.faults]


def test_a_channel_without_a_preview_is_behind_a_door():
    away = Answer(status=302, headers={"Location": f"/{NAME}"})
    with site({f"/s/{NAME}": away, f"/{NAME}": b"<p>Join to see more"}) as there:
        made = run(f"{there.url}/{NAME}")
    assert made.result == "login_wall"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/kanal", ("kanal", "")), ("/s/kanal", ("kanal", "")), ("/kanal/12", ("kanal", "12")),
        ("/s/kanal/12", ("kanal", "12")), ("/+AbCdEf", None), ("/joinchat/AbC", None),
        ("/c/1234/5", None), ("/s/", None), ("/addstickers/x", None), ("/login/12345", None),
        ("/share/url", None), ("/kanal/12/13", None), ("/", None),
    ],
)  # fmt: skip
def test_what_is_a_channel(path, found):
    assert channel(path) == found
    chosen = choose(f"https://t.me{path}").name
    assert chosen == ("telegram" if found else "page")


def test_only_telegrams_own_address_is_taken_for_it():
    assert choose("https://t.me.example/kanal").name == "page"
    assert choose("https://t.me/kanal", "page").name == "page"


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_markup_is_read(text, post):
    markup = f'<div class="tgme_widget_message" data-post="{post}">{text}</div>'
    found = read(LexborHTMLParser(markup))
    assert all(isinstance(each, Seen) for each in found.posts)
