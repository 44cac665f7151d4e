"""Files and folders, byte-exact: an item for each file, a record for each place in the folder.

A run that was interrupted is run again: what is there is compared by its hash and not taken twice.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from sviedka.capture.filepaths import known_at
from sviedka.capture.intake import Outcome, case_named, no_progress, open_case
from sviedka.capture.text import text
from sviedka.errors import InputError
from sviedka.keep.author import TOOL
from sviedka.keep.index.items import same
from sviedka.keep.saving import Event
from sviedka.keep.vault.seal import Sealed, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sviedka.capture.intake import Progress
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

GROUP_FILES: Final = 500
GROUP_BYTES: Final = 1 << 30
"""After so many files or bytes what was taken is made to stand; an interruption costs no more."""
FACETS: Final = ("evidence", "status")

Untaken = Literal["unreadable", "changed", "special", "outside", "missing"]


@dataclass(frozen=True)
class Found:
    """Something in the folder: its path there, its place on disk, what the file system says."""

    path: bytes
    place: Path
    info: os.stat_result

    @property
    def size(self) -> int:
        """Bytes to read; 0 for what is not a plain file."""
        return self.info.st_size if stat.S_ISREG(self.info.st_mode) else 0


def look(root: Path, leave: Collection[Path] = ()) -> list[Found]:
    """Everything under a folder, or the one file, sorted by path; links are not followed.

    Folders in ``leave`` are passed over.
    """
    if not root.is_dir() or root.is_symlink():
        return [Found(os.fsencode(root.name), root, root.lstat())]
    found = []
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        subfolders[:] = [name for name in subfolders if here / name not in leave]
        links = [name for name in subfolders if (here / name).is_symlink()]
        for name in (*names, *links):
            place = here / name
            found.append(Found(os.fsencode(place.relative_to(root)), place, place.lstat()))
    return sorted(found, key=lambda each: each.path)


def add(  # noqa: PLR0913 - who, what, and four ways to say more
    archive: Archive,
    roots: Sequence[Path],
    *,
    leave: Collection[Path] = (),
    case: str | None = None,
    purpose: str = "",
    progress: Progress = no_progress,
) -> Outcome | None:
    """Seal a folder, or some files, into a case: the one given, else one of that name.

    Folders in ``leave`` are passed over; None if nothing is left beside them. InputError if there
    is nothing to read at all; files that cannot be read are noted, and the rest goes
    on. Adding the same again adds nothing.
    """
    found = [each for root in roots for each in _looked(root, leave)]
    if not found and leave:
        return None
    if not found:
        raise InputError("there is nothing in it", where=str(roots[0]))
    name = roots[0].resolve().name
    shown = os.fsencode(name).decode("utf-8", "replace")
    case = case or case_named(archive, shown)
    outcome = Outcome(archive.random(16).hex(), case or "", shown, "files")
    total, done = sum(each.size for each in found), 0
    for chunk in _chunks(found):
        with archive.save(Event("ing", purpose, outcome.import_id)) as save:
            if not outcome.case:
                outcome.case = open_case(save, shown, "files", FACETS)
            _take(archive, save, chunk, outcome)
            done += sum(each.size for each in chunk)
            if chunk[-1] is found[-1] and not outcome.took_nothing:
                save.record(outcome.case, "evidence", _source(name, outcome, len(roots) == 1))
            save.finish()
        progress(done, total)
    return outcome


def _looked(root: Path, leave: Collection[Path]) -> list[Found]:
    try:
        return look(root, leave)
    except OSError as error:
        raise InputError(
            "this cannot be read", where=str(root), do=f"the system says: {error.strerror}"
        ) from error


def _chunks(found: Iterable[Found]) -> Iterator[list[Found]]:
    chunk: list[Found] = []
    size = 0
    for each in found:
        if chunk and (len(chunk) >= GROUP_FILES or size + each.size > GROUP_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(each)
        size += each.size
    yield chunk


def _take(archive: Archive, save: Saving, chunk: Sequence[Found], outcome: Outcome) -> None:
    """Seal what is new of these, and note where each lay."""
    fresh: list[Found] = []
    for each in chunk:
        if stat.S_ISREG(each.info.st_mode):
            if _is_known(archive, each, outcome.case):
                outcome.known += 1
            else:
                fresh.append(each)
        elif not known_at(archive.projector.index, outcome.case, each.path):
            save.record(outcome.case, "evidence", _not_a_file(each, outcome))
    sources = (Source.of(each.place) for each in fresh)
    for each, sealed in zip(fresh, save.items(outcome.case, "evidence", sources), strict=True):
        if isinstance(sealed, Sealed):
            item = save.known(outcome.case, "evidence", sealed.sha256)
            item = item or _there_already(archive, outcome.case, sealed)
            if item:
                save.drop(sealed)
                outcome.known += 1
            else:
                item = save.item(outcome.case, "evidence", sealed).id
                outcome.items += 1
                outcome.size += sealed.size
            record = _place(each, outcome, item=item)
        else:
            outcome.missing += 1
            outcome.notes.append(str(sealed))
            why: Untaken = "changed" if "changed" in sealed.what else "unreadable"
            record = _place(each, outcome, untaken=why)
        save.record(outcome.case, "evidence", record)


def _is_known(archive: Archive, found: Found, case: str) -> bool:
    """Whether this very content was taken from this place before."""
    for known in known_at(archive.projector.index, case, found.path):
        if known.size == found.size:
            try:
                with found.place.open("rb", buffering=0) as file:
                    return hashlib.file_digest(file, "sha256").digest() == known.sha256
            except OSError:
                return False  # sealing will meet the same error, and say so
    return False


def _there_already(archive: Archive, case: str, sealed: Sealed) -> str:
    """The id of an item with the same content in the case; "" if there is none."""
    with archive.projector.index.reading() as db:
        found = same(db, bytes.fromhex(case), "evidence", bytes.fromhex(sealed.sha256))
    return found[0].id.hex() if found else ""


def _not_a_file(found: Found, outcome: Outcome) -> dict[str, Any]:
    if stat.S_ISLNK(found.info.st_mode):
        record = _place(found, outcome)
        record |= text("link", os.fsencode(found.place.readlink()))
        return record
    outcome.missing += 1
    outcome.notes.append(f"{found.place}: neither a file nor a folder")
    return _place(found, outcome, untaken="special")


def _place(found: Found, outcome: Outcome, **what: str) -> dict[str, Any]:
    seconds, nanoseconds = divmod(found.info.st_mtime_ns, 10**9)
    mtime = f"{seconds}.{nanoseconds:09}".rstrip("0").rstrip(".")
    return {
        "import": outcome.import_id,
        "kind": "file",
        "mode": stat.S_IMODE(found.info.st_mode),
        "mtime": mtime,
        "v": 1,
        **text("path", found.path),
        **what,
    }


def _source(name: str, outcome: Outcome, single: bool) -> dict[str, Any]:
    totals = {"bytes": outcome.size, "items": outcome.items, "missing": outcome.missing}
    return {
        "import": outcome.import_id,
        "kind": "source",
        "sort": "file" if single and outcome.items == 1 else "files",
        "tool": TOOL,
        "totals": totals,
        "v": 1,
        **text("name", os.fsencode(name)),
    }
