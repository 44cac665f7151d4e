"""Holding a record to its kind. msgspec does the work, in C, at about a microsecond a record."""

from __future__ import annotations

import re
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from sviedka.errors import FormatError
from sviedka.kinds.model import BASE64, Field, Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_INTEGER: Final = 2**53
"""What a double holds exactly, and so what every JSON reader gives back (docs/format.md §6.2)."""

_FAULT: Final = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)


def _like(pattern: str) -> msgspec.Meta:
    return msgspec.Meta(pattern=rf"\A(?:{pattern})\Z")


_Hash = Annotated[str, _like("[0-9a-f]{64}")]
_PLAIN: Final[dict[str, Any]] = {
    "text": str,
    "base64": Annotated[
        str, _like("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
    ],
    "code": Annotated[str, _like("[a-z]{3}")],
    "time": Annotated[
        str,
        _like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z"),
    ],
    "decimal": Annotated[str, _like(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")],
    "number": Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)],
    "size": Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)],
    "flag": bool,
    "id": Annotated[str, _like("[0-9a-f]{32}")],
    "hash": _Hash,
    "hashes": Annotated[list[_Hash], msgspec.Meta(min_length=1)],
    "record": _Hash,
}


class Rules:
    """What every record of one kind keeps to."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        own = (("kind", _one_of(kind.kind)), ("v", _one_of(kind.version)))
        self._type = _struct(kind.kind, [*own, *_members(kind.shape)])

    def check(self, record: dict[str, Any]) -> None:
        """Return if ``record`` does; raises FormatError with the field's name."""
        try:
            msgspec.convert(record, self._type)
        except msgspec.ValidationError as error:
            fault = _FAULT.fullmatch(str(error))
            what, path = fault.groups() if fault else (str(error), None)
            where = f"{self._kind.kind}.{path}" if path else self._kind.kind
            raise FormatError(what, where=where) from None
        _check_alternatives(record, self._kind.shape, self._kind.kind)


def _check_alternatives(record: dict[str, Any], shape: Shape, where: str) -> None:
    for names, needed in shape.alternatives:
        count = len(names & record.keys())
        if count > 1 or (needed and count == 0):
            number = "Exactly" if needed else "At most"
            listed = ", ".join(sorted(names))
            raise FormatError(f"{number} one of these fields is given: {listed}", where=where)
    for name in shape.nested:
        parts = record.get(name, [])
        for part in parts if isinstance(parts, list) else [parts]:
            _check_alternatives(part, shape.fields[name].shape, f"{where}.{name}")


def _members(shape: Shape) -> Iterator[tuple[str, Any] | tuple[str, Any, Any]]:
    """The members of a struct: name and type, and a default where it may be absent."""
    for name, field in shape.fields.items():
        if field.required and not field.bytes and name not in shape.exactly_one:
            yield name, _type(name, field)
        else:
            yield name, _type(name, field), None
        if field.bytes:
            yield name + BASE64, _PLAIN["base64"], None


def _type(name: str, field: Field) -> Any:
    match field.type:
        case "choice":
            return _one_of(*field.choices)
        case "choices":
            return GenericAlias(list, _one_of(*field.choices))
        case "object":
            return _struct(name, _members(field.shape))
        case "list":
            return GenericAlias(list, _struct(name, _members(field.shape)))
        case plain:
            return _PLAIN[plain]


def _one_of(*values: str | int) -> Any:
    return Literal[values]


def _struct(
    name: str, members: Iterable[tuple[str, Any] | tuple[str, Any, Any]]
) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        name,
        # With a letter before each, since a field may be called like a keyword: ``import``.
        [(f"_{name}", *rest) for name, *rest in members],
        rename=lambda name: name[1:],
        forbid_unknown_fields=True,
        kw_only=True,
    )
