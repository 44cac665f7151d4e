"""What an owner asks of a witness (C2SP tlog-witness, "add-checkpoint", request body)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.errors import FormatError
from sviedka.keep.ledger.merkle import MAX_SIZE
from sviedka.keep.ledger.note import MAX_NOTE, Note
from sviedka.keep.ledger.strict import decimal, hash_from_base64, to_base64

MAX_HASHES: Final = 63
"""Lines of a proof, as the specification allows."""
MAX_REQUEST: Final = MAX_NOTE + 64 * 64
"""Bytes: a note, and before it a number and hashes, each on a line of under 64 bytes."""
_OLD: Final = "old "


@dataclass(frozen=True)
class Request:
    """A signed head, and the proof that it continues the head of size ``old``.

    ``bytes()`` writes it. Nothing is verified here.
    """

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        lines = [f"{_OLD}{self.old}", *map(to_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(self.note)

    @classmethod
    def parse(cls, data: bytes) -> Request:
        """Read a request; FormatError if it is none. ``bytes()`` gives ``data`` again."""
        if len(data) > MAX_REQUEST:
            raise FormatError(f"a request has at most {MAX_REQUEST} bytes")
        head, blank, note = data.partition(b"\n\n")
        try:
            old, *proof = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise FormatError("a request that is not ASCII before its checkpoint") from error
        if not blank or not old.startswith(_OLD):
            raise FormatError("not a request for a cosignature: it does not begin with its size")
        if len(proof) > MAX_HASHES:
            raise FormatError(f"a proof of more than {MAX_HASHES} hashes")
        return cls(
            decimal(old.removeprefix(_OLD), MAX_SIZE),
            tuple(map(hash_from_base64, proof)),
            Note.parse(note),
        )
