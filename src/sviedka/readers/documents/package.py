"""The files inside an office document: a ZIP (ISO/IEC 29500-2, OpenDocument 1.3 part 2)."""

from __future__ import annotations

import zipfile
import zlib
from io import BufferedReader
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.outlet import PartError, allowance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

MEMBERS: Final = 20_000
"""Files inside that are looked at; a book of pictures has a few hundred."""
_BLOCK: Final = 1 << 16
_ENCRYPTED: Final = 1  # APPNOTE 4.4.4, bit 0
_BAD: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What zipfile raises for bytes that are not what they claim."""


class Package:
    """An open package. What all its files give together is bounded by the size of the whole."""

    def __init__(self, source: FileIO) -> None:
        """Raises InputError if it is no ZIP, or one of more files than any document has."""
        self.size = source.seek(0, 2)
        try:
            self._zip = zipfile.ZipFile(BufferedReader(source, _BLOCK))
        except _BAD as error:
            raise InputError("the package of this document is damaged") from error
        self._left = allowance(self.size)
        self.crowded = len(self._zip.filelist) > MEMBERS
        self.names = [each.filename for each in self._zip.filelist[:MEMBERS]]
        self._known = dict(zip(self.names, self._zip.filelist, strict=False))

    def __contains__(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._known

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file; none if it is not there. Raises PartError."""
        if name not in self._known:
            return
        info = self._known[name]
        if info.flag_bits & _ENCRYPTED:
            raise PartError("encrypted", "this file needs a password")
        try:
            with self._zip.open(info) as file:
                while block := file.read(_BLOCK):
                    self._left -= len(block)
                    if self._left < 0:
                        raise PartError("too_big", "more comes out than documents hold: a bomb?")
                    yield block
        except _BAD as error:
            raise PartError("damaged", "this file inside the document is damaged") from error
