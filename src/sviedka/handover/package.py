"""What every form of hand-over is made of: pieces, each a proof bundle with its original in it.

A piece lies in a folder of its own under ``items/``. That folder *is* the proof bundle of its
record (docs/format.md §9) without the guides, so nothing lies there twice; the program that checks
lies once beside all of them, with ``custody.json`` and ``withheld.csv``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sviedka.errors import AccessError, IntegrityError, NotFoundError
from sviedka.handover import withheld as held_back
from sviedka.handover.custody import as_json
from sviedka.handover.tables import dat_cell
from sviedka.keep.bundle import statement
from sviedka.keep.bundle.making import CHECKER
from sviedka.keep.bundle.writing import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sviedka.handover.custody import Custody
    from sviedka.handover.sinks import Sink
    from sviedka.handover.withheld import Withheld
    from sviedka.keep.bundle.making import Maker
    from sviedka.keep.index import Record

ITEMS: Final = "items/"
README: Final = "README.txt"
CUSTODY: Final = "custody.json"
WITHHELD: Final = "withheld.csv"
_README: Final = Path(__file__).with_name("readme.txt")
_VERSION: Final = 1


class Written(NamedTuple):
    """A file of the package: its path there, bytes, SHA-256 and SHA-512 in hex."""

    name: str
    size: int
    sha256: str
    sha512: str


class Package:
    """A package being written: what is added is hashed on its way to the sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def add(self, name: str, data: bytes) -> Written:
        """Write a small file."""
        return self.stream(name, len(data), [data])

    def stream(self, name: str, size: int, blocks: Iterable[bytes], sha256: str = "") -> Written:
        """Write a file that comes in blocks.

        ``sha256`` is given where whoever gives the blocks raises if they have another one.
        """
        wide = hashlib.sha512()
        narrow = None if sha256 else hashlib.sha256()

        def passing() -> Iterator[bytes]:
            for block in blocks:
                wide.update(block)
                if narrow:
                    narrow.update(block)
                yield block

        self._sink.add(name, size, passing())
        return Written(name, size, narrow.hexdigest() if narrow else sha256, wide.hexdigest())


@dataclass(frozen=True)
class Piece:
    """One record that goes, with its custody; ``folder`` is the name of its own folder."""

    record: Record
    custody: Custody
    folder: str


class Given(NamedTuple):
    """A piece as it was written: its custody with all hashes, and its files.

    ``content`` is that of the original or, of a record that is not of an item, the record itself;
    ``record`` is the record, byte for byte.
    """

    custody: Custody
    files: tuple[Written, ...]
    content: Written
    record: bytes

    @property
    def text(self) -> str:
        """What its record says in words, "" if it says nothing."""
        said = msgspec.json.decode(self.record).get("text")
        return said if isinstance(said, str) else ""


def beside(piece: Piece) -> str:
    """The folder of a piece among others: ``items/<folder>/``."""
    return f"{ITEMS}{piece.folder}/"


@dataclass(frozen=True)
class Handover:
    """All that is handed over, as the forms write it.

    ``made`` is when (RFC 3339, UTC), ``log`` the verifier key of the log, ``organization`` who
    hands over, if that is to be said. Pieces are in an order in which what was taken out of an item
    follows it.
    """

    archive: str
    log: str
    made: str
    tool: str
    pieces: Sequence[Piece]
    withheld: Sequence[Withheld]
    maker: Maker
    organization: str = ""
    purpose: str = ""
    whole_events: bool = False
    progress: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - shows nothing

    @property
    def size(self) -> int:
        """Bytes of all originals."""
        return sum(each.custody.original.size for each in self.pieces if each.custody.original)

    def give(self, package: Package, folder_of: Callable[[Piece], str] = beside) -> Iterator[Given]:
        """Write the bundle of every piece into its folder, and give each when it is written.

        IntegrityError, NotFoundError or AccessError if one cannot be had whole, saying which it is.
        """
        done, total = 0, self.size
        for each in self.pieces:
            yield self._whole(each, package, folder_of(each))
            done += each.custody.original.size if each.custody.original else 0
            self.progress(done, total)

    def _whole(self, piece: Piece, package: Package, prefix: str) -> Given:
        try:
            return self._give(piece, package, prefix)
        except (IntegrityError, NotFoundError, AccessError) as error:
            name = piece.custody.record[:12]
            error.where = f"{piece.custody.kind} {name}: {error.where}".removesuffix(": ")
            error.do = error.do or f"hand over the rest with --without {name}"
            raise

    def _give(self, piece: Piece, package: Package, prefix: str) -> Given:
        made = self.maker.make(
            piece.record,
            # Twice made safe: a load file, too, must be able to name it.
            name=dat_cell(safe_name(original_name(piece.custody))),
            purpose=self.purpose,
            whole_event=self.whole_events,
            guides=False,
        )
        files = {name: package.add(prefix + name, data) for name, data in made.files.items()}
        record = made.files[statement.RECORD]
        if made.item is None:
            own = files[statement.RECORD]
            return Given(piece.custody, tuple(files.values()), own, record)
        original = package.stream(
            prefix + made.original, made.item.size, made.blocks(), made.item.sha256
        )
        kept = piece.custody.original
        custody = replace(
            piece.custody, original=replace(kept, sha512=original.sha512) if kept else None
        )
        return Given(custody, (*files.values(), original), original, record)

    def about(
        self, given: Sequence[Custody], items: str = f"{ITEMS}<id>/", folder: str = ""
    ) -> dict[str, bytes]:
        """The files that stand once beside all pieces: what it is, how to check it, custody.

        ``items`` is where a piece lies and ``folder`` where all of them do, if that is elsewhere
        than these files, in words for people.
        """
        said: dict[str, Any] = {
            "archive": self.archive,
            "items": [as_json(each) for each in given],
            "log": self.log,
            "made": self.made,
            "tool": self.tool,
            "v": _VERSION,
        }
        readme = _README.read_text("utf-8").format(
            archive=self.archive,
            check=f"python3 {statement.CHECKER} {folder}".rstrip(),
            items=items,
            log=self.log,
        )
        return {
            README: readme.encode(),
            statement.CHECKER: CHECKER.read_bytes(),
            CUSTODY: msgspec.json.format(msgspec.json.encode(said, order="sorted"), indent=1),
            WITHHELD: held_back.as_csv(self.withheld),
        }


def original_name(custody: Custody) -> str:
    """What to call the original: its own name, else what it was, as ``photo of message 12``."""
    places = (each.place for each in custody.origins if each.place)
    return custody.name or next(places, "")
