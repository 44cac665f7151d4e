"""RTF 1.9.1 as tokens: groups, control words, bytes of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    rb"(?P<open>\{)|(?P<close>\})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<escaped>[\\{}])"
    rb"|\\(?P<symbol>[^a-zA-Z'\\{}])"
    rb"|[\r\n]+"
    rb"|(?P<text>[^\\{}\r\n]{1,4096})"
    rb"|.",
    re.DOTALL,
)


class Word(NamedTuple):
    """A control word with its number; a control symbol has no number."""

    name: str
    number: int | None


class Binary(NamedTuple):
    """Bytes that stand there as they are, after the control word ``bin``."""

    content: bytes


Token = Word | Binary | bytes
"""Text is bytes of the font's encoding. Groups are the words ``{`` and ``}``."""


def tokens(content: bytes) -> Iterator[Token]:
    """Yield the tokens; a broken escape is left out."""
    at = 0
    while found := _TOKEN.match(content, at):
        at = found.end()
        kind = found.lastgroup
        if kind in {"text", "escaped"}:
            yield found[kind]
        elif kind == "hex":
            yield bytes.fromhex(found["hex"].decode())
        elif kind in {"word", "number"}:
            number = int(found["number"]) if found["number"] else None
            if found["word"] == b"bin" and number and number > 0:
                yield Binary(content[at : at + number])
                at += number
            else:
                yield Word(found["word"].decode(), number)
        elif kind:
            yield Word((found["symbol"] or found[0]).decode("latin-1"), None)
