"""Canonical JSON (docs/format.md §2): one value has one spelling, so nothing can be read two ways.

Keys sorted, no white space, printable ASCII that needs no escape, integers below 2^53, no
null or booleans, no key that the format does not name.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final, Protocol, TypeVar

import msgspec

from sviedka.errors import FormatError, NewerFormatError

VERSION: Final = 1

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 or leaf hash in hex."""
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
"""A case, device or import id in hex."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Version = Annotated[int, msgspec.Meta(ge=1, le=VERSION)]

_PLAIN: Final = bytes(range(0x20, 0x7F)).replace(b"\\", b"")
"""Printable ASCII without the backslash: with no escapes, all that canonical JSON consists of."""

_T = TypeVar("_T")

_encoder = msgspec.json.Encoder(order="sorted")


class Strict(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Base of every structure that is written as canonical JSON."""


class HasVersion(Protocol):
    """Something that states by which version of the format it was written."""

    @property
    def v(self) -> int:
        """The version, from 1."""


class Versioned(msgspec.Struct):
    """All that is read of something that may be of a later version."""

    v: int = VERSION


def encode(value: msgspec.Struct) -> bytes:
    """The one spelling of a value; FormatError if it holds text that canonical JSON cannot."""
    try:
        data = _encoder.encode(value)
    except UnicodeEncodeError:  # half a surrogate pair, as a broken file name holds
        data = b"\n"
    if data.translate(None, _PLAIN):
        raise FormatError("this text holds characters that canonical JSON does not use")
    return data


def decode(
    data: bytes, kind: type[_T], *, name: str, versioned: type[HasVersion] = Versioned
) -> _T:
    """Read canonical JSON as ``kind``. ``name`` is for people.

    FormatError if it is not; NewerFormatError if that is because a later version wrote it:
    ``versioned`` says where such data hold their version.
    """
    try:
        value: _T = _decoder(kind).decode(data)  # type: ignore[arg-type] # a type is hashable
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _check_version(data, versioned, name)
        raise FormatError(f"this is not {name}: {error}") from error
    if data.translate(None, _PLAIN) or _encoder.encode(value) != data:
        raise FormatError(f"{name} is not written in its one canonical form")
    return value


@cache
def _decoder(kind: object) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _check_version(data: bytes, versioned: type[HasVersion], name: str) -> None:
    """A later version is not a broken one: say so, before anything else is said."""
    try:
        version = _decoder(versioned).decode(data).v
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if version > VERSION:
        raise NewerFormatError(
            f"{name} is of format version {version}; this program knows {VERSION}",
            do="install a newer Sviedka",
        )
