"""The scrypt recipient type (c2sp.org/age): a file that opens with a passphrase.

The passphrase is taken as its UTF-8 bytes, as every implementation of age does. The same letters
can be composed differently on different machines; whoever prompts should settle on NFC.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sviedka.errors import AccessError, FormatError, UsageError
from sviedka.keep.age import base64
from sviedka.keep.age.header import Stanza
from sviedka.keep.age.keywrap import unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

_KIND = "scrypt"
_INFO = b"age-encryption.org/v1/scrypt"
_SALT_SIZE = 16
_WORK_FACTOR = re.compile(r"[1-9][0-9]{0,2}")
_BLOCK_SIZE = 8  # scrypt's r; one step of N takes 128 * r bytes of memory


class ScryptRecipient:
    """A passphrase to seal with. ``work_factor`` is log2 N: 18 takes 256 MiB, about a second."""

    def __init__(self, passphrase: str, work_factor: int = 18) -> None:
        self._passphrase = _encode(passphrase)
        self._work_factor = work_factor

    def wrap(self, file_key: bytes) -> list[Stanza]:
        """Wrap the file key under the passphrase and a fresh salt."""
        salt = secrets.token_bytes(_SALT_SIZE)
        body = wrap(_derive(self._passphrase, salt, self._work_factor), file_key)
        return [Stanza((_KIND, base64.encode(salt).decode(), str(self._work_factor)), body)]


class ScryptIdentity:
    """A passphrase to open with. A file may ask for 2 ** ``max_work_factor`` steps, not more.

    22, the bound of the age command, is 4 GiB and about 15 seconds.
    """

    def __init__(self, passphrase: str, max_work_factor: int = 22) -> None:
        self._passphrase = _encode(passphrase)
        self._max_work_factor = max_work_factor

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or None for another passphrase or kind of file.

        Raises FormatError for a malformed stanza or one that asks for too much work, AccessError
        when this machine lacks the memory.
        """
        for stanza in stanzas:
            if stanza.kind != _KIND:
                continue
            stanza.require(arguments=3)
            salt = stanza.value(1, size=_SALT_SIZE)
            work_factor = self._read_work_factor(stanza.arguments[2])
            return unwrap(_derive(self._passphrase, salt, work_factor), stanza.body)
        return None

    def _read_work_factor(self, text: str) -> int:
        if not _WORK_FACTOR.fullmatch(text):
            raise FormatError("The work factor of a passphrase stanza is not a number")
        if int(text) > self._max_work_factor:
            raise FormatError(
                f"An age file asks for 2^{text} steps to try a passphrase;"
                f" at most 2^{self._max_work_factor} are allowed"
            )
        return int(text)


def _derive(passphrase: bytes, salt: bytes, work_factor: int) -> bytes:
    scrypt = Scrypt(salt=_INFO + salt, length=32, n=1 << work_factor, r=_BLOCK_SIZE, p=1)
    try:
        return scrypt.derive(passphrase)
    except MemoryError:
        need = (128 * _BLOCK_SIZE << work_factor) >> 20
        raise AccessError(
            f"Trying the passphrase takes {need} MiB of memory, more than there is",
            do="close other programs or use a machine with more memory",
        ) from None


def _encode(passphrase: str) -> bytes:
    try:
        data = passphrase.encode()
    except UnicodeEncodeError:
        raise UsageError("The passphrase holds bytes that are no text") from None
    if not data:
        raise UsageError("The passphrase is empty")
    return data
