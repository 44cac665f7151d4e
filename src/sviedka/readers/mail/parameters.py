"""What the head of an entity says of its body: type, encoding, name (RFC 2045, 2183, 2231)."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.readers.mail.headers import decoded, text

if TYPE_CHECKING:
    from sviedka.readers.mail.headers import Head

_PARAMETER: Final = re.compile(
    rb';\s*([^\s;=*"]{1,60})(?:\*(\d{1,3}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))'
)
_KIND: Final = re.compile(rb"\s*([^\s;/]{1,60}/[^\s;/]{1,100})")
_QUOTED: Final = re.compile(rb"\\(.)")
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


class Body(NamedTuple):
    """What a head says of the body; words in lower case, nothing where it says nothing.

    ``name`` is UTF-8 if its encoding is stated, else as it stands.
    """

    kind: str
    boundary: bytes
    charset: str
    coding: str
    disposition: str
    name: bytes


def body(of: Head) -> Body:
    """What Content-Type, Content-Disposition and Content-Transfer-Encoding say."""
    typed, disposed = of.first("content-type"), of.first("content-disposition")
    of_type, of_file = _parameters(typed), _parameters(disposed)
    kind = _KIND.match(typed)
    return Body(
        kind=_word(kind[1]) if kind else "",
        boundary=of_type.get("boundary", b"").rstrip(),  # it does not end in blanks: RFC 2046, 5.1
        charset=_word(of_type.get("charset", b"")),
        coding=_word(of.first("content-transfer-encoding").partition(b";")[0]),
        disposition=_word(disposed.partition(b";")[0]),
        name=_name(of_file.get("filename", b"") or of_type.get("name", b"")),
    )


def _word(value: bytes) -> str:
    return value.decode("latin-1").strip().lower()


def _name(value: bytes) -> bytes:
    """A file's name; some programs write it as encoded words, which RFC 2047 forbids."""
    return text(value).encode("utf-8", "replace") if b"=?" in value else value


def _parameters(value: bytes) -> dict[str, bytes]:
    """Each parameter's value; continued and encoded ones put together (RFC 2231, 3 and 4)."""
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bytes]]] = {}
    for name, number, starred, quoted, bare in _PARAMETER.findall(value):
        content = _QUOTED.sub(rb"\1", quoted) if quoted else bare.strip()
        if number or starred:
            pieces.setdefault(_word(name), {}).setdefault(int(number or 0), (starred, content))
        else:
            plain.setdefault(_word(name), content)
    for name, numbered in pieces.items():
        plain[name] = _joined([numbered[number] for number in sorted(numbered)])
    return plain


def _joined(pieces: list[tuple[bytes, bytes]]) -> bytes:
    charset = b""
    if pieces[0][0] and pieces[0][1].count(b"'") >= 2:
        charset, _, first = pieces[0][1].split(b"'", 2)
        pieces[0] = (pieces[0][0], first)
    content = b"".join(_unescaped(piece) if starred else piece for starred, piece in pieces)
    return decoded(content, _word(charset)).encode("utf-8", "replace") if charset else content


def _unescaped(value: bytes) -> bytes:
    return _PERCENT.sub(lambda found: binascii.unhexlify(found[1]), value)
