"""Properties of a message as Outlook keeps them in a compound file ([MS-OXMSG], 2.1 to 2.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import iter_unpack
from typing import TYPE_CHECKING, Final

from sviedka.readers.encodings import decode
from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    import olefile

BAD: Final = (
    OSError, ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError,
    RecursionError,
)  # fmt: skip
"""What olefile raises for files that are not what they claim."""

_TEXT, _OLD_TEXT, _BINARY, _TIME, _OBJECT = 0x1F, 0x1E, 0x102, 0x40, 0x0D
_NUMBER: Final = frozenset({0x02, 0x03, 0x0B})
_FIXED: Final = "__properties_version1.0"
_HEADERS: Final = {"": 32, "__substg1.0_3701000D": 24}  # bytes before the table; others have 8
_CODEPAGES: Final = (0x3FDE, 0x3FFD)  # PidTagInternetCodepage, PidTagMessageCodepage
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


class Storage:
    """One storage of the file: the message, a recipient, an attachment, a message in it."""

    def __init__(self, file: olefile.OleFileIO, path: tuple[str, ...] = ()) -> None:
        self._file = file
        self.path = path
        self._fixed = self._table()
        self.codepage = ""
        for tag in _CODEPAGES:
            if number := self.number(tag):
                self.codepage = "utf-8" if number == 65001 else f"cp{number}"
                break

    def within(self, prefix: str) -> list[Storage]:
        """The storages right inside whose names begin so, in the order of their names."""
        depth = len(self.path)
        found = {
            tuple(path[: depth + 1])
            for path in self._file.listdir(streams=True, storages=True)
            if tuple(path[:depth]) == self.path
            and len(path) > depth
            and path[depth].startswith(prefix)
        }
        return [Storage(self._file, path) for path in sorted(found)]

    def text(self, tag: int, codepage: str = "") -> str:
        """A property that is text, or ""."""
        if (wide := self._stream(tag, _TEXT)) is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(tag, _OLD_TEXT)
        return decode(narrow, codepage or self.codepage)[0].rstrip("\0") if narrow else ""

    def binary(self, tag: int) -> bytes | None:
        """A property that is bytes, if it is there; PartError if it cannot be read."""
        return self._stream(tag, _BINARY)

    def number(self, tag: int) -> int:
        """A property that is a number, or 0."""
        kind, value = self._fixed.get(tag, (0, b""))
        return int.from_bytes(value[:4], "little") if kind in _NUMBER else 0

    def time(self, tag: int) -> str:
        """A property that is a time, in ISO 8601, or ""."""
        kind, value = self._fixed.get(tag, (0, b""))
        ticks = int.from_bytes(value, "little")  # of 100 ns, since 1601
        if kind != _TIME or not ticks:
            return ""
        try:
            moment = _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return ""
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _table(self) -> dict[int, tuple[int, bytes]]:
        """Properties of a fixed size by their tag: type and value (2.4.2)."""
        data = self._read(_FIXED) or b""
        rows = data[_HEADERS.get(self.path[-1] if self.path else "", 8) :]
        rows = rows[: len(rows) // 16 * 16]
        return {tag: (kind, value) for kind, tag, value in iter_unpack("<HH4x8s", rows)}

    def _stream(self, tag: int, kind: int) -> bytes | None:
        return self._read(f"__substg1.0_{tag:04X}{kind:04X}")

    def _read(self, name: str) -> bytes | None:
        path = [*self.path, name]
        try:
            if not self._file.exists(path):
                return None
            with self._file.openstream(path) as stream:
                content: bytes = stream.read()
        except BAD as error:
            raise PartError("damaged", f"the property {name} cannot be read") from error
        return content
