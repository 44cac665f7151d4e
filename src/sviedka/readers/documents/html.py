"""Saved pages (HTML): title and declarations, text by blocks, what office programs hid in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from sviedka.readers.encodings import decode
from sviedka.readers.facts import fact, stated
from sviedka.readers.findings import Fault, frames
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from selectolax.lexbor import LexborNode

    from sviedka.readers.findings import Finding

LARGEST: Final = 32 << 20
"""Bytes that are read: a tree takes ten times as much memory."""
_HEAD: Final = 4096  # bytes in which a page declares its encoding; HTML says 1024, pages differ
_DECLARED: Final = re.compile(rb"(?i)<meta[^>]{0,500}?charset\s*=\s*[\"']?([\w:.-]{1,40})")
_SAVED_FROM: Final = re.compile(r"saved from url=\(\d+\)(\S+)")
_OFFICE: Final = re.compile(r"<o:(Author|LastAuthor|Company|Manager|Template)>([^<]{1,1000})<")
_OFFICE_NAMES: Final = {
    "Author": "author", "LastAuthor": "modified_by", "Company": "company", "Manager": "manager",
    "Template": "template",
}  # fmt: skip
_META: Final = {
    "author": "author", "article:author": "author", "dc.creator": "author", "og:title": "title",
    "description": "description", "og:description": "description", "keywords": "keywords",
    "generator": "software", "progid": "software", "originator": "software",
    "article:published_time": "created_stated", "article:modified_time": "modified_stated",
    "date": "created_stated", "copyright": "copyright", "og:url": "address",
}  # fmt: skip
_BLOCK_ELEMENTS: Final = """
    address article aside blockquote body br caption center dd details dialog div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol
    optgroup option p pre section select summary table tbody tfoot thead tr ul
"""
_BLOCKS: Final = frozenset(_BLOCK_ELEMENTS.split())
_CELLS: Final = frozenset({"td", "th"})
_SILENT: Final = frozenset({"head", "noembed", "script", "style", "svg", "template", "title"})
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")


def html(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser. Any bytes are a page; ``arguments`` are the encoding by the server's word."""
    return frames(_findings(source, arguments.decode("ascii", "replace")))


def _findings(source: FileIO, served: str) -> Iterator[Finding | None]:
    content = source.read(LARGEST + 1)
    if len(content) > LARGEST:
        yield Fault(0, "page", "too_big", f"only the first {LARGEST >> 20} MiB were read")
    declared = _DECLARED.search(content, 0, _HEAD)
    named = declared[1].decode("ascii") if declared else served
    text, used = decode(content[:LARGEST], named)
    yield from stated(0, "charset_declared", named, "meta charset")
    yield fact(0, "charset_used", used, "page")
    yield None  # a tree of millions of elements may not find room
    yield from _page(text)


def _page(text: str) -> Iterator[Finding]:
    tree = LexborHTMLParser(text)
    yield from _declarations(tree)
    for found in _SAVED_FROM.finditer(text, 0, 1 << 16):
        yield from stated(0, "address", found[1], "saved from")
    for found in _OFFICE.finditer(text, 0, 1 << 20):
        yield from stated(0, _OFFICE_NAMES[found[1]], found[2], f"o:{found[1]}")
    if tree.root is not None:
        for number, block in enumerate(_blocks(tree.root), 1):
            yield from texts(0, f"block {number}", block)


def _declarations(tree: LexborHTMLParser) -> Iterator[Finding]:
    title = tree.css_first("title")
    if title is not None:
        yield from stated(0, "title", title.text(), "title")
    if tree.root is not None:
        yield from stated(0, "language", tree.root.attributes.get("lang") or "", "html lang")
    for meta in tree.css("meta"):
        key = (meta.attributes.get("name") or meta.attributes.get("property") or "").lower()
        if key in _META:
            yield from stated(0, _META[key], meta.attributes.get("content") or "", f"meta {key}")


def _blocks(root: LexborNode) -> Iterator[str]:
    """The text of each block, in the order of the page; the cells of a row have tabs between."""
    held: list[str] = []
    for node, ends in _walk(root):
        if node.is_text_node:
            held.append(_SPACES.sub(" ", node.text_content or ""))
        elif node.tag in _CELLS and ends:
            held.append("\t")
        elif node.tag in _BLOCKS:
            if block := "".join(held).strip():
                yield block
            held.clear()
    if block := "".join(held).strip():
        yield block


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every node that shows as it begins, and every element as it ends; without recursion."""
    stack = [(root, False)]
    while stack:
        node, ends = stack.pop()
        yield node, ends
        if ends or node.tag in _SILENT:
            continue
        if not node.is_text_node:
            stack.append((node, True))
            children = list(node.iter(include_text=True))
            stack += [(child, False) for child in reversed(children)]
