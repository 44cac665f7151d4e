"""age files (age-encryption.org/v1) on the primitives of ``cryptography``; spec c2sp.org/age.

A file is a header, which wraps a random file key for each recipient, and a payload in chunks of
64 KiB, any of which opens alone. Files are sealed to the post-quantum hybrid (``age1pq1…``);
X25519 and passphrases are read and written too. The ``age`` command reads what is written here.

What goes wrong is told apart by its class:

- FormatError: not an age file, or one whose header, stanza, armor or key is malformed, or which
  asks for more than we allow (HEADER_LIMIT bytes of header, 2^22 scrypt steps). NewerFormatError:
  another version than v1.
- AccessError: no identity matches. Of these WrongPassphraseError: the passphrase given is not the
  file's; LockedError: it takes a passphrase and none was given.
- IntegrityError: the right key, and yet the header's MAC or a chunk's tag does not hold, or the
  payload is cut off or goes on behind its end.
- UsageError: recipients that may not share a file, or none; an empty passphrase.
"""

from __future__ import annotations

from sviedka.keep.age.armor import armor, dearmor
from sviedka.keep.age.header import (
    HEADER_LIMIT,
    Header,
    Stanza,
    parse_header,
    scan_header,
    write_header,
)
from sviedka.keep.age.hybrid import HybridIdentity, HybridRecipient
from sviedka.keep.age.reader import Reader, open_file, read_header
from sviedka.keep.age.recipients import Identity, Recipient, unwrap_file_key, wrap_file_key
from sviedka.keep.age.scrypt import ScryptIdentity, ScryptRecipient
from sviedka.keep.age.seal import Encryptor, encrypt, seal
from sviedka.keep.age.unseal import Decryptor, decrypt_chunks, open_sealed
from sviedka.keep.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "HEADER_LIMIT",
    "Decryptor",
    "Encryptor",
    "Header",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Reader",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "Stanza",
    "X25519Identity",
    "X25519Recipient",
    "armor",
    "dearmor",
    "decrypt_chunks",
    "encrypt",
    "open_file",
    "open_sealed",
    "parse_header",
    "read_header",
    "scan_header",
    "seal",
    "unwrap_file_key",
    "wrap_file_key",
    "write_header",
]
