"""Sound files of every format of documents, pictures and media, to be altered."""

from __future__ import annotations

from functools import cache

from tests.material import containers, office, pdfs
from tests.material.compound import compound, summary, word
from tests.material.documents import html
from tests.material.picture import picture
from tests.material.signed import authority
from tests.material.video import video

NATIVE = ("pdf", "jpeg", "signed", "png", "heif")
"""Read by libraries that are not Python: only in the sandbox."""
RTF = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 A;}}{\info{\author \'cf}}"
RTF += rb"\f0\'c7\u1047?{\footnote x}{\pict\pngblip 8950}{\deleted y}\par}"


@cache
def sound() -> dict[str, tuple[bytes, str]]:
    """Sound files of every format, and what they are called."""
    properties = {"\x05SummaryInformation": summary({2: "Назва", 4: "Прыклад"})}
    tagged = containers.heif(b"II*\0\x08\0\0\0\1\0\x0f\1\2\0\5\0\0\0\x1a\0\0\0\0\0\0\0Pryk\0")
    comments = b"OpusTags" + containers.vorbis("v", ["A=b"])
    named = b"INFOIART\2\0\0\0ab"
    return {
        "pdf": (pdfs.with_everything(), "a.pdf"),
        "docx": (office.docx(), "a.docx"),
        "pptx": (office.pptx(), "a.pptx"),
        "odf": (office.odf(office.ODT), "a.odt"),
        "doc": (compound(word("Заява.\r", saved=["a", "b"]) | properties), "a.doc"),
        "rtf": (RTF, "a.rtf"),
        "html": (html("Заява", "cp1251"), "a.html"),
        "jpeg": (picture(3), "a.jpg"),
        "png": (picture(3, ".png"), "a.png"),
        "signed": (authority().sign(picture(3)), "a.jpg"),
        "heif": (tagged, "a.heic"),
        "movie": (containers.quicktime(containers.apple_keys(containers.PHONE)), "a.mov"),
        "mp4": (video(1), "a.mp4"),
        "matroska": (containers.matroska(containers.tag("MAKE", "x")), "a.mkv"),
        "mp3": (containers.id3({"TIT2": b"\3x", "COMM": b"\3belx\0y"}), "a.mp3"),
        "ogg": (containers.ogg(b"OpusHead", comments), "a.ogg"),
        "wav": (containers.riff(b"WAVE", (b"fmt ", bytes(16)), (b"LIST", named)), "a.wav"),
    }
