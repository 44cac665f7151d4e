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


class Compound:
    """An open compound file, and what is in each of its storages."""

    def __init__(self, file: olefile.OleFileIO) -> None:
        """Raises PartError if its directory cannot be followed."""
        self.file = file
        self.storages: dict[tuple[str, ...], list[str]] = {}
        try:
            found = file.listdir(streams=False, storages=True)
        except BAD as error:
            raise PartError("damaged", "the list of what is in it cannot be read") from error
        for path in found:
            self.storages.setdefault(tuple(path[:-1]), []).append(path[-1])

    def read(self, path: tuple[str, ...]) -> bytes | None:
        """A stream, or None if there is none; PartError if it cannot be read."""
        try:
            if not self.file.exists(list(path)):
                return None
            with self.file.openstream(list(path)) as stream:
                content: bytes = stream.read()
        except BAD as error:
            raise PartError("damaged", f"the property {path[-1]} cannot be read") from error
        return content


class Storage:
    """One storage of the file: the message, a recipient, an attachment, a message in it."""

    def __init__(self, file: Compound, path: tuple[str, ...] = ()) -> None:
        """Raises PartError if its properties cannot be read."""
        self._file = file
        self.path = path
        self._fixed = self._table()
        numbers = filter(None, map(self.number, _CODEPAGES))
        codepage = next(numbers, 0)
        self.codepage = "utf-8" if codepage == 65001 else f"cp{codepage}" if codepage else ""

    def within(self, prefix: str) -> list[str]:
        """The names of storages right inside that begin so, in their order."""
        names = self._file.storages.get(self.path, ())
        return sorted(name for name in names if name.startswith(prefix))

    def at(self, name: str) -> Storage:
        """The storage of that name right inside; PartError as for this one."""
        return Storage(self._file, (*self.path, name))

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
        data = self._file.read((*self.path, _FIXED)) or b""
        rows = data[_HEADERS.get(self.path[-1] if self.path else "", 8) :]
        rows = rows[: len(rows) // 16 * 16]
        return {tag: (kind, value) for kind, tag, value in iter_unpack("<HH4x8s", rows)}

    def _stream(self, tag: int, kind: int) -> bytes | None:
        return self._file.read((*self.path, f"__substg1.0_{tag:04X}{kind:04X}"))
