"""Taking records out of batches: the ledger's view of it, one save for all that goes together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sviedka.keep.age import HybridRecipient
from sviedka.keep.author import Draft, Notice
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.vault import batch as batches
from sviedka.keep.vault.unseal import read_batch

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.saving import Saving
    from sviedka.keep.vault.batch import Batch

PER_ENTRY: Final = 150
"""Objects that one ``destroy`` entry names: at most 315 bytes each, of the 65,535 of an entry."""


class Removal:
    """What goes together, as one group: objects, batches sealed again, tombstones."""

    def __init__(self, archive: Archive, save: Saving) -> None:
        self._archive = archive
        self._save = save
        self._gone: list[tuple[str, Facet, say.Gone]] = []
        self._brought: dict[str, say.ObjectRef] = {}
        self._whole: list[say.Target] = []
        self.objects: set[str] = set()
        """The objects that go."""

    def drop(self, body: say.Content, name: str) -> None:
        """Let an object of an entry go, or what stands for it."""
        standing = self._archive.history.standing(name)
        if standing:
            self._go(body, say.Gone(hash=standing))

    def seal_again(self, body: say.Content, batch: Batch, ids: Collection[bytes]) -> None:
        """Let records of a batch go: it is sealed again, to the same key, without them."""
        assert body.batch is not None  # noqa: S101 - what has records has a batch
        facet = self._archive.history.cases[body.case][body.facet]
        recipient = HybridRecipient.from_bytes(facet.epochs[body.epoch - 1].recipient)
        stored = self._save.replace(recipient, batches.remove(batch, ids))
        self._brought[stored.hash] = stored
        standing = self._archive.history.standing(body.batch.object)
        self._go(body, say.Gone(by=stored.hash, hash=standing))

    def destroy(self, case: str) -> None:
        """Let all of a case go."""
        self._whole += [
            say.Target(case=case, facet=name)  # type: ignore[arg-type]
            for name, state in sorted(self._archive.history.cases[case].items())
            if not state.destroyed
        ]

    def finish(self, why: str) -> None:
        """Say it, durably; the archive then removes it."""
        for at in range(0, len(self._whole), PER_ENTRY):
            self._say({"data": say.DestroyData(what=self._whole[at : at + PER_ENTRY])}, why)
        for at in range(0, len(self._gone), PER_ENTRY):
            part = self._gone[at : at + PER_ENTRY]
            by_facet: dict[tuple[str, Facet], list[say.Gone]] = defaultdict(list)
            for case, facet, gone in part:
                by_facet[case, facet].append(gone)
            what = [
                say.Target(case=case, facet=facet, objects=objects)
                for (case, facet), objects in by_facet.items()
            ]
            fields: dict[str, Any] = {"data": say.DestroyData(what=what)}
            brought = [self._brought[gone.by] for _, _, gone in part if gone.by]
            if brought:
                fields["objects"] = brought
            self._say(fields, why)
        self._save.finish()

    def _say(self, fields: dict[str, Any], why: str) -> None:
        self._save.state(Draft(say.Destroy, fields, Notice("del", why)))

    def _go(self, body: say.Content, gone: say.Gone) -> None:
        self._gone.append((body.case, body.facet, gone))
        self.objects.add(gone.hash)


def content_at(archive: Archive, position: int) -> say.Content:
    """The entry at a position, which is known to bring records."""
    body = Entry.parse(next(archive.lines(position))).body
    assert isinstance(body, say.Content)  # noqa: S101 - the index says so
    return body


def open_batch(archive: Archive, body: say.Content) -> Batch:
    """The records of an entry as they stand; AccessError, NotFoundError, IntegrityError if not."""
    assert body.batch is not None  # noqa: S101 - what has records has a batch
    name = archive.history.standing(body.batch.object)
    identity = archive.identity(body.case, body.facet, body.epoch)
    with archive.objects.open(name) as file:
        return read_batch(file, identity, name=name, root=bytes.fromhex(body.batch.root))
