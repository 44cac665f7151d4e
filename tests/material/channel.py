"""The public preview of an invented Telegram channel, as t.me/s/NAME shows one."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

PAGE = 3
"""Posts on one page; Telegram shows 20."""


@dataclass
class Post:
    """A post. ``more`` is markup that stands before its text."""

    number: int
    text: str
    time: str = "2020-08-09T18:00:00+00:00"
    views: str = "1.2K"
    pictures: list[str] = field(default_factory=list)
    video: str = ""
    more: str = ""
    edited: bool = False

    def html(self, name: str) -> str:
        photos = "".join(
            f'<a class="tgme_widget_message_photo_wrap" href="https://t.me/{name}/{self.number}" '
            f"style=\"width:800px;background-image:url('{url}')\"></a>"
            for url in self.pictures
        )
        film = (
            f'<div class="tgme_widget_message_video_wrap"><video src="{self.video}"></video></div>'
            if self.video
            else ""
        )
        text = escape(self.text).replace("\n", "<br/>")
        return f"""
<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message js-widget_message" data-post="{name}/{self.number}">
<div class="tgme_widget_message_bubble">{self.more}{photos}{film}
<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>
<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">
<span class="tgme_widget_message_views">{self.views}</span><span class="copyonly"> views</span>
<span class="tgme_widget_message_meta">{"edited &nbsp;" if self.edited else ""}
<a class="tgme_widget_message_date" href="https://t.me/{name}/{self.number}">
<time datetime="{self.time}" class="time">18:00</time></a></span>
</div></div></div></div></div>"""


def page(name: str, posts: list[Post], before: int | None = None) -> str:
    """The newest page of a channel, or the newest before a post."""
    older = [each for each in posts if before is None or each.number < before]
    shown, rest = older[-PAGE:], older[:-PAGE]
    link = f'<link rel="prev" href="/s/{name}?before={shown[0].number}">' if rest else ""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name} – Telegram</title>
{link}</head><body class="widget_frame_base tgme_webpreview">
<main class="tgme_main"><section class="tgme_channel_history js-message_history">
{"".join(each.html(name) for each in shown)}
</section></main></body></html>"""


def answers(name: str, posts: list[Post]) -> dict[str, bytes]:
    """All pages of a channel by their paths."""
    numbers = [None, *(each.number for each in posts)]
    return {
        f"/s/{name}" + (f"?before={number}" if number else ""): page(name, posts, number).encode()
        for number in numbers
    }
