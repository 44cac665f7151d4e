"""By what mail is told from other files."""

from __future__ import annotations

import re
from typing import Final

from sviedka.readers.signs import begins, both, called, either, holds, text

_COMPOUND: Final = begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_FIELD: Final = re.compile(rb"(?:>From |[!-9;-~]{1,60}:)[^\n]*\n")
_FIRST: Final = re.compile(rb"From [^\n]{0,900}\d:\d\d[^\n]{0,100}\n")  # with a time of day
_OWN: Final = re.compile(
    # Fields that a mail has and no other text with fields; one that a server or a program adds.
    rb"(?im)^(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-Mailer):"
)
_WHO: Final = re.compile(rb"(?im)^(?:From|To|Subject|Date):")


def _mail(beginning: bytes, _name: str) -> bool:
    """Whether a text without a telling name begins as a mail does."""
    top = beginning.partition(b"\n\r\n")[0].partition(b"\n\n")[0] + b"\n"
    found = _FIELD.match(top) and _OWN.search(top) and _WHO.search(top)
    return bool(found)


def _box(beginning: bytes, name: str) -> bool:
    return beginning.startswith(b"From ") and (
        name.endswith((".mbox", ".mbx")) or _FIRST.match(beginning) is not None
    )


MBOX: Final = _box
EMLX: Final = both(called(".emlx"), text)
MSG: Final = both(
    _COMPOUND, either(called(".msg"), holds("__properties_version1.0".encode("utf-16-le")))
)
PST: Final = begins(b"!BDN")
EML: Final = either(both(called(".eml"), text), both(text, _mail))
