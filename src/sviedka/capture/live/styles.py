"""References inside attributes and style sheets, found without understanding the rest of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL: Final = re.compile(
    r"""url\(\s{0,9}(?:"([^"\n]{1,8000})"|'([^'\n]{1,8000})'|([^\s"'()]{1,8000}))\s{0,9}\)""",
    re.IGNORECASE,
)
"""https://www.w3.org/TR/css-syntax-3/#consume-url-token, escapes aside."""
_IMPORT: Final = re.compile(
    r"""@import\s{1,9}(?:"([^"\n]{1,8000})"|'([^'\n]{1,8000})')""", re.IGNORECASE
)
_CANDIDATE: Final = re.compile(r"[\s,]*([^\s,]\S*[^\s,])(?:\s[^,]*)?(?:,|$)")
"""https://html.spec.whatwg.org/#parsing-a-srcset-attribute: URL, then descriptors to the comma."""


def links(css: str) -> Iterator[str]:
    """What a style sheet, or a style attribute, refers to; data of its own aside."""
    for found in (*_URL.finditer(css), *_IMPORT.finditer(css)):
        url = next(each for each in found.groups() if each)
        if not url.lower().startswith("data:"):
            yield url


def sources(srcset: str) -> Iterator[str]:
    """The pictures of a ``srcset``."""
    for found in _CANDIDATE.finditer(srcset[:100_000]):
        if not found[1].lower().startswith("data:"):
            yield found[1]
