"""A telephone's folders as people copy them: pictures with tags, films, voices, what was sent.

Everything in ``TELLING`` stands somewhere in the metadata of these files and nowhere else, so that
a test can look for it where it must not be.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from struct import pack

from tests.material.containers import MADE, PHONE, apple_keys, box, full, heif, quicktime
from tests.material.documents import LINES
from tests.material.documents import docx as plain_docx
from tests.material.office import docx, package
from tests.material.picture import picture
from tests.material.sound import voice
from tests.material.tables import xlsx
from tests.material.video import video

SERIAL = "PRK-0042-1717"
OWNER = "Уладальніца Тэлефонная"
AUTHOR = "Прыклад П."  # of the office documents
TEMPLATE = "zajava.dotm"
LATITUDE, LONGITUDE = "53.9023", "27.5619"
TELLING = (SERIAL, OWNER, AUTHOR, TEMPLATE, LATITUDE, LONGITUDE, "C:\\Users\\pryklad")
"""What these files reveal of their owner, in the words of the facts that say so."""

DOUBLE = "WhatsApp/Media/WhatsApp Images/Sent/IMG-20200810-WA0001.jpg"
CUT = "DCIM/Camera/IMG_20200810_120211.jpg"


def _directory(entries: dict[int, tuple[int, int, bytes]], at: int) -> bytes:
    """A directory of TIFF 6.0 to stand at ``at``; each tag has a type, a count and a value."""
    head, behind = pack(">H", len(entries)), b""
    end = at + 2 + 12 * len(entries) + 4
    for tag, (kind, count, value) in sorted(entries.items()):
        if len(value) > 4:
            place, behind = pack(">I", end + len(behind)), behind + value + bytes(len(value) % 2)
        else:
            place = value.ljust(4, b"\0")
        head += pack(">HHI", tag, kind, count) + place
    return head + bytes(4) + behind


def _ascii(text: str) -> tuple[int, int, bytes]:
    data = text.encode() + b"\0"
    return 2, len(data), data


def tags(second: int) -> bytes:
    """What a camera says of a picture (Exif 2.32, in a TIFF): by whom, with what, where, when."""
    camera = {0x010F: _ascii("Pryklad"), 0x0110: _ascii("Telefon 17"), 0x0112: (3, 1, b"\0\6")}
    photo = {
        0x9003: _ascii(f"2020:08:10 12:00:{second:02}"), 0x9011: _ascii("+03:00"),
        0xA430: _ascii(OWNER), 0xA431: _ascii(SERIAL),
    }  # fmt: skip
    north = pack(">6I", 53, 1, 54, 1, 828, 100)
    east = pack(">6I", 27, 1, 33, 1, 4284, 100)
    place = {1: _ascii("N"), 2: (5, 3, north), 3: _ascii("E"), 4: (5, 3, east)}
    pointers = {0x8769: (4, 1, bytes(4)), 0x8825: (4, 1, bytes(4))}
    first = 8 + len(_directory(camera | pointers, 8))
    second_at = first + len(_directory(photo, first))
    pointers = {0x8769: (4, 1, pack(">I", first)), 0x8825: (4, 1, pack(">I", second_at))}
    top = b"MM\0*" + pack(">I", 8) + _directory(camera | pointers, 8)
    return top + _directory(photo, first) + _directory(place, second_at)


def photo(seed: int) -> bytes:
    """A JPEG as a camera makes it."""
    bare, exif = picture(seed), b"Exif\0\0" + tags(seed % 60)
    return bare[:2] + b"\xff\xe1" + pack(">H", 2 + len(exif)) + exif + bare[2:]


def recording() -> bytes:
    """The head of a recording of the telephone's own program (M4A)."""
    head = full(b"mvhd", pack(">IIII", MADE, MADE, 600, 1800), bytes(80))
    return box(b"ftyp", b"M4A ", bytes(4), b"M4A mp42") + box(b"moov", head)


def contents() -> dict[str, bytes]:
    """Path below the folder → content."""
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>дата</t></is></c></row>'
    sent = picture(11)  # as messengers send it: without tags
    return {
        "DCIM/Camera/IMG_20200810_120001.jpg": photo(1),
        "DCIM/Camera/IMG_20200810_120102.jpg": photo(2),
        CUT: photo(3)[:-400],
        "DCIM/Camera/IMG_0007.HEIC": heif(tags(9)),
        "DCIM/Camera/IMG_0008.MOV": quicktime(apple_keys(PHONE)),
        "DCIM/Camera/VID_20200810_120500.mp4": video(4),
        "DCIM/Camera/Thumbs.db": bytes(512),
        "DCIM/.nomedia": b"",
        "Pictures/Screenshots/Screenshot_20200811-093000.png": picture(5, ".png"),
        "WhatsApp/Media/WhatsApp Images/IMG-20200810-WA0001.jpg": sent,
        DOUBLE: sent,
        "WhatsApp/Media/WhatsApp Voice Notes/202033/PTT-20200810-WA0003.opus": voice(6),
        "WhatsApp/Media/WhatsApp Documents/Заява.docx": docx(),
        "Recordings/Голас 001.m4a": recording(),
        "Download/спіс.xlsx": xlsx({"Спіс": row}, author=AUTHOR),
        "Download/фота ад сяброўкі.zip": package(
            {"1.jpg": photo(7), "2.jpg": photo(8), "спіс.docx": plain_docx(LINES[0])}
        ),
    }


def write_phone(out: Path) -> Path:
    """Write the folder ``out``."""
    for name, content in contents().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return out


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.material.phone", description=__doc__)
    parser.add_argument("out", type=Path)
    write_phone(parser.parse_args().out)


if __name__ == "__main__":
    main()
