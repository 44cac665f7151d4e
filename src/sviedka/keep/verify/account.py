"""What the entries of a ledger add up to: who may do what, and which files should be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.errors import SviedkaError
from sviedka.keep import durable, layout
from sviedka.keep.ledger import outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sviedka.keep.ledger.statements import Facet
    from sviedka.keep.verify.report import Notebook
    from sviedka.keep.verify.tree import Tree

_LARGEST: Final = 1 << 32
"""Bytes of an outbox file: 65,536 entries, which is as many as a group may have."""


class Place(NamedTuple):
    """A facet of a case."""

    case: str
    facet: Facet


class Named(NamedTuple):
    """An object as the entry that brought it names it."""

    size: int
    place: Place


class Account:
    """The entries in force, judged one by one.

    Once one of them cannot be read or breaks a rule, those behind it are not judged: ``whole`` is
    False then, and what they name is not known.
    """

    def __init__(self, tree: Tree, folder: Path, notebook: Notebook) -> None:
        self._tree = tree
        self._notebook = notebook
        self.history = History()
        self.whole = tree.whole
        self.objects: dict[str, Named] = {}
        self.grants: dict[str, say.Granted] = {}
        self.kept: dict[str, str] = {}
        """Files under ``ledger/checkpoints``, with their SHA-256."""
        self.days: list[tuple[int, str]] = []
        """Position of each ``day`` entry, and the day."""
        self._places: dict[Place, Place] = {}
        self._outbox = _Outbox(folder, notebook)
        self._judge_ledger()
        self.judged = self.history.size
        """How many entries of the ledger were judged."""
        if self.whole:
            self._judge_outbox()

    @property
    def outbox_files(self) -> Sequence[str]:
        """The files of the outbox, by their path in the archive."""
        return list(self._outbox.files)

    def destroyed(self, place: Place) -> bool:
        """Whether a facet is gone as a whole."""
        return self.history.cases[place.case][place.facet].destroyed

    def absent(self, name: str) -> bool:
        """Whether an object is rightly absent."""
        return name in self.history.gone or self.destroyed(self.objects[name].place)

    def lines(self) -> Iterator[bytes]:
        """The entries that were judged, those of the outbox behind those of the ledger."""
        for position, line in enumerate(self._tree.entries()):
            if line is None or position >= self.judged:
                break
            yield line
        if self.whole:
            yield from (each.data for each in self._outbox.waiting)

    def _judge_ledger(self) -> None:
        for position, line in enumerate(self._tree.entries()):
            if line is None:
                what = "this entry cannot be read; those behind it were not judged"
                self._notebook.damage(what, f"entry {position}")
                self.whole = False
                return
            try:
                entry = Entry.parse(line)
                self._outbox.meet(entry)
                effective = self.history.apply(entry, self._tree.root_at)
            except SviedkaError as error:
                self._notebook.error(error, f"entry {position}")
                what = "the entries behind this one were not judged"
                self._notebook.damage(what, f"entry {position}")
                self.whole = False
                return
            self._take(effective)
        if self.history.group.parts:
            self._notebook.note("the last group of entries is not whole, and means nothing")

    def _judge_outbox(self) -> None:
        for entry in self._outbox.waiting:
            try:
                effective = self.history.apply(entry, self._tree.root_at)
            except SviedkaError as error:
                self._notebook.error(error, layout.OUTBOX)
                self.whole = False
                return
            self._notebook.counts.waiting += 1
            self._take(effective)

    def _take(self, effective: Sequence[Entry]) -> None:
        for entry in effective:
            match entry.body:
                case say.Content() as body:
                    self._name(body.objects, Place(body.case, body.facet))
                    for kept in body.kept or ():
                        self._keep(kept)
                case say.Destroy() as body:
                    places = {
                        gone.by: Place(target.case, target.facet)
                        for target in body.data.what
                        for gone in target.objects or ()
                    }
                    for each in body.objects or ():
                        if each.hash in places:
                            self._name([each], places[each.hash])
                case say.Grant() as body:
                    self.grants |= {each.file: each for each in body.data.grants}
                case say.Day() as body:
                    self.days.append((self.history.size - 1, body.data.day))

    def _name(self, objects: Sequence[say.ObjectRef], place: Place) -> None:
        shared = self._places.setdefault(place, place)
        for each in objects:
            before = self.objects.setdefault(each.hash, Named(each.size, shared))
            if before.size != each.size:
                what = "two entries state different sizes of this object"
                self._notebook.damage(what, f"{layout.OBJECTS}/{each.hash[:2]}/{each.hash}")

    def _keep(self, kept: say.Kept) -> None:
        if self.kept.setdefault(kept.file, kept.hash) != kept.hash:
            what = "two entries state different hashes of this file"
            self._notebook.damage(what, f"{layout.LEDGER}/{layout.KEPT}/{kept.file}")


class _Outbox:
    """The entries that wait for a position, but for those that the ledger has already."""

    def __init__(self, folder: Path, notebook: Notebook) -> None:
        self._notebook = notebook
        self.files: dict[str, list[Entry]] = {}
        for path in outbox.files(folder):
            name = f"{layout.OUTBOX}/{path.name}"
            try:
                entries = outbox.read(durable.read_file(path, _LARGEST))
            except SviedkaError as error:
                notebook.error(error, name)
                entries = []
            self.files[name] = entries
            if entries and path.name != outbox.name_of(entries[0].body.seq):
                notebook.damage(f"it begins with entry {entries[0].body.seq}", name)
        self._waiting = {
            (entry.body.device, entry.body.seq): entry
            for entries in self.files.values()
            for entry in entries
        }

    @property
    def waiting(self) -> list[Entry]:
        return list(self._waiting.values())

    def meet(self, entry: Entry) -> None:
        """See an entry of the ledger; the outbox may not have been cleared of it yet."""
        at = (entry.body.device, entry.body.seq)
        if at in self._waiting and self._waiting[at].data == entry.data:
            del self._waiting[at]
