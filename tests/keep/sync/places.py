"""Devices of one archive around a sync folder, all on this disk, each with a home of its own."""

import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sviedka.keep import canonical, founding
from sviedka.keep import sync as syncing
from sviedka.keep.archive import Archive
from sviedka.keep.author import Draft, Notice
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.ledger import statements as say
from sviedka.keep.saving import Event

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
        from sviedka.keep.index import records
        from sviedka.keep.reading import open_record

        with self.open() as archive:
            with archive.projector.index.reading() as db:
                found = records.records(db, kind="note")
            return [canonical_text(open_record(archive, each).body) for each in found]

    def copy(self, root):
        shutil.copytree(self.root, root)
        return replace(self, root=root)


def canonical_text(body):
    import msgspec

    return msgspec.json.decode(body)["text"]


def found(root):
    """A new archive and the device that founded it, which gives positions."""
    made = founding.found(root / "archive", root / "home", PASSPHRASE, "Europe/Vilnius", os.urandom)
    place = Place(root, made.device)
    with place.open() as archive:
        founding.complete(archive)
    return place


def admit(archive, request, roles=None):
    """What a steward does with a request: admit the device, grant it every key that is here."""
    member = canonical.decode(request, say.Member, name="a request")
    data = say.MemberData(add=member)
    with archive.save(Event("add")) as save:
        save.state(Draft(say.MemberChange, {"data": data}, Notice("add")))
        given = []
        for case, facets in archive.history.cases.items():
            for facet, state in facets.items():
                for keys in state.epochs:
                    name = FacetEpoch(case, facet, keys.epoch)
                    if state.destroyed or archive.state.outer_seed(name) is None:
                        continue
                    seed = archive.identity(*name).seed
                    given.append(save.grant(name, seed, keys.outer, {member.device: member.seal}))
        save.state(Draft(say.Grant, {"data": say.GrantData(grants=given)}, Notice("gra")))
        save.finish()
    return member.device


def join(root, folder, sequencer, roles=("steward",)):
    """A new device that is admitted, and has its copy of the archive."""
    root.mkdir()
    sequencer.sync(folder)
    joining = syncing.join(folder, root / "home", PASSPHRASE, roles, random=os.urandom)
    place = Place(root, joining.device, sequencer.clock)
    with sequencer.open() as archive:
        admit(archive, joining.request)
        syncing.sync(archive, folder)
    syncing.arrive(
        folder, place.path, place.home, joining.archive, joining.device, random=os.urandom
    )
    place.sync(folder)
    return place
