"""The text of an HTML mail, as it is read: lines where a browser begins new ones."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

_UNREAD: Final = ["head", "script", "style", "template", "title"]
_BREAKS: Final = """
    address article aside blockquote br center dd div dl dt figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul
"""
_BLANKS: Final = re.compile(r"[ \t\n\r\f\xa0]+")
_LINES: Final = re.compile(r" *\n[ \n]*")
_DECLARED: Final = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE
)


def declared(content: bytes) -> str:
    """The encoding that a page states in its head, or ""."""
    found = _DECLARED.search(content, 0, 4096)
    return found[1].decode("ascii") if found else ""


def text(page: str) -> str:
    """What a person sees of ``page``."""
    tree = LexborHTMLParser(page)
    tree.strip_tags(_UNREAD, recursive=True)
    root = tree.root
    if root is None:
        return ""
    pieces: list[str] = []
    breaks = frozenset(_BREAKS.split())
    for node in root.traverse(include_text=True):
        if node.tag == "-text":
            pieces.append(_BLANKS.sub(" ", node.text_content or ""))
        elif node.tag in breaks:
            pieces.append("\n")
        elif node.tag in {"td", "th"}:
            pieces.append("\t")
    return _LINES.sub("\n", "".join(pieces)).strip()
