"""What only keys can judge: every object opened once, with all its hashes taken on the way.

docs/format.md §5 and §6. What this device may not read is only hashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from sviedka.errors import FormatError, IntegrityError, SviedkaError
from sviedka.keep.canonical import Count, Hash
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.ledger import statements as say
from sviedka.keep.projector import contents
from sviedka.keep.stamps import authorities
from sviedka.keep.vault.parallel import WORKERS, each
from sviedka.keep.vault.seal import Sealed
from sviedka.keep.vault.unseal import read_batch, read_item
from sviedka.keep.verify.objects import where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sviedka.keep.age import HybridIdentity
    from sviedka.keep.stamps.authorities import Authority
    from sviedka.keep.vault.batch import Batch
    from sviedka.keep.vault.store import Store
    from sviedka.keep.verify.account import Account
    from sviedka.keep.verify.keys import FacetKeys
    from sviedka.keep.verify.report import Meter, Notebook

    CheckRecord: TypeAlias = Callable[[dict[str, Any], str], None]
    """Raises FormatError if a record is not one of its kind, or may not lie in the facet."""

EVENT: Final = "event"
ITEM: Final = "item"
WITNESS: Final = "witness"
AUTHORITY: Final = "authority"


class _Item(msgspec.Struct):
    object: Hash
    sha256: Hash
    size: Count


class _Witness(msgspec.Struct):
    vkey: str


class Trust(NamedTuple):
    """What records say of those outside: verifier keys of witnesses, authorities that stamp."""

    witnesses: list[str]
    authorities: list[Authority]


class _Original(NamedTuple):
    """An original to be read: the key to it, and what it should be."""

    identity: HybridIdentity
    sealed: Sealed


_records: Final = msgspec.json.Decoder(dict[str, Any])
_encoder: Final = msgspec.json.Encoder(order="sorted")


class Deep:
    """One pass over all objects that are there with the right size (``sound``, by name).

    What was opened is taken out of ``sound``; ``trust`` are those outside who were met on the way.
    """

    def __init__(  # noqa: PLR0913 - each a part of the archive
        self,
        account: Account,
        sound: dict[str, int],
        *,
        store: Store,
        keys: FacetKeys,
        check: CheckRecord,
        notebook: Notebook,
        meter: Meter,
    ) -> None:
        self._account = account
        self._store = store
        self._keys = keys
        self._check = check
        self._sound = sound
        self._notebook = notebook
        self._meter = meter
        self.trust = Trust([], [])

    def run(self) -> None:
        """Open everything that this device may read."""
        for name, error in each(self._read_original, self._originals(), WORKERS):
            self._notebook.counts.originals += 1
            if error:
                self._notebook.error(error, where(name))

    def _originals(self) -> Iterator[_Original]:
        """The originals, by the records of each batch, which is checked at the same time."""
        for _, body, _ in contents(self._account.lines(), None):
            identity = self._keys.identity(FacetEpoch(body.case, body.facet, body.epoch))
            if identity is None or body.batch is None:
                continue
            name = self._account.history.standing(body.batch.object)
            if self._sound.pop(name, None) is None:
                continue  # destroyed, or told already
            try:
                batch = self._open(name, body.batch, identity)
            except SviedkaError as error:
                self._notebook.error(error, where(name))
                continue
            for item in self._items(batch, body, name):
                size = self._sound.pop(item.object, None)
                if size is not None:
                    sealed = Sealed(item.object, size, item.sha256, item.size)
                    yield _Original(identity, sealed)

    def _open(self, name: str, said: say.Batch, identity: HybridIdentity) -> Batch:
        with self._store.open(name) as file:
            batch = read_batch(file, identity, name=name, root=bytes.fromhex(said.root))
        self._meter.add(self._account.objects[name].size)
        return batch

    def _items(self, batch: Batch, body: say.Content, name: str) -> Iterator[_Item]:
        """What the records of an entry say of its other objects: of each, exactly one."""
        items = self._read_records(batch, body, name)
        brought = {one.hash for one in body.objects} - {body.batch.object if body.batch else None}
        for extra in items.keys() - brought:
            self._notebook.damage("an item record names an object of another entry", where(extra))
        if None not in batch.records:
            for lacking in brought - items.keys():
                self._notebook.damage("no record says what this object holds", where(lacking))
        return (item for one, item in items.items() if one in brought)

    def _read_records(self, batch: Batch, body: say.Content, name: str) -> dict[str, _Item]:
        items: dict[str, _Item] = {}
        for order, (record_id, data) in enumerate(zip(batch.ids, batch.records, strict=True)):
            if data is None:
                continue
            self._notebook.counts.records += 1
            try:
                kind = self._read_record(data, body.facet)
                if (kind == EVENT) != (order == 0):
                    raise FormatError("an event stands first in its batch, and nowhere else")
                if kind == ITEM:
                    item = msgspec.json.decode(data, type=_Item)
                    if items.setdefault(item.object, item) is not item:
                        raise IntegrityError("two records say what this object holds")
                elif kind == WITNESS and body.case == say.COMMONS:
                    self.trust.witnesses.append(msgspec.json.decode(data, type=_Witness).vkey)
                elif kind == AUTHORITY and body.case == say.COMMONS:
                    self.trust.authorities.append(authorities.parse(record_id.hex(), data))
            except SviedkaError as error:
                self._notebook.error(error, f"{where(name)}, record {record_id.hex()}")
            except msgspec.DecodeError as error:
                what = f"this is not a record of its kind: {error}"
                self._notebook.damage(what, f"{where(name)}, record {record_id.hex()}")
        return items

    def _read_record(self, data: bytes, facet: str) -> str:
        """The kind of a record; FormatError if it is malformed."""
        try:
            record = _records.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise FormatError(f"this is not a record: {error}") from error
        if _encoder.encode(record) != data:
            raise FormatError("a record is not written as compact JSON with sorted keys")
        if not isinstance(record.get("kind"), str) or not isinstance(record.get("v"), int):
            raise FormatError("a record does not state its kind and version")
        self._check(record, facet)
        return str(record["kind"])

    def _read_original(self, original: _Original) -> tuple[str, SviedkaError | None]:
        name = original.sealed.object
        try:
            with self._store.open(name) as file:
                for block in read_item(file, original.identity, original.sealed):
                    self._meter.add(len(block))
        except SviedkaError as error:
            return name, error
        return name, None
