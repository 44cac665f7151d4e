"""Checkpoints: what a log signs to say "so many entries, this root" (C2SP tlog-checkpoint)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sviedka.errors import FormatError, ProofError, UsageError
from sviedka.keep.ledger.merkle import HASH_SIZE, MAX_SIZE
from sviedka.keep.ledger.note import Note
from sviedka.keep.ledger.notekeys import KeyType
from sviedka.keep.ledger.strict import decimal, hash_from_base64, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.keep.ledger.notekeys import SigningKey, VerifierKey


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: origin, number of entries, root of 32 bytes; ``str()`` is the note text.

    ``extensions`` are further lines, opaque; this project writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines):
            raise FormatError("an empty or broken line in a checkpoint")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            raise FormatError(
                f"no checkpoint has size {self.size} and {len(self.root)} bytes of root"
            )

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note; FormatError if it is not the text of a checkpoint."""
        origin, *rest = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(rest) < 2:
            raise FormatError("a checkpoint has fewer than three lines")
        size, root, *extensions = rest
        return cls(origin, decimal(size, MAX_SIZE), hash_from_base64(root), tuple(extensions))


def sign(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The checkpoint under the log's signature."""
    return Note.signed(str(checkpoint), key)


def verify(note: Note, key: VerifierKey, origin: str | None = None) -> Checkpoint:
    """The checkpoint in the note, signed by the log's key for the log's origin.

    The origin is the key's name unless given. ProofError if it is another, or the signature is not
    there or wrong; FormatError if the note is no checkpoint.
    """
    note.verify(key)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != (key.name if origin is None else origin):
        raise ProofError(f"a checkpoint of another log: {checkpoint.origin[:80]!r}")
    return checkpoint


def cosign(note: Note, key: SigningKey, time: int) -> Note:
    """The note with a witness's cosignature at ``time`` (POSIX seconds, C2SP tlog-cosignature).

    The witness says that this is the largest head of the log it has seen, so the caller has
    verified the log's signature and the consistency with what was seen before. FormatError if the
    note is no checkpoint.
    """
    Checkpoint.parse(note.text)
    return note.cosigned(key, time)


def cosignatures(note: Note, witnesses: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """Which of the witnesses cosigned the note, each with the earliest time that it states.

    ProofError if a cosignature by one of them is wrong; those of others are ignored.
    """
    keys = list(witnesses)
    if any(key.type is not KeyType.COSIGNATURE_V1 for key in keys):
        raise UsageError("a witness's key is of type 0x04")
    times: dict[VerifierKey, int] = {}
    for one in note.verified(keys):
        if one.time is not None:
            times[one.key] = min(one.time, times.get(one.key, one.time))
    return times
