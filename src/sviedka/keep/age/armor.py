"""ASCII armor: an age file as text (c2sp.org/age, "ASCII armor"; strict PEM, RFC 7468 section 3).

Text is small (a key sheet, a message), so it is turned at once, in memory.
"""

from __future__ import annotations

import binascii
import re

from sviedka.errors import FormatError

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_ARMOR = re.compile(
    _BEGIN + rb"\r?\n((?:[A-Za-z0-9+/]{64}\r?\n)*(?:[A-Za-z0-9+/=]{1,64}\r?\n)?)" + _END
)


def armor(data: bytes) -> bytes:
    """Write an age file as ASCII lines of 64 columns, each ended by LF."""
    text = binascii.b2a_base64(data, newline=False)
    lines = [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
    return b"\n".join([_BEGIN, *lines, _END, b""])


def dearmor(text: bytes) -> bytes:
    """Read what ``armor`` writes; raises FormatError.

    White space around it and CRLF line ends pass, nothing else: armor must not be a second way to
    write one file.
    """
    match = _ARMOR.fullmatch(text.strip(b" \t\r\n"))
    if match is None:
        raise FormatError("This is not an age file in ASCII armor, or not all of one")
    body = match[1].replace(b"\r", b"").replace(b"\n", b"")
    try:
        data = binascii.a2b_base64(body)
    except binascii.Error:
        raise FormatError("The armor of an age file is not base64") from None
    if binascii.b2a_base64(data, newline=False) != body:
        raise FormatError("The armor of an age file is not canonical base64")
    return data
