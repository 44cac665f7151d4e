"""XML as events, by expat: without entities of its own, without depths, without a tree."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEEPEST: Final = 512
"""Elements within elements; Word nests tables and text boxes, but not like this."""
LARGEST: Final = 128 << 20
"""Bytes of one XML file: a thousand pages of text take less than ten million."""


class Start(NamedTuple):
    """An element begins; its name and those of its attributes with our prefixes."""

    name: str
    attributes: dict[str, str]


class End(NamedTuple):
    """An element ends."""

    name: str


Event = Start | End | str


def events(blocks: Iterable[bytes], prefixes: Mapping[str, str]) -> Iterator[Event]:
    """Yield what an XML file holds, text in pieces as they come.

    ``prefixes``: namespace → prefix, as in ``w:p``; names of other namespaces come without one.
    Raises PartError, after all that came before the trouble.
    """
    reading = _Reading(prefixes)
    size = 0
    for block in blocks:
        size += len(block)
        if size > LARGEST:
            raise PartError("too_big", f"more than {LARGEST >> 20} MiB of XML")
        yield from reading.feed(block)
    if size:
        yield from reading.feed(b"", final=True)


class _Reading:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._depth = 0
        self._found: list[Event] = []
        self._name = lru_cache(4096)(partial(_prefixed, prefixes))
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._found.append
        parser.EntityDeclHandler = self._entity

    def feed(self, block: bytes, *, final: bool = False) -> Iterator[Event]:
        trouble: PartError | None = None
        try:
            self._parser.Parse(block, final)
        except expat.ExpatError as error:
            line = f"line {error.lineno}" if error.lineno else "its beginning"
            trouble = PartError("damaged", f"XML that is none, from {line} on")
        except PartError as error:
            trouble = error
        yield from self._found
        self._found.clear()
        if trouble:
            raise trouble

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise PartError("too_deep", f"more than {DEEPEST} elements within each other")
        known = {self._name(key): value for key, value in attributes.items()}
        self._found.append(Start(self._name(name), known))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._found.append(End(self._name(name)))

    def _entity(self, *_declaration: object) -> None:
        raise PartError("unsupported", "XML that declares entities of its own, as bombs do")


def _prefixed(prefixes: Mapping[str, str], full: str) -> str:
    """A name as we write it; expat gives ``namespace local``."""
    space, _, local = full.rpartition(" ")
    prefix = prefixes.get(space)
    return f"{prefix}:{local}" if prefix else local
