"""What hangs on messages: each file is sealed once, whatever names it and however often."""

from __future__ import annotations

import errno
import io
import os
from functools import partial
from typing import TYPE_CHECKING

from sviedka.capture.telegram.media import Absent, Opened, Refused, open_media
from sviedka.keep.index.items import same
from sviedka.keep.vault.seal import Sealed, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.capture.intake import Outcome
    from sviedka.capture.telegram.message import Media
    from sviedka.capture.telegram.records import Hung
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

_WHY = {
    "outside": "outside",
    "link": "outside",
    "not_a_file": "unreadable",
    "not_a_path": "absent",
    "unreadable": "unreadable",
}


class MediaKeeper:
    """Seals the media of one export into the evidence of one case."""

    def __init__(self, archive: Archive, root: Path, case: str, outcome: Outcome) -> None:
        self._archive = archive
        self._root = root
        self._case = case
        self._outcome = outcome
        self._found: dict[str, dict[str, str]] = {}

    def is_there(self, media: Media) -> bool:
        """Whether a file can be opened now."""
        return media.path is not None and self._state(media.path) is None

    def size(self, media: Media) -> int:
        """Bytes of a file as it lies on disk; 0 if it cannot be taken."""
        if media.path is None or media.path in self._found:
            return 0
        opened = open_media(self._root, media.path)
        if not isinstance(opened, Opened):
            return 0
        try:
            return os.fstat(opened.descriptor).st_size
        finally:
            os.close(opened.descriptor)

    def take(self, save: Saving, media: Sequence[Media]) -> None:
        """Seal what is new of these."""
        paths = dict.fromkeys(
            each.path for each in media if each.path is not None and each.path not in self._found
        )
        there = []
        for path in paths:
            why = self._state(path)
            if why is None:
                there.append(path)
            else:
                self._miss(path, why, "the export does not hold it" if why == "absent" else why)
        sources = (
            Source(str(self._root / path), partial(_open, self._root, path)) for path in there
        )
        for path, sealed in zip(there, save.items(self._case, "evidence", sources), strict=True):
            if isinstance(sealed, Sealed):
                self._found[path] = {"item": self._keep(save, sealed)}
            else:
                why = "changed" if "changed" in sealed.what else "unreadable"
                self._miss(path, why, sealed.what)

    def hung(self, media: Sequence[Media]) -> list[Hung]:
        """Each medium with what became of it; call it after ``take``."""
        return [
            (each, self._found[each.path] if each.path else {"missing": each.missing or "absent"})
            for each in media
        ]

    def _keep(self, save: Saving, sealed: Sealed) -> str:
        with self._archive.projector.index.reading() as db:
            digest = bytes.fromhex(sealed.sha256)
            known = same(db, bytes.fromhex(self._case), "evidence", digest)
        if known:
            save.drop(sealed)
            return known[0].id.hex()
        again = save.known(self._case, "evidence", sealed.sha256)
        if again:
            save.drop(sealed)
            return again
        self._outcome.items += 1
        self._outcome.size += sealed.size
        return save.item(self._case, "evidence", sealed).id

    def _miss(self, path: str, why: str, words: str) -> None:
        self._found[path] = {"missing": why}
        self._outcome.missing += 1
        self._outcome.notes.append(f"{path}: {words}")

    def _state(self, path: str) -> str | None:
        """Why a file cannot be taken; None if it can."""
        match open_media(self._root, path):
            case Opened(descriptor=descriptor):
                os.close(descriptor)
                return None
            case Absent():
                return "absent"
            case Refused(reason=reason):
                return _WHY[reason]


def _open(root: Path, path: str) -> io.FileIO:
    """Open a medium when its turn comes, along the same guarded way."""
    found = open_media(root, path)
    if not isinstance(found, Opened):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return io.FileIO(found.descriptor, "rb")
