"""Whom a file is for: what every recipient type can do, and the header made or opened with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sviedka.errors import AccessError, LockedError, UsageError, WrongPassphraseError
from sviedka.keep.age.header import Header, Stanza, write_header
from sviedka.keep.age.scrypt import ScryptIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence


class Recipient(Protocol):
    """Someone whom a file can be encrypted to."""

    def wrap(self, file_key: bytes) -> list[Stanza]:
        """Wrap the file key (16 bytes) so that only the matching identity unwraps it."""
        ...


class Identity(Protocol):
    """What opens files encrypted to its recipient."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None when no stanza is for this identity.

        Raises FormatError for a stanza of its own type that is malformed.
        """
        ...


def wrap_file_key(file_key: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Make the header that gives ``file_key`` (16 bytes) to every one of ``recipients``.

    Raises UsageError for no recipient, for a passphrase beside anyone else, and for a hybrid
    recipient beside one that a quantum computer opens, which would undo it.
    """
    stanzas = [stanza for recipient in recipients for stanza in recipient.wrap(file_key)]
    kinds = {stanza.kind for stanza in stanzas}
    if not stanzas:
        raise UsageError("Nobody was named who could open this", do="name at least one recipient")
    if "scrypt" in kinds and len(stanzas) > 1:
        raise UsageError("What opens with a passphrase cannot be for anyone else at the same time")
    if "mlkem768x25519" in kinds and len(kinds) > 1:
        raise UsageError(
            "Post-quantum and older recipients cannot share a file",
            do="name recipients of one kind: age1pq1… or age1…",
        )
    return write_header(stanzas, file_key)


def unwrap_file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    """Return the file key (16 bytes) that the first matching identity unwraps.

    Raises FormatError for a malformed stanza, IntegrityError for a wrong header MAC, AccessError
    when no identity matches: WrongPassphraseError or LockedError if a passphrase is what it takes.
    """
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            header.verify(file_key)
            return file_key
    if header.stanzas[0].kind != "scrypt":
        raise AccessError("None of the keys at hand opens this")
    if any(isinstance(identity, ScryptIdentity) for identity in identities):
        raise WrongPassphraseError("The passphrase does not open this")
    raise LockedError("A passphrase is needed to open this", do="give the passphrase")
