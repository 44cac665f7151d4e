"""A small archive with something of everything, as a group would have it after some weeks."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from sviedka.keep import founding
from sviedka.keep.archive import Archive
from sviedka.keep.author import Draft, Notice
from sviedka.keep.durable import write_file
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.saving import Event
from sviedka.keep.stamps import certificates, token
from sviedka.keep.verify import Holder, verify
from tests.keep.stamps.tsa import Authority

WITNESS = SigningKey("witness.example/2026", KeyType.COSIGNATURE_V1, bytes(range(32)))
COSIGNED_AT = 1_790_000_000
LONG = bytes(range(256)) * 700


@dataclass
class World:
    """An archive on disk, what opens it, and what lies where."""

    path: Path
    home: Path
    device: object
    case: str = ""
    items: tuple = ()
    records: tuple = ()
    deleted: str = ""
    destroyed: tuple = ()
    state: object = None

    def open(self):
        return Archive(self.path, self.device, self.home)

    @property
    def holder(self):
        return Holder(self.device, self.state)

    def verify(self, **options):
        return verify(self.path, holder=self.holder, check=check, **options)


def check(record, facet):
    """Takes every record."""


def founded(folder):
    made = founding.found(
        folder / "archive", folder / "home", "слова", "Europe/Vilnius", os.urandom
    )
    world = World(folder / "archive", folder / "home", made.device)
    with world.open() as archive:
        founding.complete(archive)
        world.state = archive.state
    return world


def furnished(folder):
    """An archive with items, records, a kept head, something deleted and something destroyed."""
    world = founded(folder)
    with world.open() as archive:
        fill(archive, world)
        keep_head(archive)
        take_away(archive, world)
        with archive.save(Event("ing", "afterwards")) as save:
            save.record(world.case, "status", {"kind": "note", "text": "later", "v": 1})
            save.finish()
    with world.open() as archive:
        world.state = archive.state
    return world


def fill(archive, world):
    with archive.save(Event("cap", "what the visit was for")) as save:
        world.case = save.new_case(["evidence", "identity", "status"])
        made = [
            save.item_of(world.case, "evidence", [data])
            for data in (b"the first original", LONG, b"", b"one to be deleted")
        ]
        records = [
            save.record(world.case, facet, {"kind": "note", "text": text, "v": 1})
            for facet, text in (("evidence", "што было"), ("identity", "хто"), ("status", "yes"))
        ]
        save.finish()
    world.items = tuple(each.id for each in made)
    world.records = tuple(records)
    world.deleted = made[-1].sealed.object


def keep_head(archive, *, stamp=False):
    """Have the newest head cosigned, as a partner organisation would; and stamped, if asked."""
    with archive.locked():
        archive.commit()
    note = archive.log.note
    size = archive.log.tiled
    cosigned = note.cosigned(WITNESS, COSIGNED_AT).signatures[-1]
    files = {
        str(size): bytes(note),
        f"{size}.cosig.{WITNESS.verifier.id.hex()}": f"{cosigned}\n".encode(),
    }
    if stamp:
        files |= stamped(archive.path.parent / "authority", size, bytes(note))
    for name, data in files.items():
        write_file(archive.path / "ledger" / "checkpoints" / name, data)
    with archive.save(Event("val")) as save:
        vkey = str(WITNESS.verifier)
        save.record(
            say.COMMONS, "evidence", {"kind": "witness", "name": "Partner", "v": 1, "vkey": vkey}
        )
        for name, data in files.items():
            save.keep_head(name, hashlib.sha256(data).hexdigest())
        save.finish()


def stamped(folder, size, head):
    """The files of a time stamp by an authority of our own, which is made in ``folder``."""
    authority, asked = Authority.make(folder, "An authority"), token.request(head)
    answer = authority.answer(asked)
    found = token.check(answer, asked, head, [authority.root.certificate])
    parts = {"tsq": asked, "tsr": answer, "pem": certificates.pem(found.chain)}
    return {f"{size}.authority.1.{ending}": data for ending, data in parts.items()}


def take_away(archive, world):
    """Delete an item, and destroy the facet ``identity``."""
    entries = [e.body for e in parsed(archive) if isinstance(e.body, say.Content)]
    objects = [o.hash for e in entries if e.facet == "identity" for o in e.objects]
    grants = [each.file for each in archive.history.granted[world.case] if each.facet == "identity"]
    targets = [
        say.Target(case=world.case, facet="identity"),
        say.Target(case=world.case, facet="evidence", objects=[say.Gone(hash=world.deleted)]),
    ]
    with archive.save(Event("del")) as save:
        save.state(Draft(say.Destroy, {"data": say.DestroyData(what=targets)}, Notice("des")))
        save.finish()
    archive.objects.delete([*objects, world.deleted])
    archive.grants.delete(grants)
    world.destroyed = (*objects, world.deleted)


def parsed(archive):
    return [Entry.parse(line) for line in archive.log.entries()]
