"""The kinds of records as a page for people: ``docs/kinds.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.kinds.model import BASE64, TYPES, Field, Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HEAD = """# Kinds of records

Made from `src/sviedka/kinds/*.toml` by `python -m sviedka.kinds > docs/kinds.md`; change it there.
How records are written, sealed and named is in [format.md](format.md), §6.

Every record has `kind`, the name of its section, `v`, the version there, and these fields alone.
Where a text may be bytes that are not UTF-8, they stand in `<name>_base64` instead. What is
optional is left out where it does not apply; nothing is `null`.
"""


def document(kinds: Mapping[str, Kind]) -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *_types(), *(line for kind in kinds.values() for line in _kind(kind))])


def _types() -> Iterator[str]:
    yield from ["## Types", "", "| type | what it holds |", "|---|---|"]
    for name, what in TYPES.items():
        yield f"| {name} | {what} |"
    yield ""


def _kind(kind: Kind) -> Iterator[str]:
    yield from [f"## {kind.kind}", "", kind.meaning, ""]
    yield f"Version {kind.version}. Facets: {', '.join(sorted(kind.facets))}."
    yield from ["", "| field | type | meaning |", "|---|---|---|"]
    yield from _rows(kind.shape, "")
    yield ""
    if kind.shape.exactly_one:
        yield from [f"Exactly one of {_listed(kind.shape.exactly_one)} is there.", ""]
    if kind.goes_with:
        yield from [f"Deleted with what {_listed(kind.goes_with)} names.", ""]


def _rows(shape: Shape, prefix: str) -> Iterator[str]:
    for name, field in shape.fields.items():
        yield f"| `{prefix}{name}` | {_type(field)} | {_meaning(field)} |"
        yield from _rows(field.shape, f"{prefix}{name}{'[]' if field.type == 'list' else ''}.")


def _type(field: Field) -> str:
    notes = [field.type]
    if field.bytes:
        notes.append(f"or `{BASE64}`")
    if not field.required:
        notes.append("optional")
    return ", ".join(notes)


def _meaning(field: Field) -> str:
    parts = [field.meaning]
    if field.choices:
        parts.append(f"Of {_listed(field.choices)}.")
    if field.shape.exactly_one:
        parts.append(f"Exactly one of {_listed(field.shape.exactly_one)} is there.")
    return " ".join(parts)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
