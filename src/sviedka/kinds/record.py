"""Checking records against their kinds, and writing them as the bytes that are kept."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sviedka.errors import FormatError, NewerFormatError
from sviedka.kinds.model import BASE64, kind_of

if TYPE_CHECKING:
    from sviedka.kinds.model import Kind
    from sviedka.kinds.rules import Rules

MAX_RECORD: Final = 1 << 20
"""Longest record in bytes (docs/format.md §6.1)."""

_HALF: Final = re.compile("[\ud800-\udfff]")


def check(record: dict[str, Any], facet: str | None = None) -> None:
    """Return if ``record`` is one of a known kind and, where ``facet`` is given, may lie there.

    Raises FormatError with the field's name; NewerFormatError for a later version of the kind.
    """
    name, version = record.get("kind"), record.get("v")
    kind = kind_of(name) if isinstance(name, str) else None
    if kind is None:
        raise FormatError(f"There is no such kind of record: {name!r:.80}", where="kind")
    if isinstance(version, int) and version > kind.version:
        raise NewerFormatError("This record is of a later version of its kind", where=kind.kind)
    if facet is not None and facet not in kind.facets:
        raise FormatError(f"Such a record does not lie in the facet {facet}", where=kind.kind)
    try:
        _rules_of(kind).check(record)
    except UnicodeEncodeError:
        raise _half(record) from None


def check_known(record: dict[str, Any], facet: str | None = None) -> None:
    """The same for a record that is read, if its kind and version are known here.

    Of others nothing is asked: a later program may have written them (docs/format.md §6.2).
    """
    name, version = record.get("kind"), record.get("v")
    kind = kind_of(name) if isinstance(name, str) else None
    if kind is None or (isinstance(version, int) and version > kind.version):
        return
    check(record, facet)


def encode(record: dict[str, Any], facet: str | None = None) -> bytes:
    """A record as the bytes that are kept: compact UTF-8 JSON, its keys sorted (format.md §6.2).

    Raises what ``check`` raises, and FormatError for half a surrogate pair or more than 1 MiB.
    """
    from msgspec import json  # noqa: PLC0415 - 25 ms that only writing needs

    check(record, facet)
    try:
        data = json.encode(record, order="sorted")
    except UnicodeEncodeError:
        raise _half(record) from None
    if len(data) > MAX_RECORD:
        raise FormatError(
            f"A record of {len(data)} bytes is too long; {MAX_RECORD} is the most",
            where=str(record["kind"]),
            do="keep the long part as an item",
        )
    return data


@cache
def _rules_of(kind: Kind) -> Rules:
    from sviedka.kinds.rules import Rules  # noqa: PLC0415 - brings in msgspec, as above

    return Rules(kind)


def _half(record: dict[str, Any]) -> FormatError:
    """The error for a text with half a surrogate pair somewhere in ``record``."""
    for name, value in record.items():
        if _HALF.search(name):
            break
        if not _is_unicode(value):
            return FormatError(
                "A text holds half a surrogate pair, which UTF-8 cannot hold",
                where=f"{record['kind']}.{name}",
                do=f"give its bytes as {name}{BASE64}",
            )
    return FormatError("The name of a field is no Unicode text", where=str(record["kind"]))


def _is_unicode(value: object) -> bool:
    """Whether UTF-8 can hold every text within ``value``."""
    if isinstance(value, dict):
        return all(_is_unicode(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(map(_is_unicode, value))
    return not (isinstance(value, str) and _HALF.search(value))
