"""Media of a message as Telegram Desktop shows them on a page (``pushMedia``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.material.telegram_markup import escaped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.material.tdesktop import Fields
    from tests.material.telegram_markup import Markup
    from tests.material.telegram_words import Words

_WRAPS: Final = {"video_file": "video_file", "animation": "animated"}
_GENERIC: Final = {
    "sticker": "media_photo", "video_file": "media_video", "animation": "media_video",
    "video_message": "media_video", "voice_message": "media_voice_message",
    "audio_file": "media_audio_file", "file": "media_file",
}  # fmt: skip


def hang(page: Markup, message: Fields, words: Words, out: Path, base: str) -> None:
    """Show what hangs on a message, if anything does; small pictures are made for ``out``."""
    if "photo" in message:
        _photo(page, message, words, out, base)
    elif "file" in message:
        _file(page, message, words, out, base)
    elif "contact_information" in message:
        about = message["contact_information"]
        name = f"{about['first_name']} {about['last_name']}"
        card = message.get("contact_vcard", "")
        _generic(page, "media_contact", name, "", about["phone_number"], card and base + card)
    elif "location_information" in message:
        at = message["location_information"]
        where = f"{at['latitude']}, {at['longitude']}"
        link = f"https://maps.google.com/maps?q={where}&z=16"
        kind = "media_venue" if "place_name" in message else "media_location"
        title = message.get("place_name", words.place)
        _generic(page, kind, title, message.get("address", ""), where, link)
    elif "poll" in message:
        _poll(page, message["poll"], words)
    elif message.get("action") == "phone_call":
        _generic(page, "media_call success", "Прыклад", "", words.file, "")


def _photo(page: Markup, message: Fields, words: Words, out: Path, base: str) -> None:
    path = message["photo"]
    if path.startswith("("):
        status = f"{message['width']}×{message['height']}, 79.3 KB"
        _generic(page, "media_photo", words.photo, words.excuse(path), status, "")
        return
    thumb = path.removesuffix(".jpg") + "_thumb.jpg"
    _small(out, thumb)
    _wrapped(page, "photo", base + path, base + thumb)


def _file(page: Markup, message: Fields, words: Words, out: Path, base: str) -> None:
    path, kind = message["file"], message.get("media_type", "file")
    missing = path.startswith("(")
    thumb = message.get("thumbnail", "(")
    if not missing and kind == "sticker":
        _small(out, f"{path}_thumb.png")
        _wrapped(page, "sticker", base + path, base + f"{path}_thumb.png")
        return
    if not missing and kind in _WRAPS and not thumb.startswith("("):
        _wrapped(page, _WRAPS[kind], base + path, base + thumb)
        return
    size = "12.3 KB"
    status = {
        "sticker": f"{message.get('sticker_emoji', '')}, {size}",
        "animation": size,
        "file": size,
    }.get(kind, f"00:0{message.get('duration_seconds', 3)}, {size}")
    title = message.get("file_name", "") if kind == "file" else words.titles[kind]
    link = "" if missing else base + path
    shown = "" if thumb.startswith("(") or kind != "video_message" else base + thumb
    excuse = words.excuse(path) if missing else ""
    _generic(page, _GENERIC[kind], title or words.file, excuse, status, link, shown)


def _small(out: Path, path: str) -> None:
    """A small picture that the application makes for its page."""
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(f"small {path}".encode())


def _wrapped(page: Markup, kind: str, href: str, src: str) -> None:
    page.push("div", {"class": "media_wrap clearfix"})
    page.push("a", {"class": f"{kind}_wrap clearfix pull_left", "href": href})
    if kind in _WRAPS.values():
        page.push("div", {"class": "video_play_bg"})
        page.put("div", "", {"class": "video_play"})
        page.pop()
        page.put("div", "00:03", {"class": "video_duration"})
    page.push("img", {"class": kind, "src": src, "style": "width: 260px"}, empty=True)
    page.pop()
    page.pop()


def _generic(  # noqa: PLR0913, PLR0917 - as in the application
    page: Markup, kind: str, title: str, about: str, status: str, link: str, thumb: str = ""
) -> None:
    page.push("div", {"class": "media_wrap clearfix"})
    if link:
        page.push("a", {"class": f"media clearfix pull_left block_link {kind}", "href": link})
    else:
        page.push("div", {"class": f"media clearfix pull_left {kind}"})
    if thumb:
        page.push("img", {"class": "thumb pull_left", "src": thumb}, empty=True)
    else:
        page.put("div", "", {"class": "fill pull_left"})
    page.push("div", {"class": "body"})
    for name, text in (("title bold", title), ("description", about), ("status details", status)):
        if text:
            page.put("div", escaped(text), {"class": name})
    page.pop()
    page.pop()
    page.pop()


def _poll(page: Markup, poll: Fields, words: Words) -> None:
    page.push("div", {"class": "media_wrap clearfix"})
    page.push("div", {"class": "media_poll"})
    page.put("div", escaped(poll["question"]), {"class": "question bold"})
    page.put("div", words.place, {"class": "details"})
    for answer in poll["answers"]:
        votes = f' <span class="details">{answer["voters"]}</span>'
        page.put("div", f"- {escaped(answer['text'])}{votes}", {"class": "answer"})
    page.put("div", str(poll["total_voters"]), {"class": "total details\t"})
    page.pop()
    page.pop()
