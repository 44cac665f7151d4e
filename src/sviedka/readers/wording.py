"""Text as it may cross from the sandbox: sound Unicode, in pieces of a frame's size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.readers.charsets import known
from sviedka.readers.findings import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE: Final = 1 << 18
"""Characters of one ``Text`` at most: 1 MiB of UTF-8."""

UTF_16: Final = known("utf-16-le")
"""The codec, loaded."""
_CONTROLS: Final = dict.fromkeys(
    [*(code for code in range(32) if chr(code) not in "\t\n"), 127], ""
) | {0x0B: "\n", 0x0C: "\n"}


def sound(text: str) -> str:
    """``text`` with pairs of surrogates joined, lone ones replaced, line ends mended, no controls.

    A vertical tab is Word's line break, a form feed its page's.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode(UTF_16, "surrogatepass").decode(UTF_16, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def texts(part: int, place: str, text: str) -> Iterator[Text]:
    """``text`` at ``place``, cut into pieces if it is long; nothing if there is nothing to read."""
    text = sound(text)
    if text and not text.isspace():
        for at in range(0, len(text), PIECE):
            yield Text(part, place, text[at : at + PIECE])
