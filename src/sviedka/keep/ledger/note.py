"""Signed notes: a text, and the signatures of some keys under it (C2SP signed-note).

A ``Note`` is what its bytes say, nothing verified: signatures of any type and by any key are kept,
in their order, so that a note is written again byte for byte. Trust begins with ``verify``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, ProofError
from sviedka.keep.ledger.notekeys import ID_SIZE, SigningKey, VerifierKey, check_name
from sviedka.keep.ledger.strict import from_base64, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NOTE: Final = 1_000_000
"""Bytes of a note. The specification asks for a limit that lets 16 signatures of 5 kB through."""

MAX_SIGNATURES: Final = 100
"""Signatures of a note, as in golang.org/x/mod/sumdb/note."""

_DASH: Final = "\N{EM DASH} "


@dataclass(frozen=True)
class Signature:
    """One signature line: whose it claims to be, and the bytes that follow the key id."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != ID_SIZE or not self.value:
            raise FormatError(f"the signature of {self.name[:80]!r} is too short")

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read one line, without its newline; FormatError if it is no signature line."""
        name, space, data = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise FormatError(f"not a signature line: {line[:80]!r}")
        decoded = from_base64(data)
        return cls(name, decoded[:ID_SIZE], decoded[ID_SIZE:])

    def by(self, key: VerifierKey) -> bool:
        """Whether it claims to be by this key: name and id both are the key's."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True)
class Verified:
    """A signature that holds. ``time`` is what a cosignature states, in POSIX seconds."""

    key: VerifierKey
    time: int | None


@dataclass(frozen=True)
class Note:
    """A text, its last newline included, and one to a hundred signatures; ``bytes()`` writes it."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise FormatError("the text of a note does not end with a newline")
        if not 0 < len(self.signatures) <= MAX_SIGNATURES:
            raise FormatError(f"a note with {len(self.signatures)} signatures")
        if any(char < " " and char != "\n" for char in self.text):
            raise FormatError("a control character in a note")
        if len(bytes(self)) > MAX_NOTE:
            raise FormatError(f"a note of more than {MAX_NOTE} bytes")

    def __bytes__(self) -> bytes:
        lines = "".join(f"{signature}\n" for signature in self.signatures)
        return _encode(f"{self.text}\n{lines}")

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note; FormatError if it is not one. ``bytes()`` gives ``data`` again."""
        if len(data) > MAX_NOTE:
            raise FormatError(f"a note of more than {MAX_NOTE} bytes")
        try:
            content = data.decode()
        except UnicodeDecodeError as error:
            raise FormatError("a note that is not UTF-8") from error
        text, blank, block = content.rpartition("\n\n")
        if not blank or not block.endswith("\n"):
            raise FormatError("a note without a block of signatures at its end")
        lines = block.removesuffix("\n").split("\n", MAX_SIGNATURES)
        return cls(f"{text}\n", tuple(map(Signature.parse, lines)))

    @classmethod
    def signed(cls, text: str, key: SigningKey) -> Note:
        """A text under one plain signature; FormatError if it cannot be the text of a note."""
        return cls(text, (Signature(key.name, key.verifier.id, key.sign(_encode(text))),))

    def cosigned(self, key: SigningKey, time: int) -> Note:
        """The note with one more signature: a cosignature at ``time`` (POSIX seconds)."""
        value = key.cosign(_encode(self.text), time)
        return self.joined(Signature(key.name, key.verifier.id, value))

    def joined(self, *signatures: Signature) -> Note:
        """The note with more signatures behind its own; a line that it has is not repeated."""
        return Note(self.text, tuple(dict.fromkeys(self.signatures + signatures)))

    def verified(self, keys: Iterable[VerifierKey]) -> tuple[Verified, ...]:
        """The signatures by the given keys, none twice; all others are ignored.

        ProofError if one that claims to be by such a key is wrong: then nothing in the note counts.
        """
        text = _encode(self.text)
        found = (
            Verified(key, key.verify(text, signature.value))
            for key in keys
            for signature in self.signatures
            if signature.by(key)
        )
        return tuple(dict.fromkeys(found))

    def verify(self, key: VerifierKey) -> None:
        """The note is signed by this key; ProofError if not."""
        if not self.verified([key]):
            raise ProofError(f"the note is not signed by {key.name}+{key.id.hex()}")


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise FormatError("the text of a note is not Unicode") from error
