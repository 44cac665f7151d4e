"""The payload of an age file: 64 KiB chunks of ChaCha20-Poly1305 (c2sp.org/age, "Payload").

    nonce[16] ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk          chunk = ≤ 65,536 bytes ‖ tag[16]

A chunk's AEAD nonce is its index and a flag for the last one, so chunks cannot be reordered,
dropped or added unseen, and any of them opens alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sviedka.errors import IntegrityError
from sviedka.keep.age.keywrap import hkdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Bytes: TypeAlias = bytes | bytearray | memoryview

NONCE_SIZE = 16
CHUNK_SIZE = 64 * 1024
TAG_SIZE = 16
SEALED_SIZE = CHUNK_SIZE + TAG_SIZE

_MIDDLE, _LAST = b"\x00", b"\x01"


class Stream:
    """Seals and opens single chunks under the payload key of one file. Holds no position."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._aead = ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload"))

    def seal(self, index: int, chunk: Bytes, *, last: bool) -> bytes:
        """Encrypt chunk ``index``: 65,536 bytes, or fewer if it is the last."""
        return self._aead.encrypt(_nonce(index, _LAST if last else _MIDDLE), chunk, None)

    def open(self, index: int, sealed: Bytes, *, guess_last: bool) -> tuple[bytes, bool]:
        """Decrypt chunk ``index`` and tell whether it was sealed as the last one.

        Which it is comes out of its tag, never from where the file happens to end; the guess only
        saves a try. Raises IntegrityError.
        """
        flags = [_MIDDLE, _LAST] if len(sealed) == SEALED_SIZE else [_LAST]
        if len(sealed) == TAG_SIZE and index > 0:
            flags = []  # an empty chunk is the whole of an empty file, and nothing else
        if guess_last:
            flags.reverse()
        for flag in flags:
            try:
                return self._aead.decrypt(_nonce(index, flag), sealed, None), flag == _LAST
            except InvalidTag:
                continue
        raise IntegrityError("An age file was altered or cut off", where=_place(index))


def blocks(source: BinaryIO | Iterable[Bytes], size: int) -> Iterator[Bytes]:
    """Cut what a file or an iterable holds into blocks of at most ``size`` bytes, in order."""
    if hasattr(source, "read"):
        while block := source.read(size):
            yield block
        return
    for piece in source:
        view = memoryview(piece).cast("B")
        for at in range(0, len(view), size):
            yield view[at : at + size]


def cut_off(index: int) -> IntegrityError:
    """The error for a payload that ends before chunk ``index``, without a last chunk."""
    return IntegrityError("An age file is cut off", where=_place(index))


def trailing(index: int) -> IntegrityError:
    """The error for bytes where chunk ``index`` would be, behind the last chunk."""
    return IntegrityError("An age file goes on behind its end", where=_place(index))


def _nonce(index: int, flag: bytes) -> bytes:
    return index.to_bytes(11, "big") + flag


def _place(index: int) -> str:
    return f"byte {index * CHUNK_SIZE} of its plaintext"
