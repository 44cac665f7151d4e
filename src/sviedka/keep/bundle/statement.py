"""``proof.json``: what joins the files of a bundle, and their names.

A bundle shows one record, and its original if it is of an item, with all that proves when it was in
which ledger, and nothing else that the archive holds:

    README.html          for people; not evidence
    verify.py            checks this folder with Python and openssl alone; not evidence
    proof.json           this
    record.json          the record, byte for byte
    event.json           the event that brought it, if it is disclosed
    entry.json           the ledger's entry, byte for byte
    proof.tlog-proof     that the entry is in the log (C2SP tlog-proof), with the signed head
    checkpoint           that head alone, as it was stamped or cosigned
    outside/…            cosignatures and time stamps of that head
    original/<any name>  the original

Every value in ``proof.json`` is needed for a check, so none can be changed unnoticed. It is no more
than a guide: whoever makes a bundle writes it, and all that it says is checked against signatures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from sviedka.errors import ProofError
from sviedka.keep import canonical
from sviedka.keep.canonical import Hash, Strict, Version
from sviedka.keep.ledger.merkle import HASH_SIZE, node_hash
from sviedka.keep.ledger.statements import SigningPublic, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

README: Final = "README.html"
CHECKER: Final = "verify.py"
PROOF: Final = "proof.json"
RECORD: Final = "record.json"
EVENT: Final = "event.json"
ENTRY: Final = "entry.json"
LOG_PROOF: Final = "proof.tlog-proof"
CHECKPOINT: Final = "checkpoint"
OUTSIDE: Final = "outside/"
ORIGINAL: Final = "original/"

MAX_PROOF: Final = 1 << 20
"""Bytes of ``proof.json``: its few hundred names, hashes and steps take some 100,000."""

Salt = Annotated[bytes, Meta(min_length=32, max_length=32)]
Step = Annotated[str, Meta(pattern="^[LR][0-9a-f]{64}$")]
"""The hash that stands on the left or on the right, in hex, on the way up to the root."""
FileName = Annotated[str, Meta(pattern=r"^(outside/[0-9A-Za-z_.-]{1,200}|[0-9A-Za-z_.-]{1,40})$")]


class Leaf(Strict, frozen=True, kw_only=True):
    """How a record hangs in its batch: its salt, and the way to the root, leaf's sibling first."""

    path: Annotated[list[Step], Meta(max_length=16)]
    salt: Salt


class Statement(Strict, frozen=True, kw_only=True):
    """What ``proof.json`` says.

    ``files`` are the SHA-256 of all other files but the original, whose hash the record states.
    ``device`` is the Ed25519 key of the entry's author, ``log`` the verifier key of the log,
    ``witnesses`` those by which cosignatures are checked, by file.
    """

    archive: Hash
    device: SigningPublic
    event: Leaf | None = None
    files: Annotated[dict[FileName, Hash], Meta(max_length=200)]
    log: Text
    record: Leaf
    v: Version
    witnesses: Annotated[dict[FileName, Text], Meta(max_length=100)] | None = None


def parse(data: bytes) -> Statement:
    """Read ``proof.json``; FormatError or NewerFormatError if it is not one."""
    return canonical.decode(data, Statement, name=PROOF)


def steps(index: int, count: int, path: Iterable[bytes]) -> list[str]:
    """An inclusion proof (RFC 6962 §2.1.1) as steps, which need no count to be followed.

    So a bundle does not tell how many other records there are.
    """
    found, last = [], count - 1
    for sibling in path:
        # On the right edge a left child has no sibling: it goes up as it is.
        while index == last and not index & 1:
            index, last = index >> 1, last >> 1
        found.append(("L" if index & 1 else "R") + sibling.hex())
        index, last = index >> 1, last >> 1
    return found


def climb(leaf: bytes, path: Sequence[str]) -> bytes:
    """The root to which steps lead from a leaf hash."""
    if len(leaf) != HASH_SIZE:
        raise ProofError("a leaf hash has 32 bytes")
    for step in path:
        sibling = bytes.fromhex(step[1:])
        leaf = node_hash(sibling, leaf) if step[0] == "L" else node_hash(leaf, sibling)
    return leaf
