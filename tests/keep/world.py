"""An archive on disk for tests of what is done to archives: founded once, copied for each."""

import hashlib
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sviedka import kinds
from sviedka.keep import founding
from sviedka.keep.archive import Archive
from sviedka.keep.saving import Event
from sviedka.keep.verify import Holder, verify

PASSPHRASE = "пяць слоў, якія ніхто не ведае"


@dataclass(frozen=True)
class World:
    """A folder with an archive, the home of its device, and the keys to both."""

    folder: Path
    device: Any
    recovery: Any

    @property
    def path(self):
        return self.folder / "archive"

    @property
    def home(self):
        return self.folder / "home"

    def open(self, **options):
        return Archive(self.path, self.device, self.home, encode=kinds.encode, **options)

    def copy(self, folder):
        """The same again, elsewhere."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return replace(self, folder=folder)

    def findings(self, archive=None):
        """What a verification with this device's keys finds."""
        if archive is None:
            with self.open() as opened:
                return self.findings(opened)
        holder = Holder(self.device, archive.state)
        return list(verify(archive.path, holder=holder, check=kinds.check).findings)


def found(folder):
    """A new archive with its commons."""
    made = founding.found(
        folder / "archive", folder / "home", PASSPHRASE, "Europe/Vilnius", os.urandom
    )
    world = World(folder, made.device, made.recovery)
    with world.open() as archive:
        founding.complete(archive)
    return world


def bring(archive, files, *, case="", imported=None, facets=("evidence", "identity", "status")):
    """Import files, as (path, bytes), into a case, a new one if none is named.

    Gives the case, the import, and the ids of the items. A file whose bytes are there already is
    not sealed again: its place refers to the item that is there.
    """
    imported = imported or os.urandom(16).hex()
    known = {}
    if case:
        with archive.projector.index.reading() as db:
            known = dict(
                db.execute(
                    "SELECT lower(hex(sha256)), lower(hex(id)) FROM item WHERE case_id = ?",
                    (bytes.fromhex(case),),
                )
            )
    items = []
    with archive.save(Event("ing", "", imported)) as save:
        case = case or save.new_case(facets)
        for path, data in files:
            item = known.get(_digest(data)) or save.item_of(case, "evidence", [data]).id
            place = {"import": imported, "item": item, "kind": "file", "path": path, "v": 1}
            save.record(case, "evidence", place)
            items.append(item)
        save.finish()
    return case, imported, items


def _digest(data):
    return hashlib.sha256(data).hexdigest()


def assert_rebuilds(archive):
    """The kept index holds what a new one made from the same archive holds."""
    kept = list(archive.projector.index.dump())
    archive.projector.rebuild()
    assert kept == list(archive.projector.index.dump())


def files(folder):
    """All files under a folder, by their path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
