"""Checking a bundle without an archive: what ``verify.py`` in it does, and the same answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sviedka.errors import FormatError, IntegrityError, NotFoundError, ProofError
from sviedka.keep.bundle import outside, reading, statement
from sviedka.keep.canonical import Count, Hash
from sviedka.keep.ledger.bundles import MAX_ENTRY
from sviedka.keep.ledger.entry import Entry, device_id
from sviedka.keep.ledger.merkle import leaf_hash
from sviedka.keep.ledger.note import MAX_NOTE
from sviedka.keep.ledger.notekeys import KeyType, VerifierKey
from sviedka.keep.ledger.proof import MAX_PROOF, LogProof
from sviedka.keep.ledger.statements import Content
from sviedka.keep.stamps.checking import NO_HEADERS
from sviedka.keep.vault.batch import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

    from sviedka.keep.bundle.cosigned import Cosignature
    from sviedka.keep.bundle.reading import Bundle
    from sviedka.keep.bundle.statement import Leaf, Statement
    from sviedka.keep.ledger.checkpoint import Checkpoint
    from sviedka.keep.stamps.checking import Stamp
    from sviedka.keep.stamps.headers import Headers

ITEM: Final = "item"
_encoder: Final = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Original:
    """The original in a bundle: its path there, which proves nothing, and what is proved."""

    file: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a bundle proves, if ``archive`` and ``log`` are what the organisation has published.

    ``position`` is the entry's, ``size`` and ``root`` (hex) are of the signed head. ``stamps`` all
    hold; each tells whether it rests on what the caller trusts. ``unchecked`` are files beside the
    head that could not be checked here: the extra that does it is not installed.
    """

    archive: str
    log: str
    device: str
    position: int
    size: int
    root: str
    record: dict[str, Any] = field(hash=False)
    event: dict[str, Any] | None = field(hash=False)
    original: Original | None
    cosignatures: tuple[Cosignature, ...]
    stamps: tuple[Stamp, ...]
    unchecked: tuple[str, ...]


class Item(msgspec.Struct):
    """What the record of an item says (docs/format.md §6.2)."""

    object: Hash
    sha256: Hash
    size: Count


def check(
    path: Path,
    *,
    archive: str | None = None,
    log: str | None = None,
    roots: Sequence[Certificate] | None = None,
    headers: Headers = NO_HEADERS,
) -> Checked:
    """Check a bundle, a folder or a zip file, and give what it proves.

    ``archive`` and ``log`` are the archive id and the log's verifier key as they were published.
    ``roots`` are certificates of authorities that the caller trusts to tell the time, ``headers``
    are of Bitcoin blocks; without them, a stamp is only known to hold in itself.
    Raises FormatError (of these InputError if it is no bundle), ProofError, IntegrityError,
    NotFoundError, StorageError.
    """
    with reading.opened(path) as bundle:
        said = statement.parse(reading.read(bundle, statement.PROOF, statement.MAX_PROOF))
        if archive not in (None, said.archive):
            raise ProofError(f"this is from another archive: {said.archive}")
        if log not in (None, said.log):
            raise ProofError(f"this is from another log: {said.log}")
        original = _check_files(bundle, said)
        record = _record(bundle, statement.RECORD)
        entry = Entry.parse(reading.read(bundle, statement.ENTRY, MAX_ENTRY))
        body = _check_entry(bundle, said, entry)
        shown = _check_original(bundle, original, record, body)
        event = _check_event(bundle, said, body)
        proof, head = _check_log(bundle, said, entry)
        cosignatures = outside.cosignatures(bundle, said, proof.note.text)
        stamps, unchecked = outside.stamps(bundle, said, bytes(proof.note), roots, headers)
    return Checked(
        archive=said.archive,
        log=said.log,
        device=body.device,
        position=proof.index,
        size=head.size,
        root=head.root.hex(),
        record=record,
        event=event,
        original=shown,
        cosignatures=cosignatures,
        stamps=stamps,
        unchecked=unchecked,
    )


def _check_files(bundle: Bundle, said: Statement) -> str | None:
    """Every file is there as the statement says, and no other; gives the name of the original."""
    originals = [name for name in bundle.names if name.startswith(statement.ORIGINAL)]
    extra = bundle.names - said.files.keys() - {statement.PROOF} - set(originals)
    if extra or len(originals) > 1:
        listed = ", ".join(sorted(extra or originals))
        raise IntegrityError(
            f"the proof says nothing about these files: {listed}", do="remove them and check again"
        )
    for name, digest in said.files.items():
        if hashlib.sha256(reading.read(bundle, name, outside.MAX_FILE)).hexdigest() != digest:
            raise IntegrityError("this file of the bundle was altered", where=name)
    return originals[0] if originals else None


def _record(bundle: Bundle, name: str) -> dict[str, Any]:
    data = reading.read(bundle, name, MAX_RECORD)
    try:
        record: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"this is not a record: {error}", where=name) from error
    if not isinstance(record.get("kind"), str):
        raise FormatError("this record does not state its kind", where=name)
    return record


def _check_entry(bundle: Bundle, said: Statement, entry: Entry) -> Content:
    """The entry commits to the record and is signed by its author."""
    body = entry.body
    if not isinstance(body, Content) or body.batch is None:
        raise ProofError("the entry brings no records", where=statement.ENTRY)
    if body.archive != said.archive or body.device != device_id(said.device):
        raise ProofError("the entry is of another archive or device", where=statement.ENTRY)
    if entry.signatures[0].key != body.device:
        raise ProofError("the entry is not signed by its author first", where=statement.ENTRY)
    entry.check_signature(body.device, said.device)
    _check_leaf(bundle, statement.RECORD, said.record, body.batch.root)
    return body


def _check_leaf(bundle: Bundle, name: str, leaf: Leaf, root: str) -> None:
    record = reading.read(bundle, name, MAX_RECORD)
    if statement.climb(leaf_hash(leaf.salt + record), leaf.path).hex() != root:
        raise ProofError("this record is not one of those that the entry brought", where=name)


def _check_event(bundle: Bundle, said: Statement, body: Content) -> dict[str, Any] | None:
    if (said.event is not None) != (statement.EVENT in said.files):
        raise ProofError("an event without its proof, or a proof without its event")
    if said.event is None or body.batch is None:
        return None
    _check_leaf(bundle, statement.EVENT, said.event, body.batch.root)
    event = _record(bundle, statement.EVENT)
    if event["kind"] != "event":
        raise FormatError("this is not an event", where=statement.EVENT)
    return event


def _check_original(
    bundle: Bundle, name: str | None, record: dict[str, Any], body: Content
) -> Original | None:
    """The original is there exactly if the record is of an item, and is what it says."""
    if (record["kind"] == ITEM) != (name is not None):
        raise NotFoundError("an original and its record belong together; one of them is missing")
    if name is None:
        return None
    data = reading.read(bundle, statement.RECORD, MAX_RECORD)
    try:
        item = msgspec.json.decode(data, type=Item)
    except msgspec.DecodeError as error:
        raise FormatError(f"this is not an item's record: {error}") from error
    if _encoder.encode(record) != data:
        raise FormatError("an item's record is not in its one form", where=statement.RECORD)
    if item.object not in {each.hash for each in body.objects}:
        raise ProofError("the entry did not bring this original", where=statement.ENTRY)
    digest, size = hashlib.sha256(), 0
    for block in reading.blocks(bundle, name):
        digest.update(block)
        size += len(block)
    if (digest.hexdigest(), size) != (item.sha256, item.size):
        raise IntegrityError("this is not the original that the record describes", where=name)
    return Original(name, item.sha256, size)


def _check_log(bundle: Bundle, said: Statement, entry: Entry) -> tuple[LogProof, Checkpoint]:
    """The entry is in the log, under a head that the log signed."""
    proof = LogProof.parse(reading.read(bundle, statement.LOG_PROOF, MAX_PROOF))
    note = reading.read(bundle, statement.CHECKPOINT, MAX_NOTE)
    if bytes(proof.note) != note or len(proof.note.signatures) != 1 or proof.extra:
        raise ProofError("the log proof is not for this head", where=statement.LOG_PROOF)
    key = VerifierKey.parse(said.log)
    if key.type is not KeyType.ED25519:
        raise ProofError("the log's key is not one that signs heads")
    head = proof.verify(entry.data, key)
    if head.extensions:
        raise FormatError("a head has three lines", where=statement.CHECKPOINT)
    return proof, head
