"""The head of a mail or of a part of one: its fields and their words (RFC 5322, RFC 2047).

Made for bytes that follow no RFC; every expression here takes time that is linear in its input,
which cannot be said of the standard library's.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.encodings import decode
from sviedka.readers.mail.transfer import base64

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FIELDS: Final = 200
"""Fields of one head; a mail that has passed a dozen servers has about 60."""
LONGEST_HEAD: Final = 1 << 18
"""Bytes of one head; servers refuse more than 64 KiB to 1 MiB."""
LONGEST_VALUE: Final = 10_000
"""Bytes of one field's value that are read."""

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")
# An encoded word; "?" stands in none of its three parts, though some mail programs leave blanks.
_WORD: Final = re.compile(rb"=\?([!->@-~]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN: Final = re.compile(rb"(\?=)[ \t]+(?==\?[!->@-~]{1,60}\?[bBqQ]\?)")


class Field(NamedTuple):
    """One field: its name as written, in Latin letters, and its value, unfolded."""

    name: str
    value: bytes


class Head(NamedTuple):
    """The fields of a head in their order, and whether it was too much to read it all."""

    fields: Sequence[Field]
    cut: bool

    def first(self, name: str) -> bytes:
        """The value of the first field called so (in lower case), or nothing."""
        return next((field.value for field in self.fields if field.name.lower() == name), b"")


def head(data: bytes, start: int, stop: int) -> tuple[Head, int]:
    """The head of the mail at ``start`` to ``stop``, and where its body begins."""
    end = _end(data, start, stop)
    fields: list[Field] = []
    at, last = start, min(end, start + LONGEST_HEAD)
    while at < last and len(fields) < MOST_FIELDS:
        found = _FIELD.match(data, at, last)
        if found:
            value = _FOLD.sub(b"", found[2][:LONGEST_VALUE]).strip()
            fields.append(Field(found[1].decode("ascii"), value))
            at = found.end()
        else:
            at = data.find(b"\n", at, last) + 1 or last  # a line that is no field says nothing
    if data.startswith((b"\n", b"\r\n"), end, stop):
        end = data.index(b"\n", end, stop) + 1
    return Head(fields, cut=at < end - 2), end


def _end(data: bytes, start: int, stop: int) -> int:
    """Where the empty line stands that ends a head; ``stop`` if there is none."""
    if data.startswith((b"\n", b"\r\n"), start, stop):
        return start
    ends = (data.find(mark, start, stop) + 1 for mark in (b"\n\n", b"\n\r\n"))
    return min((end for end in ends if end), default=stop)


def text(value: bytes) -> str:
    """A value as people read it: encoded words decoded, other bytes in the likeliest encoding."""
    if b"=?" not in value:
        return decoded(value)
    value = _BETWEEN.sub(rb"\1", value)
    pieces: list[str] = []
    at = 0
    pending, charset = b"", ""
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        # Words of one encoding are joined first: some cut a letter in two.
        if between or word[1].lower().decode("ascii") != charset:
            pieces += (decoded(pending, charset), decoded(between))
            pending, charset = b"", word[1].lower().decode("ascii")
        pending += _word(word[2], word[3])
        at = word.end()
    return "".join((*pieces, decoded(pending, charset), decoded(value[at:])))


def decoded(content: bytes, charset: str = "") -> str:
    """``content`` in the encoding it states, unless its bytes speak against that."""
    if content.isascii() and not charset:
        return content.decode("ascii")
    return decode(content, charset.partition("*")[0])[0]  # RFC 2231, 5: a language may follow


def _word(coding: bytes, content: bytes) -> bytes:
    if coding in b"qQ":
        return binascii.a2b_qp(content, header=True)
    return base64(content)[0]
