"""What hangs on a message of a page: its role, and where its file lies in the export.

Classes follow ``pushMedia`` and ``prepareMediaData`` in Telegram Desktop's
``export_output_html.cpp``, folders ``DocumentFolder`` in its ``export_data_types.cpp``. The small
pictures that the application makes of photos and stickers for its pages are not in JSON, nor here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.capture.telegram.html.markup import children, classes, text_of
from sviedka.capture.telegram.message import Media

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_WRAPS: Final = {
    "photo_wrap": "photo", "video_file_wrap": "video_file", "animated_wrap": "animation",
    "sticker_wrap": "sticker",
}  # fmt: skip
_THUMBS: Final = frozenset({"video_file_wrap", "animated_wrap"})
_GENERIC: Final = {
    "media_photo": "photo", "media_video": "video_file", "media_voice_message": "voice_message",
    "media_audio_file": "audio_file", "media_file": "file", "media_contact": "contact_vcard",
}  # fmt: skip
_FOLDERS: Final = {
    "animations": "animation", "round_video_messages": "video_message", "stickers": "sticker",
}  # fmt: skip
_MEASURES: Final = re.compile(r"\s*[0-9]+\s*[x×]\s*[0-9]+")
_DURATION: Final = re.compile(r"[0-9]:[0-9][0-9]")


def hanging(wrap: LexborNode, base: str) -> tuple[tuple[Media, ...], bool]:
    """The media in a ``media_wrap``, and whether it shows a call. ``base`` as in ``reading.read``.

    Polls, places, games and the like have no file. Where there is none for want of a file, pages
    say why in words alone: it is ``not_included`` then.
    """
    for node in children(wrap):
        kinds = classes(node)
        link = node.attributes.get("href")
        for kind, role in _WRAPS.items():
            if kind in kinds and link:
                thumb = _thumb(node, base) if kind in _THUMBS else ()
                return (Media(role, _local(link, base), None), *thumb), False
        for kind, role in _GENERIC.items():
            if kind in kinds:
                return _generic(node, role, link, base), False
        if "media_call" in kinds:
            return (), True
    return (), False


def _generic(node: LexborNode, role: str, link: str | None, base: str) -> tuple[Media, ...]:
    if role == "contact_vcard" and not link:
        return ()  # most contacts have no card
    if not link:
        return (Media(_guessed(node, role), None, "not_included"),)
    path = _local(link, base)
    if role in ("photo", "video_file"):
        role = _FOLDERS.get(path.partition("/")[0], role)
    return (Media(role, path, None), *_thumb(node, base))


def _guessed(node: LexborNode, role: str) -> str:
    """By what is stated: photos have measures and stickers none, animations have no duration."""
    status = node.css_first(".status")
    stated = text_of(status) if status is not None else ""
    if role == "photo" and node.css_first(".description") is not None:
        return "photo" if _MEASURES.match(stated) else "sticker"
    if role == "video_file" and stated.strip() and not _DURATION.search(stated):
        return "animation"
    return role


def _thumb(node: LexborNode, base: str) -> tuple[Media, ...]:
    image = node.css_first("img")
    link = image.attributes.get("src") if image is not None else None
    return (Media("thumbnail", _local(link, base), None),) if link else ()


def _local(link: str, base: str) -> str:
    """A path within the page's own folder."""
    return link.removeprefix(base)
