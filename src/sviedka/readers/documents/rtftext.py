"""What the tokens of RTF say: where text goes, in which encoding, and who is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sviedka.readers.charsets import known
from sviedka.readers.documents.rtftokens import Binary
from sviedka.readers.encodings import decode
from sviedka.readers.facts import stated
from sviedka.readers.findings import Fault
from sviedka.readers.outlet import PartError
from sviedka.readers.parts import inside
from sviedka.readers.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.documents.rtftokens import Token, Word
    from sviedka.readers.findings import Finding
    from sviedka.readers.outlet import Outlet

DEEPEST: Final = 10_000
"""Groups within groups that are followed."""
_TELLING: Final = 12
"""Bytes in a row from which an encoding may be told against what is stated."""

_INFO: Final = {
    "author": "author", "operator": "modified_by", "manager": "manager", "company": "company",
    "title": "title", "subject": "subject", "keywords": "keywords", "category": "category",
    "doccomm": "comment", "hlinkbase": "file_path", "generator": "software",
    "template": "template", "atnauthor": "comment_by", "revtbl": "change_by",
}  # fmt: skip
_TIMES: Final = {"creatim": "created_stated", "revtim": "modified_stated",
    "printim": "printed_stated"}  # fmt: skip
_ASIDE: Final = {
    "footnote": "footnote", "annotation": "comment", "header": "header", "headerl": "header",
    "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer",
    "footerr": "footer", "footerf": "footer", "shptxt": "text box",
}  # fmt: skip
_NOT_TEXT: Final = """
    colortbl stylesheet listtable listoverridetable rsidtbl themedata colorschememapping
    latentstyles datastore xmlnstbl fldinst bkmkstart bkmkend blipuid info userprops
    nonshppict atnid atntime atndate atnref atnparent picprop sp filetbl upr
"""
_MUTE: Final = frozenset(_NOT_TEXT.split())
_CHARACTERS: Final = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002",
    "cell": "\t", "nestcell": "\t", "~": "\u00a0", "_": "\u2011", "-": "\u00ad",
}  # fmt: skip
_ENDS: Final = frozenset({"par", "sect", "page", "row", "nestrow", "\n", "\r"})
_CHARSETS: Final = {  # \fcharset: RTF 1.9.1, "Font Table"
    77: "mac-roman", 89: "mac-cyrillic", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_BLIPS: Final = {"jpegblip": "image/jpeg", "pngblip": "image/png", "emfblip": "image/emf",
    "wmetafile": "image/wmf"}  # fmt: skip
_UNITS: Final = ("yr", "mo", "dy", "hr", "min")
_OBJECTS: Final = {"pict": "picture", "objdata": "object"}
_DESTINATIONS: Final = frozenset({*_INFO, *_TIMES, *_ASIDE, *_MUTE, *_OBJECTS, "fonttbl"})
_SPACE: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group inherits from the one around it."""

    into: str = "body"
    """Where text goes: the control word of a destination, ``body``, or "" for nowhere."""
    font: int = -1
    skip: int = 1
    """Bytes after each ``\\u`` that repeat it for old programs."""
    deleted: bool = False


class Reading:
    """Takes token after token; gives findings as paragraphs and groups end."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._above: list[_Group] = []
        self._now = _Group()
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._defined = -1  # the font that the font table is about
        self._star = False
        self._skip = self._deeper = 0
        self._pending = bytearray()  # text that is not decoded yet
        self._held: dict[str, list[str]] = {}
        self._gone: list[str] = []
        self._hexadecimal = bytearray()
        self._kind = ""  # of the picture
        self._counts: dict[str, int] = {}
        self._time: dict[str, int] = {}

    def take(self, token: Token) -> Iterator[Finding]:
        """What is complete now that ``token`` has come."""
        if isinstance(token, bytes):
            self._text(token)
        elif isinstance(token, Binary):
            if self._now.into in _OBJECTS:
                self._hexadecimal += token.content.hex().encode()
        else:
            self._decode()
            if token.name == "{":
                yield from self._open()
            elif token.name == "}":
                yield from self._close()
            elif token.name in _ENDS:
                yield from self._end_of_paragraph()
            else:
                self._word(token)

    def end(self) -> Iterator[Finding]:
        """What is still held; a Fault if groups stand open."""
        self._decode()
        left = len(self._above)
        while self._above:
            yield from self._close()
        yield from self._end_of_paragraph()
        if left:
            yield Fault(0, "end", "damaged", f"the document breaks off within {left} groups")

    def _open(self) -> Iterator[Finding]:
        self._star = False
        if len(self._above) < DEEPEST:
            self._above.append(self._now)
            return
        if not self._deeper:
            yield Fault(0, "groups", "too_deep", f"more than {DEEPEST} groups within each other")
        self._deeper += 1

    def _close(self) -> Iterator[Finding]:
        if self._deeper:
            self._deeper -= 1
        elif self._above:
            ended, self._now = self._now.into, self._above.pop()
            if ended != self._now.into:
                yield from self._complete(ended)

    def _complete(self, into: str) -> Iterator[Finding]:
        """A destination is over."""
        said = "".join(self._held.pop(into, ())).strip()
        if into in _INFO:
            for each in said.split(";") if into == "revtbl" else [said]:
                yield from stated(0, _INFO[into], "" if each == "Unknown" else each, into)
        elif into in _TIMES:
            yield from stated(0, _TIMES[into], self._moment(), into)
        elif into in _ASIDE:
            yield from texts(0, self._counted(_ASIDE[into]), said)
        elif into in _OBJECTS:
            name = _OBJECTS[into]
            yield from inside(self._outlet, name, self._counted(name), self._bytes(), self._kind)
            self._hexadecimal.clear()

    def _end_of_paragraph(self) -> Iterator[Finding]:
        if self._now.into != "body":
            self._write("\n")
            return
        place = self._counted("paragraph")
        yield from texts(0, place, "".join(self._held.pop("body", ())))
        yield from texts(0, f"{place}, deleted", "".join(self._gone))
        self._gone.clear()

    def _word(self, word: Word) -> None:
        name, number = word
        starred, self._star = self._star, name == "*"
        if name in _DESTINATIONS:
            self._now = replace(self._now, into="" if name in _MUTE else name)
        elif name in _CHARACTERS:
            self._write(_CHARACTERS[name])
        elif name == "u" and number is not None:
            self._write(chr(number & 0xFFFF))
            self._skip = self._now.skip
        elif name == "uc":
            self._now = replace(self._now, skip=min(max(number or 0, 0), 16))
        elif name == "deleted":
            self._now = replace(self._now, deleted=number != 0)
        elif name in {"f", "deff", "fcharset", "ansicpg", "cpg"}:
            self._font(name, number or 0)
        elif name in _BLIPS:
            self._kind = _BLIPS[name]
        elif name in _UNITS:
            self._time[name] = number or 0
        elif starred:  # a destination that is not known here, to be left out
            self._now = replace(self._now, into="")

    def _font(self, name: str, number: int) -> None:
        if name == "ansicpg":
            self._encoding = known(f"cp{number}") or self._encoding
        elif self._now.into != "fonttbl":
            self._now = replace(self._now, font=number)
        elif name == "f":
            self._defined = number
        elif name == "cpg":
            self._fonts[self._defined] = known(f"cp{number}")
        elif number in _CHARSETS:
            self._fonts[self._defined] = _CHARSETS[number]

    def _text(self, content: bytes) -> None:
        dropped = min(self._skip, len(content))
        self._skip -= dropped
        if self._now.into in _OBJECTS:
            self._hexadecimal += content
        elif self._now.into not in {"", "fonttbl"}:
            self._pending += content[dropped:]

    def _decode(self) -> None:
        if self._pending:
            stated = self._fonts.get(self._now.font) or self._encoding
            content = bytes(self._pending)
            self._pending.clear()
            if len(content) < _TELLING:
                self._write(content.decode(stated, "replace"))
            else:
                self._write(decode(content, stated)[0])

    def _write(self, text: str) -> None:
        if self._now.deleted and self._now.into == "body":
            self._gone.append(text)
        elif self._now.into:
            self._held.setdefault(self._now.into, []).append(text)

    def _bytes(self) -> Iterator[bytes]:
        digits = self._hexadecimal.translate(None, _SPACE)
        try:
            yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
        except ValueError as error:
            raise PartError("damaged", "this is not hexadecimal") from error

    def _moment(self) -> str:
        year, month, day, hour, minute = (self._time.get(unit, 0) for unit in _UNITS)
        self._time.clear()
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}" if year else ""

    def _counted(self, name: str) -> str:
        self._counts[name] = self._counts.get(name, 0) + 1
        return f"{name} {self._counts[name]}"
