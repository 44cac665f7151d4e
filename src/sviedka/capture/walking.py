"""What lies in a folder, and what the file system says of it when its turn comes."""

from __future__ import annotations

import os
import stat
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from sviedka.capture.text import text
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

Untaken = Literal["unreadable", "changed", "special", "missing", "unsound"]

WORDS: Final[dict[Untaken, str]] = {
    "changed": "it changed while it was read",
    "missing": "it was there a moment ago",
    "special": "neither a file nor a folder",
    "unreadable": "it cannot be read",
    "unsound": "its reader cannot read it whole, and nothing else was wanted",
}


class Found(NamedTuple):
    """Something that was brought: its path within that, and how many bytes there are to read."""

    base: Path
    path: bytes
    size: int

    @property
    def place(self) -> Path:
        """Where it lies on this disk."""
        return self.base / os.fsdecode(self.path)


class Seen(NamedTuple):
    """What is found at a place now: a plain file, unless ``link`` or ``untaken`` says otherwise."""

    found: Found
    info: os.stat_result | None
    link: bytes | None = None
    untaken: Untaken | None = None

    @property
    def is_file(self) -> bool:
        """Whether there is something to seal."""
        return self.link is None and self.untaken is None

    def record(self, imported: str, **what: str) -> dict[str, Any]:
        """The place as a record; ``what`` says what lay there where ``link`` does not."""
        record: dict[str, Any] = {"import": imported, "kind": "file", "v": 1, **what}
        record |= text("path", self.found.path)
        if self.link is not None:
            record |= text("link", self.link)
        if self.info:
            record["mode"] = stat.S_IMODE(self.info.st_mode)
            seconds = Decimal(self.info.st_mtime_ns).scaleb(-9)
            record["mtime"] = f"{seconds.normalize():f}"
        return record


def look(roots: Sequence[Path], leave: Collection[Path]) -> list[Found]:
    """All files under folders, and files, sorted by path; links are not followed.

    The path in one folder does not name the folder; where there are several, it does. Folders in
    ``leave`` are passed over, by whatever name. One that cannot be listed stands for what it
    holds. InputError for a root that is a link, is to be left, or cannot be read.
    """
    passed = set(filter(None, map(_identity, leave)))
    found: dict[Found, None] = {}
    for root in roots:
        if root.is_symlink():
            raise InputError("this is a link", where=str(root), do="name what it points to")
        if not os.access(root, os.F_OK):
            raise InputError(
                "there is nothing by this name, or it may not be seen", where=str(root)
            )
        if _identity(root) in passed:
            raise InputError("this belongs to the archive itself", where=str(root))
        folder = root.is_dir()
        base = root if folder and len(roots) == 1 else root.resolve().parent
        whole = base if base is root else base / root.resolve().name
        for place in _under(whole, passed) if folder else [str(whole)]:
            found[_found(base, place)] = None
    return sorted(found, key=lambda each: each.path)


def see(found: Found) -> Seen:
    """Look at a place again: hours may have passed since it was listed."""
    try:
        info = found.place.lstat()
        if stat.S_ISLNK(info.st_mode):
            return Seen(found, info, link=os.fsencode(found.place.readlink()))
    except FileNotFoundError:
        return Seen(found, None, untaken="missing")
    except OSError:
        return Seen(found, None, untaken="unreadable")
    if stat.S_ISREG(info.st_mode):
        return Seen(found, info)
    return Seen(found, info, untaken="unreadable" if stat.S_ISDIR(info.st_mode) else "special")


def _under(root: Path, passed: Collection[tuple[int, int]]) -> Iterator[str]:
    """The places under a folder, but for the folders themselves."""
    refused: list[OSError] = []
    for folder, subfolders, names in os.walk(root, onerror=refused.append):
        yield from (f"{folder}/{name}" for name in names)
        for name in list(subfolders):
            place = f"{folder}/{name}"
            if os.path.islink(place):  # noqa: PTH114 - a Path for each would take half the time
                yield place
            elif _identity(place) in passed:
                subfolders.remove(name)
    for error in refused:
        if error.filename == str(root):
            raise InputError("this cannot be read", where=str(root), do=error.strerror or "")
        yield error.filename


def _found(base: Path, place: str) -> Found:
    path = os.fsencode(os.path.relpath(place, base))
    try:
        info = os.lstat(place)
    except OSError:
        return Found(base, path, 0)
    return Found(base, path, info.st_size if stat.S_ISREG(info.st_mode) else 0)


def _identity(place: Path | str) -> tuple[int, int] | None:
    try:
        info = os.stat(place)  # noqa: PTH116 - as above
    except OSError:
        return None
    return info.st_dev, info.st_ino
