"""Proofs to carry away: that an entry is in a log, checkable offline (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError
from sviedka.keep.ledger import checkpoint, merkle
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.strict import decimal, from_base64, hash_from_base64, to_base64

if TYPE_CHECKING:
    from sviedka.keep.ledger.notekeys import VerifierKey

HEADER: Final = "c2sp.org/tlog-proof@v1"

MAX_HASHES: Final = 63
"""Hashes of a proof: the height of a tree of ``merkle.MAX_SIZE`` leaves."""

MAX_PROOF: Final = 2 * MAX_NOTE
"""Bytes of a proof: a checkpoint, the hashes, and as much again for extra data."""


@dataclass(frozen=True)
class LogProof:
    """The entry's index, its path to the root (leaf's sibling first), and the signed checkpoint.

    ``extra`` is opaque and authenticated by nothing; empty, it is not written.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index < merkle.MAX_SIZE or len(self.hashes) > MAX_HASHES:
            raise FormatError(f"no proof has index {self.index} and {len(self.hashes)} hashes")
        if any(len(one) != merkle.HASH_SIZE for one in self.hashes):
            raise FormatError(f"a hash of a proof is not {merkle.HASH_SIZE} bytes long")
        if len(bytes(self)) > MAX_PROOF:
            raise FormatError(f"a proof of more than {MAX_PROOF} bytes")

    def __bytes__(self) -> bytes:
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(to_base64, self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(self.note)

    @classmethod
    def parse(cls, data: bytes) -> LogProof:
        """Read a proof; FormatError if it is not one. ``bytes()`` gives ``data`` again."""
        if len(data) > MAX_PROOF:
            raise FormatError(f"a proof of more than {MAX_PROOF} bytes")
        head, blank, note = data.partition(b"\n\n")
        try:
            header, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise FormatError("a proof that is not ASCII before its checkpoint") from error
        if header != HEADER or not blank:
            raise FormatError(f"not a proof: it does not begin with {HEADER!r}")
        extra = _value(lines.pop(0), "extra ") if lines and lines[0].startswith("extra ") else None
        index = _value(lines.pop(0), "index ") if lines else ""
        if extra == "" or len(lines) > MAX_HASHES:
            raise FormatError("a proof with empty extra data or too many hashes")
        return cls(
            decimal(index, merkle.MAX_SIZE - 1),
            tuple(map(hash_from_base64, lines)),
            Note.parse(note),
            from_base64(extra or ""),
        )

    def verify(
        self, entry: bytes, key: VerifierKey, origin: str | None = None
    ) -> checkpoint.Checkpoint:
        """The entry is in the log with this key, at ``index``; the checkpoint that says so.

        ProofError or FormatError if not. Witnesses are asked for with
        ``checkpoint.cosignatures(proof.note, witnesses)``.
        """
        head = checkpoint.verify(self.note, key, origin)
        merkle.verify_inclusion(
            merkle.leaf_hash(entry), self.index, head.size, self.hashes, head.root
        )
        return head


def _value(line: str, name: str) -> str:
    if not line.startswith(name):
        raise FormatError(f"a line of a proof does not begin with {name!r}: {line[:80]!r}")
    return line.removeprefix(name)
