r"""Moving over JSON in a file without taking it in: strict about grammar, bounded in memory.

The grammar is RFC 8259's, plus two things that exports of Telegram Desktop have: ``\x1B`` for a
control character (``SerializeString`` in its ``export_output_json.cpp`` writes that), and bytes in
strings that are not UTF-8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.capture.telegram.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.capture.telegram.window import Window
    from sviedka.errors import InputError

DEPTH: Final = 64
"""Levels of nesting; messages of Telegram Desktop have five, an account's export eight."""
SMALL: Final = 1 << 16
"""Bytes in a name or number that has a meaning here; Telegram's titles have up to 255 letters."""

_BLANK = re.compile(rb"[ \t\r\n]*+")
_TEXT = re.compile(
    rb'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})[^"\\\x00-\x1f]*+)*+'
)
_WORD = re.compile(rb"[-+.0-9A-Za-z]*+")
_SCALAR = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_CUT_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?")


def _nested(levels: int) -> bytes:
    """A pattern for brackets that close within so many levels, whatever stands between them."""
    flat = rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+'
    inner = rb"(?:" + _nested(levels - 1) + flat + rb")*+" if levels else b""
    return rb"[{\[]" + flat + inner + rb"[}\]]"


# The fast way: find where a value ends by its brackets alone, then let msgspec judge it. An object
# is over at one place only, so if what was cut out is a whole object, it is *the* object.
_BRACKETED = re.compile(_nested(6), re.DOTALL)
_ELEMENT = re.compile(rb"[ \t\r\n]*+(?=\{)(" + _nested(6) + rb")[ \t\r\n]*+([,\]])", re.DOTALL)
_BRACE, _LIST, _QUOTE, _COMMA, _COLON = b'{[",:'
_CLOSER = {_BRACE: ord("}"), _LIST: ord("]")}
CUT: Final = "it was cut off: export it again; what came before is whole"


class Cursor:
    """A place in a JSON text. Every method raises InputError, with the byte, at broken JSON."""

    __slots__ = ("window",)

    def __init__(self, window: Window) -> None:
        self.window = window

    def peek(self) -> int:
        """The next byte that is not blank; -1 at the end of the file."""
        window = self.window
        while True:
            found = _BLANK.match(window.data, window.at)
            window.at = found.end() if found else window.at
            if window.at < len(window.data):
                return window.data[window.at]
            if not window.more():
                return -1

    def broken(self, expected: str) -> InputError:
        """The error for whatever stands here."""
        found = self.peek()
        if found < 0:
            return self.window.error(f"the file ends where {expected} should be", CUT)
        return self.window.error(f"not JSON: {expected} should be here, not {bytes([found])!r}")

    def pass_over(self, byte: int, expected: str) -> None:
        """Move over one byte of punctuation."""
        if self.peek() != byte:
            raise self.broken(expected)
        self.window.at += 1

    def members(self) -> Iterator[str]:
        """Move over an object: at each key, the caller moves over its value."""
        self.pass_over(_BRACE, "an object")
        if self.peek() == _CLOSER[_BRACE]:
            self.window.at += 1
            return
        while True:
            yield self._key()
            if not self._next(_CLOSER[_BRACE]):
                return

    def elements(self) -> Iterator[None]:
        """Move over an array: at each element, the caller moves over it."""
        self.pass_over(_LIST, "a list")
        if self.peek() == _CLOSER[_LIST]:
            self.window.at += 1
            return
        while True:
            yield
            if not self._next(_CLOSER[_LIST]):
                return

    def objects(self, most: int) -> Iterator[tuple[int, int, bytes | None]]:
        """Move over an array: yields each element's offset and size, and its bytes.

        Instead of bytes comes None if they are more than ``most`` or are no object. Bytes are cut
        out by their brackets: only a decoder can say that they are JSON. The cursor may stand
        behind an element, too (at a comma or the closing bracket).
        """
        window = self.window
        if self.peek() not in (_COMMA, _CLOSER[_LIST]):
            self.pass_over(_LIST, "a list of messages")
            if self.peek() == _CLOSER[_LIST]:
                window.at += 1
                return
        elif not self._next(_CLOSER[_LIST]):
            return
        while True:
            found = _ELEMENT.match(window.data, window.at)
            if found and found.end(1) - found.start(1) <= most:
                start, end = found.span(1)
                window.at = found.end()
                yield window.base + start, end - start, found[1]
                if found[2] == b"]":
                    return
            else:
                yield self._element(most)
                if not self._next(_CLOSER[_LIST]):
                    return

    def skip(self) -> None:
        """Move over a value of any size."""
        closers = bytearray()
        while self._enter(closers) or self._leave(closers):
            pass

    def small(self) -> Any:
        """Move over a value; returns it if it is short, else None."""
        self.peek()
        self.window.hold(SMALL)
        self.skip()
        found = self.window.taken()
        return None if found is None else decode(found)[0]

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek() >= 0:
            raise self.window.error("something follows the end of the export")

    def _key(self) -> str:
        """Move over a key and its colon; a key too long to mean anything is empty."""
        if self.peek() != _QUOTE:
            raise self.broken("a name in quotation marks")
        found = self.small()
        self.pass_over(_COLON, "a colon")
        return found or ""

    def _next(self, closer: int) -> bool:
        """Move over a comma (True) or the closing bracket (False)."""
        found = self.peek()
        if found not in (_COMMA, closer):
            raise self.broken(f"a comma or {chr(closer)!r}")
        self.window.at += 1
        return found == _COMMA

    def _element(self, most: int) -> tuple[int, int, bytes | None]:
        """Move over an element of a list, the slow way."""
        window = self.window
        first, offset = self.peek(), window.offset
        window.hold(most)
        self.skip()
        found = window.taken()
        return offset, window.offset - offset, found if first == _BRACE else None

    def _enter(self, closers: bytearray) -> bool:
        """Move over a value (False), or into a container in which a value is next (True)."""
        window = self.window
        found = self.peek()
        if found == _QUOTE:
            self._string()
            return False
        if found not in _CLOSER:
            self._scalar()
            return False
        if self._at_once():
            return False
        if len(closers) == DEPTH:
            raise window.error(f"nested deeper than {DEPTH} levels")
        window.at += 1
        if self.peek() == _CLOSER[found]:
            window.at += 1
            return False
        closers.append(_CLOSER[found])
        if found == _BRACE:
            self._name()
        return True

    def _leave(self, closers: bytearray) -> bool:
        """Move behind what closes here; True if another value is next."""
        while closers:
            if self._next(closers[-1]):
                if closers[-1] == _CLOSER[_BRACE]:
                    self._name()
                return True
            closers.pop()
        return False

    def _name(self) -> None:
        """Move over a key that is of no interest, and its colon."""
        if self.peek() != _QUOTE:
            raise self.broken("a name in quotation marks")
        self._string()
        self.pass_over(_COLON, "a colon")

    def _at_once(self) -> bool:
        """Move over a container that lies wholly in the window and is JSON; False if it is not."""
        window = self.window
        found = _BRACKETED.match(window.data, window.at)
        if not found:
            return False
        try:
            msgspec.json.decode(memoryview(window.data)[window.at : found.end()], type=msgspec.Raw)
        except msgspec.DecodeError:
            return False  # broken, or with one of Telegram's own escapes
        window.at = found.end()
        return True

    def _string(self) -> None:
        window = self.window
        window.at += 1
        while True:
            found = _TEXT.match(window.data, window.at)
            window.at = found.end() if found else window.at
            rest = len(window.data) - window.at
            if rest and window.data[window.at] == _QUOTE:
                window.at += 1
                return
            if rest and not _CUT_ESCAPE.fullmatch(window.data, window.at):
                raise window.error("not JSON: a character or escape that a string may not have")
            if not window.more():
                raise window.error("the file ends inside a string", CUT)

    def _scalar(self) -> None:
        window = self.window
        while True:
            found = _WORD.match(window.data, window.at)
            end = found.end() if found else window.at
            if end - window.at > SMALL:
                raise window.error(f"a number of more than {SMALL} digits")
            if end < len(window.data) or not window.more():
                break
        if not _SCALAR.fullmatch(window.data, window.at, end):
            if end == len(window.data):
                raise window.error("the file ends inside a value", CUT)
            raise self.broken("a value")
        window.at = end
