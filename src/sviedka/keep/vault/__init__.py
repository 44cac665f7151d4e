"""Sealed objects: batches of records and originals, the stores that hold them, and checking them.

Paths, streams and randomness are handed in; keys come as age recipients and identities.
"""

from __future__ import annotations

from sviedka.keep.vault.batch import Batch, build, parse, remove
from sviedka.keep.vault.directory import DirectoryStore
from sviedka.keep.vault.scrub import Finding, Harm, scrub
from sviedka.keep.vault.seal import (
    Sealed,
    Source,
    seal_batch,
    seal_bytes,
    seal_item,
    seal_many,
)
from sviedka.keep.vault.store import Stage, Store, Stored, Writer, check_name, is_name
from sviedka.keep.vault.unseal import open_item, read_batch, read_item, verify_item, verify_many

__all__ = [
    "Batch",
    "DirectoryStore",
    "Finding",
    "Harm",
    "Sealed",
    "Source",
    "Stage",
    "Store",
    "Stored",
    "Writer",
    "build",
    "check_name",
    "is_name",
    "open_item",
    "parse",
    "read_batch",
    "read_item",
    "remove",
    "scrub",
    "seal_batch",
    "seal_bytes",
    "seal_item",
    "seal_many",
    "verify_item",
    "verify_many",
]
