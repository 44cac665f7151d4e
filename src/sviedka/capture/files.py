"""Files and folders, byte-exact: an item for each file, a record for each place in the folder.

A run that was interrupted is run again: what is there is compared by its hash and not taken twice.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.contents.soundness import is_sound
from sviedka.capture.contents.stage import Contents
from sviedka.capture.filepaths import interrupted, known_at
from sviedka.capture.intake import Outcome, no_progress, open_case, require_facets
from sviedka.capture.originals import keep
from sviedka.capture.sources import Brought, brought, source_record
from sviedka.capture.walking import WORDS, Found, Seen, look, see
from sviedka.errors import AmbiguousError, ChangedError, InputError
from sviedka.keep.index.labels import labels
from sviedka.keep.saving import Event
from sviedka.keep.vault.disk import open_plain
from sviedka.keep.vault.seal import Source
from sviedka.sandbox import Nursery, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from sviedka.capture.intake import Progress
    from sviedka.capture.walking import Untaken
    from sviedka.keep.archive import Archive
    from sviedka.keep.saving import Saving

GROUP_FILES: Final = 500
GROUP_BYTES: Final = 1 << 30
"""After so many files or bytes what was taken is made to stand; an interruption costs no more."""
FACETS: Final = ("evidence", "identity", "status")
"""In ``identity`` lies what originals reveal about who brought or made them."""


def add(  # noqa: PLR0913 - who, what, and four ways to say more
    archive: Archive,
    roots: Sequence[Path],
    *,
    leave: Collection[Path] = (),
    case: str | None = None,
    purpose: str = "",
    look_inside: bool = True,
    sound_only: bool = False,
    progress: Progress = no_progress,
) -> Outcome | None:
    """Seal a folder, or some files, into a case: the one given, else that of the same name.

    Folders in ``leave`` are passed over, and the archive itself; None if nothing is left beside
    them. InputError if there is nothing to read at all, and what ``look`` raises; files that cannot
    be read are noted, and the rest goes on. Adding the same again adds nothing. With
    ``look_inside``, what they hold is taken out of them as well, once they are sealed. With
    ``sound_only``, files that their reader cannot read whole are noted, and not sealed.
    """
    found = look(roots, [*leave, archive.path, archive.home])
    if not found and leave:
        return None
    if not found:
        raise InputError("there is nothing in it", where=str(roots[0]))
    name = os.fsencode(roots[0].resolve().name or "/")
    shown = name.decode("utf-8", "replace")
    case = case or _case_called(archive, shown)
    if case:
        require_facets(archive, case, ["evidence"])
    taking = _Taking(archive, case or "", shown, purpose)
    size = sum(each.size for each in found)
    total, done = size * (1 + look_inside), 0
    with ExitStack() as stack:
        judge = stack.enter_context(Nursery(describe())) if sound_only else None
        for chunk in _chunks(found):
            done += sum(each.size for each in chunk)
            taking.take(chunk, judge)
            progress(done, total)
    if look_inside:
        taking.look_inside(lambda read: progress(min(size + read, total), total))
    taking.end(name, single=len(roots) == 1 and roots[0].is_file())
    return taking.outcome


def _case_called(archive: Archive, name: str) -> str | None:
    """The case that an earlier import of this name made; AmbiguousError if there are several."""
    with archive.projector.index.reading() as db:
        known = labels(db).items()
    found = [case.hex() for case, each in known if (each.name, each.sort) == (name, "files")]
    if len(found) > 1:
        raise AmbiguousError(
            f"{len(found)} cases are called {name!r}", found, do="name one by its id with --case"
        )
    return found[0] if found else None


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


class _Taking:
    """An import of files in the making, a group at a time."""

    def __init__(self, archive: Archive, case: str, label: str, purpose: str) -> None:
        self._archive = archive
        self._index = archive.projector.index
        self._resumed = interrupted(self._index, case) if case else ""
        imported = self._resumed or archive.random(16).hex()
        self._before = brought(self._index, imported) if self._resumed else Brought(0, 0)
        self.outcome = Outcome(imported, case, label, "files")
        self._event = Event("ing", purpose, imported)
        self._there: list[tuple[str, Seen]] = []

    def take(self, chunk: Sequence[Found], judge: Nursery | None) -> None:
        """Take these, and make them stand; with a ``judge``, only those that are sound."""
        outcome = self.outcome
        with self._archive.save(self._event) as save:
            if not outcome.case:
                outcome.case = open_case(save, outcome.label, "files", FACETS)
            fresh = [seen for seen in map(see, chunk) if self._is_new(save, seen)]
            if judge:
                fresh = [seen for seen in fresh if self._is_sound(save, seen, judge)]
            self._seal(save, fresh)
            save.finish()

    def look_inside(self, progress: Callable[[int], None]) -> None:
        """Take out what the originals hold, those too that an interrupted run has sealed.

        ``progress`` is told how many bytes of them are done.
        """
        done = 0
        with Contents(self._archive, self.outcome, self._event.purpose) as contents:
            for item, seen in self._there:
                contents.read_file(item, seen)
                done += seen.found.size
                progress(done)

    def end(self, name: bytes, *, single: bool) -> None:
        """Say what was brought, last: an import without this was interrupted."""
        if not self._resumed and self.outcome.took_nothing:
            return
        with self._archive.save(self._event) as save:
            save.record(self.outcome.case, "evidence", self._source(name, single))
            save.finish()

    def _is_new(self, save: Saving, seen: Seen) -> bool:
        """Whether this is a file to be sealed; of all else it is noted here what it is."""
        if not seen.is_file:
            self._note(save, seen)
            return False
        if item := self._known(seen.found):
            self.outcome.known += 1
            self._there.append((item, seen))
            return False
        return True

    def _is_sound(self, save: Saving, seen: Seen, judge: Nursery) -> bool:
        """Whether a file can be read whole; it is noted here if not."""
        try:
            if is_sound(seen.found.place, judge):
                return True
        except OSError:
            return True  # sealing will meet the same error, and say so
        self._note(save, seen._replace(untaken="unsound"))
        return False

    def _seal(self, save: Saving, fresh: Sequence[Seen]) -> None:
        case, outcome = self.outcome.case, self.outcome
        sources = (Source.of(seen.found.place) for seen in fresh)
        for seen, sealed in zip(fresh, save.items(case, "evidence", sources), strict=True):
            if isinstance(sealed, InputError):
                why: Untaken = "changed" if isinstance(sealed, ChangedError) else "unreadable"
                self._note(save, seen._replace(untaken=why))
                continue
            kept = keep(self._archive, save, case, "evidence", sealed)
            outcome.items += kept.new
            outcome.size += kept.size * kept.new
            outcome.known += not kept.new
            self._record(save, seen, item=kept.item)
            self._there.append((kept.item, seen))

    def _note(self, save: Saving, seen: Seen) -> None:
        """Say of a place what is there instead of a file, unless that was the last thing said."""
        if seen.untaken:
            self.outcome.missing += 1
            self.outcome.notes.append(f"{seen.found.place}: {WORDS[seen.untaken]}")
        known = known_at(self._index, self.outcome.case, seen.found.path)
        if known and (known[0].link, known[0].untaken) == (seen.link, seen.untaken):
            return
        self._record(save, seen, **({"untaken": seen.untaken} if seen.untaken else {}))

    def _record(self, save: Saving, seen: Seen, **what: str) -> None:
        save.record(self.outcome.case, "evidence", seen.record(self.outcome.import_id, **what))
        self.outcome.places += 1

    def _known(self, found: Found) -> str:
        """The item with this very content that was taken from this place before; otherwise ""."""
        there = known_at(self._index, self.outcome.case, found.path)
        taken = {each.sha256: each.item for each in there if each.item and each.size == found.size}
        if not taken:
            return ""
        try:
            with open_plain(found.place) as file:
                item = taken.get(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            return ""  # sealing will meet the same error, and say so
        return item.hex() if item else ""

    def _source(self, name: bytes, single: bool) -> dict[str, Any]:
        totals = {
            "bytes": self._before.size + self.outcome.size,
            "items": self._before.items + self.outcome.items,
            "missing": self.outcome.missing,
        }
        return source_record(self.outcome.import_id, "file" if single else "files", name, totals)
