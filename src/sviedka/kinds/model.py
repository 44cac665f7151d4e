"""What a kind of record is: its fields and their types, read from ``<kind>.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent
BASE64: Final = "_base64"

TYPES: Final = {
    "text": "text",
    "base64": "base64 (RFC 4648 §4, padded) of bytes that are not UTF-8",
    "choice": "one of the words listed",
    "choices": "a list of the words listed",
    "code": "three small letters",
    "time": "RFC 3339 time in UTC, ending in `Z`",
    "decimal": "a decimal number as text",
    "number": "an integer from -2^53 to 2^53",
    "size": "an integer from 0 to 2^53",
    "flag": "`true` or `false`",
    "id": "32 hex digits",
    "hash": "64 hex digits",
    "hashes": "a list of hashes, one at least",
    "record": "id of a record, 64 hex digits",
    "object": "an object with the fields listed",
    "list": "a list of objects with the fields listed",
}


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The fields of an object, by name.

    Of the fields in ``exactly_one`` one is there. ``alternatives`` are all sets of names that
    exclude each other, and whether one of them has to be there; ``nested`` are the fields whose
    own shape has such.
    """

    fields: dict[str, Field] = field(default_factory=dict)
    exactly_one: tuple[str, ...] = ()
    alternatives: tuple[tuple[frozenset[str], bool], ...] = ()
    nested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field. With ``bytes``, ``<name>_base64`` stands in for it where it is not UTF-8."""

    type: str
    meaning: str
    required: bool = True
    bytes: bool = False
    choices: tuple[str, ...] = ()
    shape: Shape = field(default_factory=Shape)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of record: one line on what it means, the facets it may lie in, its fields.

    ``goes_with`` are fields that name a record without which one of this kind says nothing: when
    that is deleted, it is deleted too.
    """

    kind: str
    version: int
    meaning: str
    facets: frozenset[str]
    shape: Shape
    goes_with: tuple[str, ...] = ()


@cache
def kind_of(name: str) -> Kind | None:
    """The kind of this name, or None if there is none."""
    # Looked up among what is there: the name may come out of a hostile record.
    path = _paths().get(name)
    return _kind(tomllib.loads(path.read_text("utf-8"))) if path else None


def load() -> dict[str, Kind]:
    """All kinds by name."""
    return {name: kind for name in sorted(_paths()) if (kind := kind_of(name))}


def goes_with() -> dict[str, tuple[str, ...]]:
    """By kind, the fields that name a record with which a record of that kind is deleted."""
    return {name: kind.goes_with for name, kind in load().items() if kind.goes_with}


@cache
def _paths() -> dict[str, Path]:
    return {path.stem: path for path in _FOLDER.glob("*.toml")}


def _kind(data: dict[str, Any]) -> Kind:
    shape = _shape(data)
    facets, with_ = frozenset(data.pop("facets")), tuple(data.pop("goes_with", ()))
    return Kind(shape=shape, facets=facets, goes_with=with_, **data)


def _shape(data: dict[str, Any]) -> Shape:
    """Take the fields out of a table; what is left in it are its own properties."""
    fields = {name: _field(table) for name, table in data.pop("fields", {}).items()}
    exactly_one = tuple(data.pop("exactly_one", ()))
    spelt = {
        name: frozenset([name, name + BASE64] if field.bytes else [name])
        for name, field in fields.items()
    }
    alternatives = [
        (names, fields[name].required)
        for name, names in spelt.items()
        if len(names) > 1 and name not in exactly_one
    ]
    if exactly_one:
        alternatives.append((frozenset().union(*(spelt[name] for name in exactly_one)), True))
    nested = tuple(name for name, field in fields.items() if field.shape.alternatives)
    return Shape(fields, exactly_one, tuple(alternatives), nested)


def _field(data: dict[str, Any]) -> Field:
    shape = _shape(data)
    return Field(shape=shape, choices=tuple(data.pop("choices", ())), **data)
