"""A record as the index is given it: where it stands, and its exact bytes."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from sviedka.errors import FormatError

_T = TypeVar("_T")

_decoders: dict[object, msgspec.json.Decoder[Any]] = {}


class Row(msgspec.Struct, kw_only=True, eq=False):
    """One record. ``(entry, order)`` is its place in the archive: no two share one, and they grow.

    ``id`` and ``object`` are 32 bytes, ``case`` and ``device`` 16. ``entry`` is the position of the
    entry that brought it, ``position`` the one from which it is effective: that of the last entry
    of its group. ``object`` is the batch that holds it, ``order`` its place there. ``body`` is the
    record's JSON as it was sealed (docs/format.md §6.2).
    """

    id: bytes
    kind: str
    case: bytes
    facet: str
    epoch: int
    device: bytes
    object: bytes
    entry: int
    position: int
    order: int
    body: bytes
    _value: dict[str, Any] | None = None

    @property
    def value(self) -> dict[str, Any]:
        """The record as plain Python, decoded once; FormatError if it is not a JSON object."""
        if self._value is None:
            self._value = self.read(dict)
        return self._value

    def read(self, shape: type[_T]) -> _T:
        """The record as a msgspec type; FormatError if it does not have that shape."""
        try:
            value: _T = _decoder(shape).decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise FormatError(
                f"this is not a record of kind {self.kind}: {error}",
                where=f"record {self.id.hex()}",
            ) from error
        return value


def _decoder(shape: type[_T]) -> msgspec.json.Decoder[_T]:
    decoder = _decoders.get(shape)
    if decoder is None:
        decoder = _decoders[shape] = msgspec.json.Decoder(shape)
    return decoder
