"""Reading age files from one end to the other: pushed, pulled as an iterator, or in one go.

Every byte handed out has been authenticated; that the file is whole is known only at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from sviedka.errors import FormatError
from sviedka.keep.age.header import HEADER_LIMIT, scan_header
from sviedka.keep.age.recipients import Identity, unwrap_file_key
from sviedka.keep.age.stream import (
    NONCE_SIZE,
    SEALED_SIZE,
    Bytes,
    Stream,
    blocks,
    cut_off,
    trailing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Decryptor:
    """One file being read: each ``update``, then ``finish``, which tells whether it was whole.

    Nothing is read or written here, so the caller can hash both sides in the same pass. Both
    methods raise FormatError for a malformed header, AccessError when no identity matches,
    IntegrityError for a payload that was altered, cut off or added to.
    """

    def __init__(self, identities: Sequence[Identity]) -> None:
        self._identities = identities
        self._stream: Stream | None = None
        self._held = b""  # a beginning of the header, later of a chunk
        self._index = 0
        self._ended = False

    def update(self, data: Bytes) -> bytes:
        """Take ciphertext and return the plaintext of every chunk that is now complete."""
        view = memoryview(data).cast("B")
        if self._stream is None:
            view = self._start(view)
            if self._stream is None:
                return b""
        opened = []
        if self._held and len(self._held) + len(view) >= SEALED_SIZE:
            missing = SEALED_SIZE - len(self._held)
            guess = len(view) == missing
            opened.append(self._open(self._stream, self._held + view[:missing], guess_last=guess))
            self._held, view = b"", view[missing:]
        at = 0
        while len(view) - at >= SEALED_SIZE:
            sealed, at = view[at : at + SEALED_SIZE], at + SEALED_SIZE
            opened.append(self._open(self._stream, sealed, guess_last=at == len(view)))
        self._held += view[at:]
        return opened[0] if len(opened) == 1 else b"".join(opened)

    def finish(self) -> bytes:
        """Return what the last chunk held, or raise IntegrityError if there was none."""
        if self._stream is None:
            raise FormatError("An age file ends inside its header")
        if self._held:
            return self._open(self._stream, self._held, guess_last=True)
        if not self._ended:
            raise cut_off(self._index)
        return b""

    def _start(self, view: memoryview) -> memoryview:
        """Look for the header and the nonce behind it; return what follows them."""
        known = self._held + view[: HEADER_LIMIT + NONCE_SIZE]
        header = scan_header(known)
        if header is None or len(known) < header.size + NONCE_SIZE:
            self._held = known
            return view[:0]
        start = header.size + NONCE_SIZE
        file_key = unwrap_file_key(header, self._identities)
        self._stream = Stream(file_key, known[header.size : start])
        rest, self._held = view[start - len(self._held) :], b""
        return rest

    def _open(self, stream: Stream, sealed: Bytes, *, guess_last: bool) -> bytes:
        if self._ended:
            raise trailing(self._index)
        chunk, self._ended = stream.open(self._index, sealed, guess_last=guess_last)
        self._index += 1
        return chunk


def decrypt_chunks(
    source: BinaryIO | Iterable[Bytes], identities: Sequence[Identity]
) -> Iterator[bytes]:
    """Decrypt a file, or blocks of any sizes, from where it stands; yields plaintext in order.

    What was yielded is authentic, and whole once the iteration ends without an error.
    """
    decryptor = Decryptor(identities)
    for block in blocks(source, SEALED_SIZE):
        if chunk := decryptor.update(block):
            yield chunk
    if chunk := decryptor.finish():
        yield chunk


def open_sealed(identities: Sequence[Identity], data: Bytes) -> bytes:
    """Decrypt what fits into memory, whole or not at all."""
    return b"".join(decrypt_chunks([data], identities))
