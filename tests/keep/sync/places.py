"""Devices of one archive around a sync folder, all on this disk, each with a home of its own."""

import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from sviedka.keep import founding
from sviedka.keep import sync as syncing
from sviedka.keep.archive import Archive
from sviedka.keep.index import records
from sviedka.keep.joining import admit
from sviedka.keep.reading import open_record
from sviedka.keep.saving import Event
from sviedka.keep.verify import Holder, verify

PASSPHRASE = "пяць слоў, якія ніхто не ведае"


@dataclass
class Place:
    """One device: where its archive and its keys lie, and how its clock stands."""

    root: Path
    device: Any
    clock: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))

    @property
    def path(self):
        return self.root / "archive"

    @property
    def home(self):
        return self.root / "home"

    def open(self):
        return Archive(self.path, self.device, self.home, now=lambda: self.clock)

    def sync(self, folder):
        with self.open() as archive:
            return syncing.sync(archive, folder)

    def save(self, case="", text="hello", facets=("evidence", "status")):
        """Save an item and a record into a case, a new one if none is named; gives the case."""
        with self.open() as archive, archive.save(Event("ing")) as save:
            case = case or save.new_case(list(facets))
            save.item_of(case, "evidence", [text.encode()])
            save.record(case, "status", {"kind": "note", "text": text, "v": 1})
            save.finish()
        return case

    def head(self):
        with self.open() as archive:
            return archive.head

    def dump(self):
        with self.open() as archive:
            return list(archive.projector.index.dump())

    def texts(self):
        """What the notes say that this device can read, in ledger order."""
        with self.open() as archive:
            with archive.projector.index.reading() as db:
                found = records.records(db, kind="note")
            return [text_of(open_record(archive, each).body) for each in found]

    def check(self):
        """All is as it should be: ledger, head, objects, grants; the index is as its rebuild."""
        with self.open() as archive:
            assert not archive.stuck
            archive.check_signature()
            kept = list(archive.projector.index.dump())
            archive.projector.rebuild()
            assert list(archive.projector.index.dump()) == kept
            found = verify(archive.path, holder=Holder(self.device, archive.state))
            assert found.clean, found.findings
        return kept

    def copy(self, root):
        shutil.copytree(self.root, root)
        return replace(self, root=root)


def text_of(body):
    return msgspec.json.decode(body)["text"]


def found(root):
    """A new archive and the device that founded it, which gives positions."""
    made = founding.found(root / "archive", root / "home", PASSPHRASE, "Europe/Vilnius", os.urandom)
    place = Place(root, made.device)
    with place.open() as archive:
        founding.complete(archive)
    return place


def join(root, folder, sequencer, roles=("steward",)):
    """A new device that is admitted, and has its copy of the archive."""
    root.mkdir()
    sequencer.sync(folder)
    asked = syncing.join(folder, root / "home", PASSPHRASE, roles, random=os.urandom)
    place = Place(root, asked.device, sequencer.clock)
    with sequencer.open() as archive:
        admit(archive, asked.request, roles)
        syncing.sync(archive, folder)
    syncing.arrive(folder, place.path, place.home, asked.archive, asked.device, random=os.urandom)
    place.sync(folder)
    return place
