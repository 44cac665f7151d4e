"""What lies in an archive's folder, and which of it the checks have accounted for."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NotAnArchiveError
from sviedka.keep import durable, layout
from sviedka.keep.ledger.paths import TilePath

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.verify.report import Notebook

_FOLDERS: Final = re.compile(
    r"ledger|ledger/checkpoints|ledger/tile(/(entries|[0-9]{1,2})(/x[0-9]{3}){0,6}(/[0-9]{3}\.p)?)?"
    r"|(objects|grants)(/[0-9a-f]{2})?|outbox"
)
_INDEX: Final = re.compile(r"index\.db(-wal|-shm|-journal)?")
_STORED: Final = re.compile(r"(objects|grants)/([0-9a-f]{2})/\2[0-9a-f]{62}")
_OUTBOX: Final = re.compile(r"outbox/[0-9]{10}")
_WITHDRAWN: Final = re.compile(r"outbox/[0-9]{10}\.[0-9a-f]{16}\.withdrawn")
_KEPT: Final = re.compile(r"ledger/checkpoints/[0-9]{1,16}(\.[0-9A-Za-z_-]{1,64}){0,3}")
_SAVE: Final = "an interrupted save left it; `sviedka` may remove it at any time"


class Listing:
    """The files of an archive with their sizes, by their path in it.

    Every check takes away what it accounts for; ``judge`` reports what remains.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sizes: dict[str, int] = {}
        self._folders: list[str] = []
        self._odd: list[tuple[str, str]] = []
        if not root.is_dir():
            raise NotAnArchiveError("this is no folder", where=str(root))
        self._walk(root, "")

    def _walk(self, folder: Path | str, prefix: str) -> None:
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            self._odd.append((prefix.rstrip("/"), f"cannot be read: {error.strerror}"))
            return
        for each in found:
            # A name on Linux need not be text; what is told about it has to be.
            path = prefix + os.fsencode(each.name).decode("utf-8", "backslashreplace")
            if each.is_dir(follow_symlinks=False):
                self._folders.append(path)
                self._walk(each.path, path + "/")
            elif each.is_file(follow_symlinks=False):
                self.sizes[path] = each.stat(follow_symlinks=False).st_size
            else:
                self._odd.append((path, "is a link or a device, where only files belong"))

    def take(self, path: str) -> int | None:
        """The size of a file, which is accounted for from here on; None if it is not there."""
        return self.sizes.pop(path, None)

    def read(self, path: str, most: int) -> bytes:
        """A file of at most ``most`` bytes; NotFoundError, FormatError, StorageError."""
        return durable.read_file(self.root / path, most)

    def judge(self, notebook: Notebook, *, known: bool) -> None:
        """Report everything that no check has taken away.

        ``known`` says whether all entries could be read: if not, what they do not name may still
        be theirs.
        """
        for path, what in self._odd:
            notebook.damage(f"this {what}", path, "look who put it there, and move it away")
        for path in sorted(self._folders):
            if not _FOLDERS.fullmatch(path):
                notebook.warn("the format knows no such folder", path, "move it away")
        for path in sorted(self.sizes):
            if _INDEX.fullmatch(path):
                continue
            if path.endswith(durable.TMP):
                notebook.note("a write that was interrupted; it means nothing", path)
            elif _WITHDRAWN.fullmatch(path):
                notebook.note("this device withdrew it, since it could not stand any more", path)
            elif not _has_a_place(path):
                notebook.warn("the format knows no such file", path, "move it away")
            elif known:
                notebook.note(f"no entry names this file: {_SAVE}", path)
            else:
                notebook.note("no entry that could be read names this file", path)


def _has_a_place(path: str) -> bool:
    """Whether the format has files of such a name."""
    if any(each.fullmatch(path) for each in (_STORED, _OUTBOX, _KEPT)):
        return True
    ledger = f"{layout.LEDGER}/"
    try:
        TilePath.parse(path.removeprefix(ledger))
    except FormatError:
        return False
    return path.startswith(ledger)
