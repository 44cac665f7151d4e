"""What hangs on messages: each file is sealed once, whatever names it and however often."""

from __future__ import annotations

import errno
import io
import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from sviedka.capture.originals import keep
from sviedka.capture.telegram.export import RESULT
from sviedka.capture.telegram.html.pages import page_names
from sviedka.capture.telegram.media import Absent, Opened, Refused, open_media
from sviedka.errors import ChangedError
from sviedka.keep.vault.seal import Sealed, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sviedka.capture.intake import Outcome
    from sviedka.capture.telegram.export import Exported
    from sviedka.capture.telegram.media import Reason
    from sviedka.capture.telegram.message import Media
    from sviedka.capture.telegram.records import Hung
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving

Missing = Literal["absent", "outside", "unreadable", "changed"]

_WHY: Final[dict[Reason, Missing]] = {
    "outside": "outside",
    "link": "outside",
    "not_a_file": "unreadable",
    "not_a_path": "absent",
    "unreadable": "unreadable",
}
_WORDS: Final[dict[Missing, str]] = {
    "absent": "the export does not hold it",
    "outside": "it leads out of the export",
    "unreadable": "it cannot be read as a file",
    "changed": "it changed while it was read",
}


class MediaKeeper:
    """Seals the media of one export into a case, a contact's card into ``cards``."""

    def __init__(self, archive: Archive, export: Exported, outcome: Outcome, cards: Facet) -> None:
        self._archive = archive
        self._root = export.root
        self._own = _own(export)
        self._outcome = outcome
        self._cards = cards
        self._found: dict[tuple[Facet, str], str] = {}
        self._missed: dict[str, Missing] = {}

    def lost(self, media: Sequence[Media]) -> int:
        """How many of the files that these name cannot be had now."""
        return sum(each.path is not None and not self._is_there(each.path) for each in media)

    def size(self, media: Sequence[Media]) -> int:
        """Bytes of what has still to be sealed of these, as it lies on disk."""
        sizes = [self._look(path) for facet, path in self._named(media)]
        return sum(each for each in sizes if isinstance(each, int))

    def take(self, save: Saving, case: str, media: Sequence[Media]) -> None:
        """Seal what is new of these."""
        there: dict[Facet, list[str]] = {}
        for facet, path in self._named(media):
            if self._is_there(path):
                there.setdefault(facet, []).append(path)
        for facet, paths in there.items():
            sources = (
                Source(str(self._root / path), partial(_open, self._root, path)) for path in paths
            )
            for path, sealed in zip(paths, save.items(case, facet, sources), strict=True):
                if isinstance(sealed, Sealed):
                    kept = keep(self._archive, save, case, facet, sealed)
                    self._found[facet, path] = kept.item
                    self._outcome.items += kept.new
                    self._outcome.size += kept.size * kept.new
                else:
                    self._miss(
                        path, "changed" if isinstance(sealed, ChangedError) else "unreadable"
                    )

    def hung(self, media: Sequence[Media]) -> list[Hung]:
        """Each medium with what became of it; call it after ``take``."""
        return [(each, self._fate(each)) for each in media]

    def _fate(self, medium: Media) -> dict[str, str]:
        if medium.path is None:
            return {"missing": medium.missing or "absent"}
        item = self._found.get((self._facet(medium), medium.path))
        return {"item": item} if item else {"missing": self._missed[medium.path]}

    def _named(self, media: Sequence[Media]) -> dict[tuple[Facet, str], None]:
        """What these name and what has not been sealed yet."""
        named = ((self._facet(each), each.path) for each in media if each.path is not None)
        return dict.fromkeys(each for each in named if each not in self._found)

    def _facet(self, medium: Media) -> Facet:
        """A contact's card is a name and a telephone number."""
        return self._cards if medium.role == "contact_vcard" else "evidence"

    def _is_there(self, path: str) -> bool:
        found = self._look(path)
        if isinstance(found, int):
            return True
        self._miss(path, found)
        return False

    def _miss(self, path: str, why: Missing) -> None:
        if path not in self._missed:
            self._outcome.missing += 1
            self._outcome.notes.append(f"{path}: {_WORDS[why]}")
        self._missed[path] = why

    def _look(self, path: str) -> int | Missing:
        """The size of a file in bytes, or why it cannot be taken."""
        match open_media(self._root, path):
            case Opened(descriptor=descriptor):
                try:
                    found = os.fstat(descriptor)
                finally:
                    os.close(descriptor)
                # Nobody's photo: all that was said, names included, and of other chats too.
                return "outside" if _place(found) in self._own else found.st_size
            case Absent():
                return "absent"
            case Refused(reason=reason):
                return _WHY[reason]


def _own(export: Exported) -> set[tuple[int, int]]:
    """The export's own files, and those in which the other format says the same: nobody's photo."""
    found = set()
    root = export.root
    siblings = (root / name for name in (RESULT, *page_names(root).values()))
    for path in (*export.files, *siblings):
        with suppress(OSError):  # a result.json that is not there
            found.add(_place(path.stat()))
    return found


def _place(info: os.stat_result) -> tuple[int, int]:
    """What tells a file from others, by whatever name."""
    return info.st_dev, info.st_ino


def _open(root: Path, path: str) -> io.FileIO:
    """Open a medium when its turn comes, along the same guarded way."""
    found = open_media(root, path)
    if not isinstance(found, Opened):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return io.FileIO(found.descriptor, "rb")
