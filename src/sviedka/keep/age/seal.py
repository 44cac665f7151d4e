"""Writing age files: pushed through block by block, pulled as an iterator, or in one go."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, BinaryIO

from sviedka.errors import UsageError
from sviedka.keep.age.keywrap import FILE_KEY_SIZE
from sviedka.keep.age.recipients import Recipient, wrap_file_key
from sviedka.keep.age.stream import CHUNK_SIZE, NONCE_SIZE, Bytes, Stream, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Encryptor:
    """One file being written: ``header``, then each ``update``, then ``finish``, in this order.

    Nothing is read or written here, so the caller can hash both sides in the same pass. Any
    sizes of blocks will do; 64 KiB is the fastest. Raises what ``wrap_file_key`` raises.
    """

    def __init__(self, recipients: Sequence[Recipient]) -> None:
        file_key, nonce = secrets.token_bytes(FILE_KEY_SIZE), secrets.token_bytes(NONCE_SIZE)
        self.header = wrap_file_key(file_key, recipients) + nonce
        """The bytes before the first chunk: the age header and the payload's nonce."""
        self._stream = Stream(file_key, nonce)
        self._index = 0
        self._held = b""  # at most one chunk: it is sealed once we know whether it is the last
        self._finished = False

    def update(self, data: Bytes) -> bytes:
        """Take plaintext and return the ciphertext that is due, often none."""
        self._refuse_finished()
        view = memoryview(data).cast("B")
        sealed = []
        if self._held and len(self._held) + len(view) > CHUNK_SIZE:
            missing = CHUNK_SIZE - len(self._held)
            sealed.append(self._seal(self._held + view[:missing] if missing else self._held))
            self._held, view = b"", view[missing:]
        at = 0
        while len(view) - at > CHUNK_SIZE:
            sealed.append(self._seal(view[at : at + CHUNK_SIZE]))
            at += CHUNK_SIZE
        self._held += view[at:]
        return sealed[0] if len(sealed) == 1 else b"".join(sealed)

    def finish(self) -> bytes:
        """Return the last chunk. The file is whole only with it."""
        self._refuse_finished()
        self._finished = True
        return self._stream.seal(self._index, self._held, last=True)

    def _seal(self, chunk: Bytes) -> bytes:
        sealed = self._stream.seal(self._index, chunk, last=False)
        self._index += 1
        return sealed

    def _refuse_finished(self) -> None:
        if self._finished:  # a second last chunk would use one nonce twice
            raise UsageError("This age file is finished; nothing can be added to it")


def encrypt(recipients: Sequence[Recipient], source: BinaryIO | Iterable[Bytes]) -> Iterator[bytes]:
    """Encrypt a file, or blocks of any sizes, as one age file; yields its bytes in order."""
    encryptor = Encryptor(recipients)
    yield encryptor.header
    for block in blocks(source, CHUNK_SIZE):
        if sealed := encryptor.update(block):
            yield sealed
    yield encryptor.finish()


def seal(recipients: Sequence[Recipient], plaintext: Bytes) -> bytes:
    """Encrypt what fits into memory."""
    return b"".join(encrypt(recipients, [plaintext]))
