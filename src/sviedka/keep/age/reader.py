"""Reading an age file from anywhere in it, as playing a video from the vault needs."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO

from sviedka.errors import FormatError
from sviedka.keep.age.header import Header, scan_header
from sviedka.keep.age.recipients import Identity, unwrap_file_key
from sviedka.keep.age.stream import (
    CHUNK_SIZE,
    NONCE_SIZE,
    SEALED_SIZE,
    TAG_SIZE,
    Stream,
    cut_off,
    trailing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import WriteableBuffer

_BLOCK_SIZE = 4096  # holds the header of a file for two hybrid recipients


class Reader(io.RawIOBase):
    """The plaintext of an age file as a seekable stream. Closing it closes the file.

    Each chunk is authenticated before a byte of it is handed out. A read that reaches the end, a
    seek from the end and ``size`` also check the last chunk, so that a file cut off at a chunk's
    edge is noticed (c2sp.org/age, "Payload"). Reads raise IntegrityError.
    """

    def __init__(self, file: BinaryIO, stream: Stream, start: int) -> None:
        self._file = file
        self._stream = stream
        self._start = start
        length = max(file.seek(0, os.SEEK_END) - start, 0)
        self._last = max(-(-length // SEALED_SIZE) - 1, 0)
        self._claimed = max(length - (self._last + 1) * TAG_SIZE, 0)
        self._position = 0
        self._cached = (-1, b"")
        self._whole = False

    @property
    def size(self) -> int:
        """Length of the plaintext in bytes, once the last chunk has proved it."""
        self._prove_end()
        return self._claimed

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return the position in the plaintext, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position in the plaintext; it may lie behind the end, where nothing is read."""
        if whence == os.SEEK_CUR:
            offset += self._position
        elif whence == os.SEEK_END:
            offset += self.size
        if offset < 0 or whence not in {os.SEEK_SET, os.SEEK_CUR, os.SEEK_END}:
            raise ValueError(f"no such position: {offset} from {whence}")
        self._position = offset
        return offset

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer`` as far as the plaintext goes; fewer bytes only at its end."""
        if self.closed:
            raise ValueError("read of a closed file")
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._position < self._claimed:
            index, offset = divmod(self._position, CHUNK_SIZE)
            part = memoryview(self._chunk(index))[offset : offset + len(view) - filled]
            view[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
        if filled < len(view):
            self._prove_end()
        return filled

    def readall(self) -> bytes:
        """Read from here to the end."""
        data = bytearray(max(self.size - self._position, 0))
        self.readinto(data)
        return bytes(data)

    def close(self) -> None:
        """Close this and the file below."""
        self._cached = (-1, b"")
        self._file.close()
        super().close()

    def _prove_end(self) -> None:
        """Raise IntegrityError unless the file ends in the chunk that was sealed as the last."""
        if not self._whole:
            self._chunk(self._last)

    def _chunk(self, index: int) -> bytes:
        """Decrypt chunk ``index``; the one asked for last is kept."""
        if index == self._cached[0]:
            return self._cached[1]
        self._file.seek(self._start + index * SEALED_SIZE)
        sealed, at_end = self._file.read(SEALED_SIZE), index == self._last
        chunk, last = self._stream.open(index, sealed, guess_last=at_end)
        if last != at_end:
            raise trailing(index + 1) if last else cut_off(index + 1)
        self._whole = self._whole or last
        self._cached = (index, chunk)
        return chunk


def read_header(file: BinaryIO) -> Header:
    """Read the header at the start of ``file``, at most HEADER_LIMIT bytes; raises FormatError."""
    file.seek(0)
    data = b""
    while block := file.read(_BLOCK_SIZE):
        data += block
        if header := scan_header(data):
            return header
    raise FormatError("An age file ends inside its header")


def open_file(file: BinaryIO, identities: Sequence[Identity]) -> Reader:
    """Open a seekable age file for reading from anywhere.

    Raises FormatError for a malformed header, AccessError when no identity matches, IntegrityError
    for a wrong header MAC. The payload is looked at only when it is read.
    """
    header = read_header(file)
    file_key = unwrap_file_key(header, identities)
    file.seek(header.size)
    nonce = file.read(NONCE_SIZE)
    if len(nonce) != NONCE_SIZE:
        raise FormatError("An age file ends inside its header")
    return Reader(file, Stream(file_key, nonce), header.size + NONCE_SIZE)
