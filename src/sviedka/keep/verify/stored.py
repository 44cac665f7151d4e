"""What is stored of a ledger, read without believing it: heads, journal, tiles, bundles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NotFoundError, SviedkaError
from sviedka.keep import durable
from sviedka.keep.ledger import bundles, journal
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.log import CHECKPOINT, JOURNAL
from sviedka.keep.ledger.merkle import HASH_SIZE
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.paths import ENTRIES, FULL, TilePath
from sviedka.keep.ledger.tilefolder import TileFolder

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.verify.report import Notebook

COPY: Final = "copy it back from another copy of the archive"
_MAX_JOURNAL: Final = 1 << 32


class Stored:
    """The files of a ledger as they were at one moment, whoever writes meanwhile.

    What cannot be read is written into the notebook, and is None here.
    """

    def __init__(self, folder: Path, notebook: Notebook) -> None:
        self._folder = folder
        self._notebook = notebook
        self._tiles = TileFolder(folder)
        self.files = {CHECKPOINT, JOURNAL}
        """Paths, within the ledger, that were accounted for."""
        self.note: Note | None = None
        self.root: bytes | None = None
        """Of the newest head, as it says itself."""
        self.journal: journal.Journal | None = None
        self.size = self._read()
        """How many entries are in tiles."""

    def width(self, index: int) -> int:
        """How many entries a bundle should hold."""
        return min(self.size - index * FULL, FULL)

    def tile(self, path: TilePath) -> bytes | None:
        """A tile of hashes."""
        self.files.add(str(path))
        data = self._fetch(path)
        if isinstance(data, bytes) and len(data) != path.width * HASH_SIZE:
            data = FormatError(f"{len(data)} bytes are not a tile of {path.width} hashes")
        return self._known(data, str(path))

    def bundle(self, index: int, *, tell: bool = False) -> list[bytes] | None:
        """The entries of a bundle; what is wrong with it is told if ``tell`` is set."""
        path = self.bundle_path(index)
        self.files.add(str(path))
        data = self._fetch(path)
        try:
            if isinstance(data, bytes):
                return bundles.unpack(data, path.width)
        except FormatError as error:
            data = error
        if tell:
            self._known(data, str(path))
        return None

    def bundle_path(self, index: int) -> TilePath:
        """The name of a bundle."""
        return TilePath(ENTRIES, index, self.width(index))

    def damage(self, what: str, name: object) -> None:
        """Write down that a file of the ledger is damaged."""
        self._notebook.damage(what, f"{self._folder.name}/{name}", COPY)

    def _read(self) -> int:
        while True:
            head, tail = self._get(CHECKPOINT, MAX_NOTE), self._get(JOURNAL, _MAX_JOURNAL)
            # A commit in between would make the one newer than the other.
            if not isinstance(head, bytes) or head == self._get(CHECKPOINT, MAX_NOTE):
                break
        if (data := self._known(tail, JOURNAL)) is not None:
            self.journal = self._parse_journal(data)
        if (data := self._known(head, CHECKPOINT)) is not None:
            size = self._parse_head(data)
            if size is not None:
                return size
        size = self._size_by_names()
        if size:
            self.damage("the newest head cannot be read", CHECKPOINT)
        return size

    def _parse_head(self, data: bytes) -> int | None:
        try:
            note = Note.parse(data)
            head = Checkpoint.parse(note.text)
        except SviedkaError as error:
            self.damage(error.what, CHECKPOINT)
            return None
        if head.extensions or len(note.signatures) != 1:
            self.damage("a head has three lines and one signature", CHECKPOINT)
        self.note, self.root = note, head.root
        return head.size

    def _parse_journal(self, data: bytes) -> journal.Journal | None:
        try:
            read = journal.parse(data)
        except SviedkaError as error:
            self.damage(error.what, JOURNAL)
            return None
        if read.length < len(data):
            what = "it ends with a part of an entry, as an interrupted save leaves it"
            self._notebook.warn(what, f"{self._folder.name}/{JOURNAL}")
        return read

    def _size_by_names(self) -> int:
        """How many entries there should be if no head says so: as many as there are bundles for."""
        size = 0
        for path in (self._folder / "tile" / "entries").rglob("*"):
            try:
                found = TilePath.parse(path.relative_to(self._folder).as_posix())
            except FormatError:
                continue
            if path.is_file():
                size = max(size, found.index * FULL + found.width)
        return size

    def _fetch(self, path: TilePath) -> bytes | SviedkaError:
        try:
            return self._tiles.read(str(path))
        except SviedkaError as error:
            return error

    def _get(self, name: str, most: int) -> bytes | SviedkaError | None:
        try:
            return durable.read_file(self._folder / name, most)
        except NotFoundError:
            return None
        except SviedkaError as error:
            return error

    def _known(self, data: bytes | SviedkaError | None, name: str) -> bytes | None:
        if isinstance(data, SviedkaError):
            self.damage(data.what, name)
            return None
        return data
