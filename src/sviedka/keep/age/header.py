"""The header of an age file: who may open it, and a MAC over saying so (c2sp.org/age, "Header").

    age-encryption.org/v1
    -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE
    qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E
    --- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s

Only the syntax is judged here; what a stanza means is up to the recipient types.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.errors import FormatError, IntegrityError, NewerFormatError
from sviedka.keep.age import base64
from sviedka.keep.age.keywrap import BODY_SIZE, hkdf

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER_LIMIT = 256 * 1024
"""Longest header read, in bytes: 160 hybrid recipients. The bound is ours; the spec sets none."""

_VERSION = b"age-encryption.org/v1\n"
_OTHER_VERSION = re.compile(rb"age-encryption\.org/v(?!1\s)\d")
_STANZA = re.compile(
    rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)"
)
_MAC = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")
_DASHES = b"---"
_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Stanza:
    """One wrapping of the file key. ``arguments`` are printable ASCII; the first is the type."""

    arguments: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        """The recipient type: ``mlkem768x25519``, ``X25519``, ``scrypt``, or one unknown here."""
        return self.arguments[0]

    def require(self, *, arguments: int) -> None:
        """Refuse another number of arguments, or a body that cannot be one wrapped file key.

        The body's length is fixed before anything is decrypted, against partitioning oracles.
        """
        if len(self.arguments) != arguments or len(self.body) != BODY_SIZE:
            raise FormatError(f"A stanza of type {self.kind} does not have the shape of its type")

    def value(self, index: int, *, size: int) -> bytes:
        """Read argument ``index`` as base64 of exactly ``size`` bytes; raises FormatError."""
        data = base64.decode(self.arguments[index].encode())
        if len(data) != size:
            raise FormatError(
                f"A stanza of type {self.kind} holds a value of {len(data)} bytes, not {size}"
            )
        return data


@dataclass(frozen=True, slots=True)
class Header:
    """A header read. ``signed`` is what the MAC covers, ``size`` its length in the file, bytes."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes
    size: int

    def verify(self, file_key: bytes) -> None:
        """Return when the MAC holds under ``file_key`` (16 bytes); else raise IntegrityError."""
        if not hmac.compare_digest(self.mac, _mac(file_key, self.signed)):
            raise IntegrityError("The header of an age file was altered: its MAC does not hold")


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Serialise ``stanzas`` and sign them with ``file_key`` (16 bytes)."""
    signed = b"".join([_VERSION, *map(_write_stanza, stanzas), _DASHES])
    return signed + b" " + base64.encode(_mac(file_key, signed)) + b"\n"


def parse_header(data: bytes) -> Header:
    """Read ``data``, which must be one header and nothing more; raises FormatError."""
    _check_version(data)
    stanzas = []
    at = len(_VERSION)
    while stanza := _STANZA.match(data, at):
        arguments = tuple(stanza[1].decode().split(" "))
        stanzas.append(Stanza(arguments, base64.decode(stanza[2].replace(b"\n", b""))))
        at = stanza.end()
    mac = _MAC.fullmatch(data, at)
    if mac is None or not stanzas:
        raise FormatError("The header of an age file is malformed", where=f"byte {at}")
    if len(stanzas) > 1 and any(stanza.kind == "scrypt" for stanza in stanzas):
        # Whoever opens a file with a passphrase may take it to come from one who knows that
        # passphrase; another recipient beside it would break that (c2sp.org/age, "scrypt").
        raise FormatError("An age file for a passphrase names other recipients beside it")
    return Header(tuple(stanzas), data[: at + len(_DASHES)], base64.decode(mac[1]), len(data))


def scan_header(data: bytes) -> Header | None:
    """Find the header at the start of ``data``; None as long as more bytes are needed.

    Raises FormatError as soon as no further byte could make it one, at HEADER_LIMIT at the latest.
    """
    _check_version(data)
    # No body line can hold a dash, so the first line that begins with dashes is the last one.
    dashes = data.find(b"\n" + _DASHES, 0, HEADER_LIMIT)
    end = data.find(b"\n", dashes + 1, HEADER_LIMIT) if dashes >= 0 else -1
    if end >= 0:
        return parse_header(data[: end + 1])
    if len(data) >= HEADER_LIMIT:
        raise FormatError(f"The header of an age file is longer than {HEADER_LIMIT} bytes")
    return None


def _check_version(data: bytes) -> None:
    if _VERSION.startswith(data[: len(_VERSION)]):
        return
    if _OTHER_VERSION.match(data):
        raise NewerFormatError("This age file is of a later version of the format than v1")
    raise FormatError("This is not an age file: its first line is not age-encryption.org/v1")


def _write_stanza(stanza: Stanza) -> bytes:
    text = base64.encode(stanza.body)
    # One step past the end, so that a body of whole lines is closed by an empty one.
    lines = [text[at : at + _COLUMNS] + b"\n" for at in range(0, len(text) + 1, _COLUMNS)]
    return b"".join([b"-> ", " ".join(stanza.arguments).encode(), b"\n", *lines])


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, salt=b"", info=b"header"), signed, "sha256")
