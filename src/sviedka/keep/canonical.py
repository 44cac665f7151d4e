"""Canonical JSON (docs/format.md §2): one value has one spelling, so nothing can be read two ways.

Keys sorted, no white space, printable ASCII that needs no escape, integers below 2^53, no
null or booleans, no key that the format does not name.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import msgspec

from sviedka.errors import FormatError, NewerFormatError

VERSION: Final = 1

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 or leaf hash in hex."""
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
"""A case, device or import id in hex."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Version = Annotated[int, msgspec.Meta(ge=1, le=VERSION)]

_T = TypeVar("_T")

_encoder = msgspec.json.Encoder(order="sorted")
_decoders: dict[object, msgspec.json.Decoder[object]] = {}


class _Versioned(msgspec.Struct):
    v: int = VERSION


class Strict(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Base of every structure that is written as canonical JSON."""


def encode(value: msgspec.Struct) -> bytes:
    """The one spelling of a value; FormatError if it holds text that canonical JSON cannot."""
    data = _encoder.encode(value)
    _check_bytes(data, "this value")
    return data


def decode(data: bytes, kind: type[_T], *, name: str) -> _T:
    """Read canonical JSON as ``kind``; FormatError if it is not. ``name`` is for people."""
    _check_bytes(data, name)
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        value: _T = decoder.decode(data)  # type: ignore[assignment]
    except (msgspec.DecodeError, RecursionError) as error:
        _check_version(data, name)
        raise FormatError(f"this is not {name}: {error}") from error
    if _encoder.encode(value) != data:
        raise FormatError(f"{name} is not written in its one canonical form")
    return value


def _check_bytes(data: bytes, name: str) -> None:
    """No byte outside printable ASCII and no escape can stand in canonical JSON."""
    if b"\\" in data or not data.isascii() or not data.decode("ascii").isprintable():
        raise FormatError(f"{name} holds bytes that canonical JSON does not use")


def _check_version(data: bytes, name: str) -> None:
    """A later version is not a broken one: say so, before anything else is said."""
    try:
        version = msgspec.json.decode(data, type=_Versioned).v
    except (msgspec.DecodeError, RecursionError):
        return
    if version > VERSION:
        raise NewerFormatError(
            f"{name} is of format version {version}; this program knows {VERSION}",
            do="install a newer Sviedka",
        )
