"""Batches: many small records framed as one plaintext, each with a hash of its own.

The framing is docs/format.md §6.1. A record's id is its leaf hash, ``SHA-256(0x00 ‖ salt ‖
record)``; the root over all of them stands in the ledger, so one record can be shown with its salt
and its path and nothing else of the batch. Nothing here is read or written.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, NewerFormatError, NotFoundError, UsageError
from sviedka.keep.ledger.merkle import (
    inclusion_proof,
    leaf_hash,
    root_of,
    tree_of,
)
from sviedka.keep.vault.padding import padded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAX_RECORD: Final = 1 << 20
MAX_BATCH: Final = 16 << 20
"""Bytes of framing and records together, before padding; Padmé leaves this very number alone."""

MAX_RECORDS: Final = 65_536
SALT_SIZE: Final = 32

_FIRST: Final = b"sviedka.batch.1\n"
_MAGIC: Final = re.compile(rb"sviedka\.batch\.[1-9]\n")
_REMOVED, _PRESENT = 0, 1
_HEAD: Final = struct.Struct(">16sI")
_FRAME: Final = struct.Struct(">BI32s")  # precedes a record: present, length, salt
_STUB: Final = struct.Struct(">x32s")  # stands for a record that was removed: its leaf hash


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch. ``ids``, ``salts`` and ``records`` run side by side, in the order of the leaves.

    Of a record that was removed only the id is left: its salt and itself are None. Ids and the
    root are 32 bytes each, ``plaintext`` is the padded framing.
    """

    plaintext: bytes
    root: bytes
    ids: tuple[bytes, ...]
    salts: tuple[bytes | None, ...]
    records: tuple[bytes | None, ...]

    def index(self, record_id: bytes) -> int:
        """Where the record of this id stands, from 0; NotFoundError if it never did."""
        try:
            return self.ids.index(record_id)
        except ValueError:
            raise NotFoundError(f"no record {record_id.hex()} is in this batch") from None

    def path(self, record_id: bytes) -> list[bytes]:
        """The hashes from a record to the root (RFC 6962 §2.1.1), for ``verify_inclusion``."""
        return inclusion_proof(self.index(record_id), len(self.ids), tree_of(self.ids))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A record with its salt, and so with its id, before its batch is framed."""

    id: bytes
    salt: bytes
    record: bytes

    @classmethod
    def of(cls, record: bytes, random: Callable[[int], bytes]) -> Leaf:
        """Salt a record; ``random(n)`` gives n bytes, such as ``os.urandom``."""
        salt = random(SALT_SIZE)
        return cls(leaf_hash(salt + record), salt, record)


def frame(leaves: Sequence[Leaf]) -> Batch:
    """Frame salted records, in their order.

    UsageError for no record, more than 65,536, one over 1 MiB or more than 16 MiB altogether.
    """
    return _framed(
        [leaf.id for leaf in leaves],
        [leaf.salt for leaf in leaves],
        [leaf.record for leaf in leaves],
    )


def build(records: Sequence[bytes], random: Callable[[int], bytes]) -> Batch:
    """Salt and frame ``records``; as ``Leaf.of`` and ``frame``."""
    return frame([Leaf.of(record, random) for record in records])


def remove(batch: Batch, record_ids: Iterable[bytes]) -> Batch:
    """The batch with these records gone, their leaf hashes in place: root and ids stand.

    NotFoundError for an id that was never there; one already removed stays so.
    """
    salts, records = list(batch.salts), list(batch.records)
    where = {record_id: index for index, record_id in enumerate(batch.ids)}
    for record_id in record_ids:
        if record_id not in where:
            raise NotFoundError(f"no record {record_id.hex()} is in this batch")
        salts[where[record_id]] = records[where[record_id]] = None
    return _framed(batch.ids, salts, records)


def parse(plaintext: bytes) -> Batch:
    """Read what ``build`` and ``remove`` write and nothing else.

    Raises FormatError; of these, NewerFormatError for a later version of the framing.
    """
    if len(plaintext) > MAX_BATCH:
        raise FormatError(f"A batch is longer than {MAX_BATCH} bytes")
    count = _count(plaintext)
    ids, salts, records = [], [], []
    at = _HEAD.size
    for number in range(count):
        at, record_id, salt, record = _leaf(plaintext, at, number)
        ids.append(record_id)
        salts.append(salt)
        records.append(record)
    if len(plaintext) != padded(at) or plaintext.count(0, at) != len(plaintext) - at:
        raise FormatError("A batch is not filled up with zeros to its padded length")
    return Batch(plaintext, root_of(ids), tuple(ids), tuple(salts), tuple(records))


def _count(plaintext: bytes) -> int:
    """How many leaves the head announces."""
    if len(plaintext) < _HEAD.size or not _MAGIC.fullmatch(plaintext, 0, len(_FIRST)):
        raise FormatError("This is not a batch of records")
    magic, count = _HEAD.unpack_from(plaintext)
    if magic != _FIRST:
        raise NewerFormatError("This batch is of a later version than this program knows")
    if not 0 < count <= MAX_RECORDS:
        raise FormatError(f"A batch announces {count} records; it has 1 to {MAX_RECORDS}")
    return int(count)


def _leaf(plaintext: bytes, at: int, number: int) -> tuple[int, bytes, bytes | None, bytes | None]:
    """Read one leaf: where it ends, its id, and the salt and record if they are there."""
    try:
        if plaintext[at] == _REMOVED:
            (record_id,) = _STUB.unpack_from(plaintext, at)
            return at + _STUB.size, record_id, None, None
        kind, length, salt = _FRAME.unpack_from(plaintext, at)
    except (IndexError, struct.error):
        raise FormatError("A batch is cut off", where=f"record {number}") from None
    start = at + _FRAME.size
    record = plaintext[start : start + length]
    if kind != _PRESENT or length > MAX_RECORD or len(record) != length:
        raise FormatError("A record of a batch is malformed or cut off", where=f"record {number}")
    return start + length, leaf_hash(salt + record), salt, record


def _framed(
    ids: Sequence[bytes], salts: Sequence[bytes | None], records: Sequence[bytes | None]
) -> Batch:
    """Write the framing around what is known of each leaf; UsageError beyond its limits."""
    if not 0 < len(ids) <= MAX_RECORDS:
        raise UsageError(f"a batch has 1 to {MAX_RECORDS} records, not {len(ids)}")
    parts = [_HEAD.pack(_FIRST, len(ids))]
    for record_id, salt, record in zip(ids, salts, records, strict=True):
        if salt is None or record is None:
            parts.append(_STUB.pack(record_id))
        elif len(record) > MAX_RECORD:
            raise UsageError(
                f"a record of {len(record)} bytes is too long", do="keep it as an item instead"
            )
        else:
            parts.append(_FRAME.pack(_PRESENT, len(record), salt))
            parts.append(record)
    size = sum(map(len, parts))
    if size > MAX_BATCH:
        raise UsageError(f"records of {size} bytes are too many for one batch of {MAX_BATCH}")
    parts.append(bytes(padded(size) - size))
    return Batch(b"".join(parts), root_of(ids), tuple(ids), tuple(salts), tuple(records))
