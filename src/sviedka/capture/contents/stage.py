"""Looking into originals once they are sealed, and into what they hold, down to a depth.

What a reader says never stands in the way of keeping: the original is sealed before it is read. An
original counts as read when all that it holds has been; so what was interrupted is done again.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Final, Self

from sviedka.capture.contents import webarchives
from sviedka.capture.contents.budget import Budget
from sviedka.capture.contents.group import Group
from sviedka.capture.contents.parts import known_parts, was_read
from sviedka.capture.contents.spool import spooled
from sviedka.capture.contents.taking import Taking
from sviedka.capture.recognise import begins_as_telegram
from sviedka.errors import InputError, NotInstalledError, SandboxError
from sviedka.keep.reading import find_item, read_original
from sviedka.keep.saving import Event
from sviedka.keep.vault.disk import open_plain
from sviedka.readers import Fault, format_of, read
from sviedka.readers.formats import BEGINNING
from sviedka.sandbox import Nursery, describe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from sviedka.capture.contents.account import Account
    from sviedka.capture.contents.taking import Inner
    from sviedka.capture.intake import Outcome
    from sviedka.capture.walking import Seen
    from sviedka.keep.archive import Archive
    from sviedka.readers import Format

MAX_DEPTH: Final = 16
"""How deep in each other parts are looked into; people's own nest three or four deep."""


class Contents:
    """What is inside of the originals of one import."""

    def __init__(self, archive: Archive, outcome: Outcome, purpose: str) -> None:
        self._archive = archive
        self._index = archive.projector.index
        self._outcome = outcome
        self._group = Group(archive, Event("ing", purpose, outcome.import_id))
        self._nursery: Nursery | None = None
        identity = archive.history.cases.get(outcome.case, {}).get("identity")
        self._may_reveal = identity is not None and not identity.destroyed
        self._done: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._nursery:
            self._nursery.__exit__()
        self._group.__exit__(kind, error, trace)

    def read_file(self, item: str, seen: Seen) -> None:
        """Look into an original that was sealed from this place, unless that was done before."""
        if self._was_read(item):
            return
        with ExitStack() as stack:
            source = self._unchanged(stack, seen)
            if source is None:  # what was sealed is in the archive, whatever became of the file
                source = stack.enter_context(self._from_vault(item, str(seen.found.place)))
            self._read(item, seen.found.place.name, str(seen.found.place), source)

    def read_item(self, item: str, name: str) -> None:
        """Look into an original as the archive holds it, unless that was done before."""
        if not self._was_read(item):
            with self._from_vault(item, name) as source:
                self._read(item, name, name, source)

    def _was_read(self, item: str) -> bool:
        return item in self._done or was_read(self._index, item)

    def _unchanged(self, stack: ExitStack, seen: Seen) -> int | None:
        """The file itself, open for reading, if it is still what was sealed."""
        try:
            source = stack.enter_context(open_plain(seen.found.place)).fileno()
        except OSError:
            return None
        return source if seen.info and _stamp(os.fstat(source)) == _stamp(seen.info) else None

    def _from_vault(self, item: str, where: str) -> AbstractContextManager[int]:
        return spooled(read_original(self._archive, find_item(self._archive, item)), where)

    def _read(self, item: str, name: str, where: str, source: int) -> None:
        beginning = os.pread(source, BEGINNING, 0)
        form = format_of(beginning, name)
        if name.lower().endswith(".json") and begins_as_telegram(beginning):
            hint = "it looks like a Telegram export; to take in its messages, add it by itself"
            self._outcome.hints.append(f"{where}: {hint}")
        if form is None:
            self._outcome.formats[""] += 1
        else:
            self._into(item, where, form, source, Budget(os.fstat(source).st_size), 0)

    def _into(  # noqa: PLR0913, PLR0917 - one open file, and how far it may go
        self, item: str, where: str, form: Format, source: int, budget: Budget, depth: int
    ) -> None:
        """Look into an open file, and into what it holds."""
        try:
            nursery = self._ready()
        except NotInstalledError as error:
            self._lack(where, error)
            return
        if form.sort == "web":
            webarchives.take(self._index, self._group, self._outcome, item, where, source)
            self._done.add(item)
            return
        with closing(read(source, form, nursery=nursery)) as findings:
            known = known_parts(self._index, item)
            taking = Taking(self._archive, self._outcome, item, findings, known, budget)
            taking.take(self._group)
        if taking.lacking:
            self._lack(where, taking.lacking)
            return
        for inner in taking.inner:
            self._deeper(inner, f"{where} › {inner.place}", taking.account, budget, depth + 1)
        self._tell(item, where, form, taking.account)

    def _ready(self) -> Nursery:
        """What readers are born in; NotInstalledError where none can be started."""
        if self._nursery is None:
            try:
                self._nursery = Nursery(describe())
            except SandboxError as error:
                raise NotInstalledError(error.what, do=error.do) from error
        return self._nursery

    def _lack(self, where: str, error: NotInstalledError) -> None:
        """It is not on record as read, so that it will be once its reader is here."""
        self._outcome.formats[""] += 1
        self._outcome.troubles.append(f"{where}: {error}")

    def _deeper(
        self, inner: Inner, where: str, account: Account, budget: Budget, depth: int
    ) -> None:
        if self._was_read(inner.item):
            return
        if depth > MAX_DEPTH:
            what = f"it lies more than {MAX_DEPTH} deep, and was not looked into"
            account.fault(Fault(0, inner.place, "too_deep", what))
            return
        with ExitStack() as stack:
            try:
                source = stack.enter_context(self._spool(inner, where))
            except InputError as error:
                account.fault(Fault(0, inner.place, "too_big", error.what))
                return
            self._into(inner.item, where, inner.form, source, budget, depth)

    def _spool(self, inner: Inner, where: str) -> AbstractContextManager[int]:
        if inner.content is not None:
            return spooled([inner.content], where)
        self._group.flush()  # so that it can be read back
        return self._from_vault(inner.item, where)

    def _tell(self, item: str, where: str, form: Format, account: Account) -> None:
        """Say what was found, for the record and for the person who brought it."""
        self._done.add(item)
        outcome = self._outcome
        outcome.formats[form.name] += 1
        outcome.faults += bool(account.faults)
        outcome.troubles += _troubles(where, account)
        save = self._group.save
        save.record(outcome.case, "evidence", account.reading(outcome.import_id, item, form.name))
        reveals = account.reveals(outcome.import_id, item)
        if reveals and self._may_reveal:
            save.record(outcome.case, "identity", reveals)
            outcome.revealing += 1
        self._group.count(2)


def _troubles(where: str, account: Account) -> Iterable[str]:
    for fault in account.faults:
        place = f" › {fault.place}" if fault.place else ""
        yield f"{where}{place}: {fault.what}"
    if account.faults_more:
        yield f"{where}: {account.faults_more:,} more like these"


def _stamp(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_ino, info.st_size, info.st_mtime_ns
