"""One cosignature of a head (C2SP tlog-cosignature), as the file of one line that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sviedka.errors import FormatError, ProofError
from sviedka.keep.ledger.note import Note, Signature
from sviedka.keep.ledger.notekeys import VerifierKey

COSIGNED: Final = ".cosig."
"""In the name of every such file."""
LAST_SECOND: Final = 253_402_300_799
"""POSIX seconds: the end of the year 9999, behind which dates cannot be shown."""


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness of the head: its verifier key, and when it says that it saw it (POSIX seconds)."""

    witness: str
    time: int


def cosignature(data: bytes, vkey: str, head: str, where: str) -> Cosignature:
    """Check one; FormatError or ProofError. ``head`` is the text of the note."""
    key = VerifierKey.parse(vkey)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("this cosignature is not text", where=where) from error
    if text.count("\n") != 1 or not text.endswith("\n"):
        raise FormatError("a cosignature is one line", where=where)
    verified = Note(head, (Signature.parse(text[:-1]),)).verified([key])
    if not verified or verified[0].time is None:
        raise ProofError("this cosignature is not by the witness named", where=where)
    if verified[0].time > LAST_SECOND:
        raise ProofError("this cosignature states a time that no calendar has", where=where)
    return Cosignature(vkey, verified[0].time)
