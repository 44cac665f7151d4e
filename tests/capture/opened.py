"""Archives of this wing, read back to the last byte, and said without what is random in them."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sviedka.capture import PROJECTIONS
from sviedka.keep.ledger import statements as say
from sviedka.keep.projector import contents
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import read_batch, read_item
from tests.keep.world import World
from tests.keep.world import found as found_world

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Capturing(World):
    """An archive, its home and its keys."""

    def open(self, **options: Any) -> Archive:
        return super().open(projections=PROJECTIONS, **options)

    def copy(self, folder: Path) -> Capturing:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return replace(self, folder=folder)

    def size(self) -> int:
        """Entries in the ledger."""
        with self.open() as archive:
            return archive.history.size

    def read(self) -> Everything:
        with self.open() as archive:
            assert not archive.projector.damaged
            return Everything.of(archive)


def found(folder: Path) -> Capturing:
    made = found_world(folder)
    return Capturing(made.folder, made.device, made.recovery)


@dataclass(frozen=True)
class Held:
    """A record: where it lies, its id, its exact bytes."""

    case: str
    facet: str
    id: str
    body: bytes

    @property
    def value(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return self.value["kind"]

    def bytes_of(self, name: str) -> bytes:
        """A field of text, however it is written."""
        value = self.value
        if name in value:
            return value[name].encode()
        return base64.b64decode(value[f"{name}_base64"])


@dataclass
class Everything:
    """All records that are in force but those of ``commons``, and the originals of items by id."""

    records: list[Held] = field(default_factory=list)
    originals: dict[str, bytes] = field(default_factory=dict)
    facets: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: Archive) -> Everything:
        """Read straight from the ledger and the vault: neither index nor any trace of opening."""
        found = cls()
        found.facets = {case: set(facets) for case, facets in archive.history.cases.items()}
        for _, body, _ in contents(archive.log.entries(), None):
            if body.batch is None or body.case == say.COMMONS:
                continue
            identity = archive.identity(body.case, body.facet, body.epoch)
            name, root = body.batch.object, bytes.fromhex(body.batch.root)
            with archive.objects.open(name) as file:
                batch = read_batch(file, identity, name=name, root=root)
            for record_id, record in zip(batch.ids, batch.records, strict=True):
                held = Held(body.case, body.facet, record_id.hex(), bytes(record))
                found.records.append(held)
                if held.kind == "item":
                    item = held.value
                    size = archive.objects.size(item["object"])
                    sealed = Sealed(item["object"], size, item["sha256"], item["size"])
                    with archive.objects.open(item["object"]) as file:
                        original = b"".join(read_item(file, identity, sealed))
                    found.originals[held.id] = original
        return found

    def kind(self, kind: str) -> list[Held]:
        return [each for each in self.records if each.kind == kind]

    def values(self, kind: str) -> list[dict[str, Any]]:
        return [each.value for each in self.kind(kind)]

    def outside(self, *facets: str) -> bytes:
        """All records and originals that lie in other facets than these."""
        records = [each for each in self.records if each.facet not in facets]
        items = [self.originals[each.id] for each in records if each.kind == "item"]
        return b"\n".join([*(each.body for each in records), *items])

    def raws(self) -> list[bytes]:
        """The bytes of every message, wherever they lie, in the order of the ledger."""
        return [
            self.originals[each.value["item"]] if "item" in each.value else each.bytes_of("text")
            for each in self.kind("raw")
        ]

    def told(self) -> Counter[str]:
        """Every record without what is random: what it refers to stands in place of ids.

        Events are left out: there is one in each batch, however the batches were cut.
        """
        by_id = {each.id: each for each in self.records}
        names = {
            each.value["participant"]: each.value.get("from_id", each.value.get("name"))
            for each in self.kind("participant")
        }
        labels = {each.case: each.value["name"] for each in self.kind("label")}

        def tell(held: Held) -> str:
            value = held.value
            value.pop("import", None)
            value.pop("object", None)
            for key in ("author", "participant"):
                if key in value:
                    value[key] = names[value[key]]
            text = json.dumps(value, ensure_ascii=False, sort_keys=True)
            text = _ID.sub(lambda at: tell(by_id[at[0]]) if at[0] in by_id else at[0], text)
            return f"{labels[held.case]}/{held.facet}: {text}"

        return Counter(tell(each) for each in self.records if each.kind != "event")
