"""Whether a picture was cut: copying breaks off, cards fill up, telephones die."""

from __future__ import annotations

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_SCAN: Final = 0xDA


def breaks_off(content: bytes) -> bool:
    """Whether a JPEG or a PNG lacks its end; of other formats their sizes tell elsewhere.

    A picture is over with the marker EOI (ITU-T T.81, B.2.1) or the chunk IEND (ISO/IEC 15948,
    11.2.5). What telephones append behind it, a film or a depth map, is no matter.
    """
    if content.startswith(_PNG):
        return content.find(b"IEND", len(_PNG)) < 0
    if content.startswith(_JPEG):
        # In the data of a scan no FF is followed by D9; before it a thumbnail may have its own end.
        return content.find(b"\xff\xd9", _scan(content)) < 0
    return False


def _scan(content: bytes) -> int:
    """Where the first scan of a JPEG begins, or where its segments cannot be followed further."""
    at = len(_JPEG)
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != _SCAN:
        if content[at + 1] == 0xFF:  # a fill byte
            at += 1
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return at
