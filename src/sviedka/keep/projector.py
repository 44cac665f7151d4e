"""Feeding the index from the ledger: which records are in force, as far as this device may read.

What it cannot open (no grant, a lost object) it leaves out; a late grant brings it in by a replay
of the case, a destruction takes it out, and a rebuild gives the same (DESIGN.md, "The index").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from sviedka.errors import (
    AccessError,
    FormatError,
    IntegrityError,
    NotFoundError,
    StorageError,
    UnusableIndexError,
)
from sviedka.keep.index import Index, Row
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.groups import Gathering
from sviedka.keep.vault.unseal import read_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sviedka.keep.age import HybridIdentity
    from sviedka.keep.index import Batch as IndexedBatch
    from sviedka.keep.index import Projection
    from sviedka.keep.ledger.history import History
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.vault.batch import Batch
    from sviedka.keep.vault.directory import DirectoryStore

FLUSH_AT: Final = 4_000
"""Rows that are put into the index in one transaction, at the least, while catching up."""


class _Kind(msgspec.Struct):
    kind: str


_kinds = msgspec.json.Decoder(_Kind)


def _kind_of(record: bytes) -> str:
    """The kind of a record; none if it is malformed, which ``verify`` tells and nobody trips on."""
    try:
        return _kinds.decode(record).kind
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


class Reading(Protocol):
    """What a projector needs of an archive."""

    objects: DirectoryStore
    history: History

    def identity(self, case: str, facet: Facet, epoch: int) -> HybridIdentity:
        """The key that opens a facet; AccessError if this device may not."""

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """The entries from a position on, those of the outbox after those of the ledger."""


class Projector:
    """The index of an archive, and how it follows the ledger."""

    def __init__(
        self, archive: Reading, path: Path, key: bytes, projections: Sequence[Projection]
    ) -> None:
        self._archive = archive
        self._path = path
        self._key = key
        self._projections = projections
        self._rows: list[Row] = []
        self.damaged: dict[str, str] = {}
        """Objects that could not be read although they are there, and why."""
        self.remade = ""
        """Why the index was made anew when it was opened, if it was."""
        try:
            self.index = Index.open(path, key, projections, _outdated)
        except UnusableIndexError as error:
            self.remade = str(error)
            self.index = Index.rebuild(path, key, projections, (), 0)
        self.position = self.index.position

    @property
    def key(self) -> bytes:
        """The key of the index, 32 bytes."""
        return self._key

    def close(self) -> None:
        """Let go of the file."""
        self.index.close()

    def apply(self, position: int, effective: Sequence[Entry]) -> None:
        """Follow one step of the history: these entries took effect at ``position``."""
        if position < self.position:
            return
        first = position + 1 - len(effective)
        for at, entry in enumerate(effective, first):
            body = entry.body
            if isinstance(body, say.Content):
                self._rows += self._rows_of(body, at, position)
        self.position = position + 1
        stirred = _stirred(effective)
        if stirred or len(self._rows) >= FLUSH_AT:
            self.flush()
        for case in stirred:
            self.replay(case)

    def flush(self) -> None:
        """Put into the index what was gathered, as far as no other process did."""
        if self._rows or self.position > self.index.position:
            with self.index.writing():
                there = self.index.position
                if there < self.position:
                    rows = [row for row in self._rows if row.position >= there]
                    self.index.apply(rows, self.position)
            self._rows = []

    def position_on_disk(self) -> int:
        """How far the index is now, whoever brought it there.

        What was gathered beyond it, when the disk would not take it, is to be gathered again.
        """
        self._rows = []
        self.position = self.index.position
        return self.position

    def rewind(self, position: int, cases: Iterable[str]) -> None:
        """Go back to a position: of these cases alone, something was taken in beyond it."""
        self.position = position
        with self.index.writing():
            for case in cases:
                self.replay(case)
            self.index.rewind(position)

    def replay(self, case: str) -> None:
        """Forget a case and read again what this device may read of it now."""
        self.index.replay(bytes.fromhex(case), self._rows_in(case))

    def rebuild(self, new_key: bytes | None = None) -> None:
        """Make the index again from the ledger, under a new key if one is given."""
        self.index.close()
        try:
            self.index = Index.rebuild(
                self._path,
                self._key,
                self._projections,
                self._rows_in(None),
                self.position,
                new_key=new_key,
            )
        except StorageError:  # another process has it open, or the disk is full
            self.index = Index.open(self._path, self._key, self._projections, _outdated)
            raise
        self._key = new_key or self._key

    def _rows_in(self, case: str | None) -> Iterator[Row]:
        """All rows in force, of one case or of all, in the order of the ledger."""
        for position, body, effective in contents(self._archive.lines(), case):
            if effective < self.position:
                yield from self._rows_of(body, position, effective)

    def _rows_of(self, body: say.Content, position: int, effective: int) -> list[Row]:
        batch = self._open(body)
        if batch is None or body.batch is None:
            return []
        # Batches have thousands of records: what they have in common is made once.
        case, device = bytes.fromhex(body.case), bytes.fromhex(body.device)
        held = bytes.fromhex(self._archive.history.standing(body.batch.object))
        return [
            Row(
                id=record_id,
                kind=_kind_of(record),
                case=case,
                facet=body.facet,
                epoch=body.epoch,
                device=device,
                object=held,
                entry=position,
                position=effective,
                order=order,
                body=record,
            )
            for order, (record_id, record) in enumerate(zip(batch.ids, batch.records, strict=True))
            if record is not None
        ]

    def _open(self, body: say.Content) -> Batch | None:
        """The records of an entry; None if this device may not read them, or they are gone."""
        history = self._archive.history
        if body.batch is None or history.cases[body.case][body.facet].destroyed:
            return None
        name = history.standing(body.batch.object)
        if not name:
            return None
        try:
            identity = self._archive.identity(body.case, body.facet, body.epoch)
            with self._archive.objects.open(name) as file:
                return read_batch(file, identity, name=name, root=bytes.fromhex(body.batch.root))
        except (AccessError, NotFoundError):
            return None  # ``verify`` tells a lost object from one that may not be read
        except (IntegrityError, FormatError) as error:
            # One damaged object must not keep everyone from reading the others.
            self.damaged[name] = str(error)
            return None


def _outdated(_: Sequence[IndexedBatch]) -> Iterable[Row]:
    """A projection is new or has changed, and the history that rows need is not read yet."""
    raise UnusableIndexError("its tables are of another version of this program")


def contents(lines: Iterable[bytes], case: str | None) -> Iterator[tuple[int, say.Content, int]]:
    """The ``content`` entries in force, of one case or all, with the position they count from."""
    group = Gathering()
    for position, line in enumerate(lines):
        # A cheap look first: what is neither content nor part of a group only cuts one off.
        if b'"kind":"content"' not in line and b'"group":' not in line:
            group = Gathering()
            continue
        ready = group.take(Entry.parse(line))
        for at, each in enumerate(ready, position + 1 - len(ready)):
            body = each.body
            if isinstance(body, say.Content) and case in (None, body.case):
                yield at, body, position


def touched(entries: Iterable[Entry]) -> list[str]:
    """The cases of whose records something may change by these entries."""
    cases: dict[str, None] = {}
    for entry in entries:
        match entry.body:
            case say.Content(case=case) | say.Case(case=case):
                cases[case] = None
            case say.Grant(data=data):
                cases |= dict.fromkeys(each.case for each in data.grants)
            case say.Destroy(data=data):
                cases |= dict.fromkeys(each.case for each in data.what)
    return list(cases)


def _stirred(effective: Sequence[Entry]) -> list[str]:
    """The cases whose readable records change by these entries: destroyed, or granted late."""
    cases: dict[str, None] = {}
    declared = {e.body.case for e in effective if isinstance(e.body, say.Case)}
    for entry in effective:
        body = entry.body
        if isinstance(body, say.Destroy):
            cases |= dict.fromkeys(each.case for each in body.data.what)
        elif isinstance(body, say.Grant):
            cases |= dict.fromkeys(e.case for e in body.data.grants if e.case not in declared)
    return list(cases)
