"""In what encoding a text is written, when nobody says so or what is said is wrong.

Of texts in Cyrillic letters this tells the four encodings that Belarusian and Russian offices,
mail programs and telephones have used, by how often each letter comes in these languages.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import Final

from sviedka.readers.charsets import known

SAMPLE: Final = 1 << 16
"""Bytes that are looked at."""
_JUDGED: Final = 2000
"""Bytes whose letters are counted."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC: Final = ("cp1251", "koi8-r", "cp866", "mac-cyrillic")
_WESTERN: Final = "cp1252"
_MISTAKEN: Final = frozenset({*_CYRILLIC, "koi8-u", "cp1252", "iso8859-1", "iso8859-15"})
"""What programs state where it is not so, and what makes some text of any bytes."""
_SURE: Final = 500
"""Likeness from which a text is judged against what is stated: that of about 15 letters."""
_ODD: Final = re.compile(r"[а-яёіў][А-ЯЁІЎ]|[A-Za-z][А-яЁёІіЎў]|[А-яЁёІіЎў][A-Za-z]")
"""A capital inside of a word, or letters of two alphabets in one."""
# Of a thousand letters of Russian and Belarusian prose, halfway between the two.
_OFTEN: Final = {
    letter: often
    for often, letters in (
        (100, "а"), (90, "о"), (70, "е"), (60, "ин"), (50, "тср"), (42, "вл"), (33, "кмі"),
        (28, "дпу"), (22, "яыь"), (15, "гзбчй"), (9, "хжшю"), (5, "цўэё"), (2, "щф"),
    )
    for letter in letters
}  # fmt: skip


def encoding_of(sample: bytes) -> str:
    """The name of the codec that most likely decodes a text that begins with ``sample``."""
    sample = sample[:SAMPLE]
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if wide := _utf16(sample):
        return wide
    if is_utf8(sample):
        return "utf-8"
    name, likeness = _cyrillic(sample)
    return name if likeness > 0 else _WESTERN


def decode(content: bytes, stated: str) -> tuple[str, str]:
    """``content`` as text, and the codec used: the one that is ``stated``, unless it cannot be it.

    ``stated`` may be any name or none. What the codec cannot decode is replaced.
    """
    name = known(stated)
    if not name or not _can_be(content, name):
        name = encoding_of(content)
    return content.decode(name, "replace"), name


def is_utf8(sample: bytes) -> bool:
    """Whether these are UTF-8, of which the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _can_be(content: bytes, name: str) -> bool:
    """Whether ``content`` may be text in the codec ``name``, of which somebody says so."""
    try:
        content.decode(name)
    except UnicodeError:
        return False
    if content.isascii() or name not in _MISTAKEN:
        return True
    sample = content[:SAMPLE]
    if is_utf8(sample):
        return False
    best, likeness = _cyrillic(sample)
    return best == name or likeness < _SURE or 2 * _likeness(sample, name) > likeness


def _utf16(sample: bytes) -> str:
    """UTF-16 without a mark: every other byte is zero or four, the numbers of two alphabets."""
    if b"\0" in sample:
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            high = sample[first::2]
            if high.count(0) + high.count(4) > 0.9 * len(high):
                return name
    return ""


def _cyrillic(sample: bytes) -> tuple[str, int]:
    """The likeliest of the encodings of Cyrillic letters, and its likeness."""
    found = [(name, _likeness(sample, name)) for name in _CYRILLIC]
    return max(found, key=lambda each: each[1])


def _likeness(sample: bytes, name: str) -> int:
    """How much a text is like prose in Russian or Belarusian; above 0 if at all."""
    text = sample[:_JUDGED].decode(name, "replace")
    score = sum(
        (_OFTEN.get(letter.lower(), -60) - 20) * often
        for letter, often in Counter(text).items()
        if letter > "\x7f"
    )
    return score - 100 * len(_ODD.findall(text))
