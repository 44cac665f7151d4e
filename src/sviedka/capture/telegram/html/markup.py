"""Nodes of a parsed page: their classes, what stands in them, and their text as it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The elements that stand directly in one."""
    return node.iter()


def classes(node: LexborNode) -> frozenset[str]:
    """Its classes."""
    return frozenset((node.attributes.get("class") or "").split())


def text_of(node: LexborNode) -> str:
    """All text in it, line breaks as line ends."""
    parts = []
    for each in node.traverse(include_text=True):
        if each.is_text_node:
            parts.append(each.text_content or "")
        elif each.tag == "br":
            parts.append("\n")
    return "".join(parts)


def own_text(node: LexborNode) -> str:
    """The text that stands directly in it, not in its elements."""
    each, parts = node.first_child, []
    while each is not None:
        if each.is_text_node:
            parts.append(each.text_content or "")
        each = each.next
    return "".join(parts)
