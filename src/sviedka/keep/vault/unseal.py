"""Opening sealed objects: originals whole, from the middle, or only to check them; batches."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, IntegrityError, SviedkaError
from sviedka.keep.age import HEADER_LIMIT, Decryptor, open_file, open_sealed
from sviedka.keep.vault.batch import MAX_BATCH, parse
from sviedka.keep.vault.beside import Beside
from sviedka.keep.vault.disk import disk_errors
from sviedka.keep.vault.parallel import WORKERS, each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import BufferedReader

    from sviedka.keep.age import HybridIdentity, Reader, Stanza
    from sviedka.keep.vault.batch import Batch
    from sviedka.keep.vault.seal import Sealed
    from sviedka.keep.vault.store import Store

_BLOCK: Final = 1 << 20

_LONGEST_BATCH: Final = MAX_BATCH + HEADER_LIMIT + (64 << 10)
"""The age file of a batch: its longest plaintext, age's longest header, a nonce and 257 tags."""


class _Sole:
    """An identity that opens only what is sealed to nobody else (docs/format.md §5)."""

    def __init__(self, identity: HybridIdentity) -> None:
        self._identity = identity

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        if len(stanzas) != 1:
            raise FormatError("An object is sealed to more than one recipient")
        return self._identity.unwrap(stanzas)


def open_item(file: BufferedReader, identity: HybridIdentity) -> Reader:
    """An original as a seekable stream; closing it closes ``file``.

    Every block that it gives out is authentic, but whether this is the object that the ledger
    names is for ``read_item`` to tell. Raises FormatError, AccessError, IntegrityError.
    """
    return open_file(file, [_Sole(identity)])


def read_item(file: BufferedReader, identity: HybridIdentity, sealed: Sealed) -> Iterator[bytes]:
    """The bytes of an original, in blocks of about 1 MiB, in one pass that checks everything.

    Only when the last block has come without an error is it the object and the original that
    ``sealed`` says. Raises FormatError, AccessError, IntegrityError, StorageError.
    """
    original = hashlib.sha256()
    size = stored_size = 0
    decryptor = Decryptor([_Sole(identity)])
    buffer = memoryview(bytearray(min(_BLOCK, sealed.object_size + 1)))
    with disk_errors(sealed.object), Beside(sealed.object_size) as stored:
        while count := file.readinto(buffer):
            stored_size += count
            if stored_size > sealed.object_size:
                raise IntegrityError("An object is longer than it was", where=sealed.object)
            stored.start(buffer[:count])
            block = decryptor.update(buffer[:count])
            original.update(block)
            stored.wait()
            size += len(block)
            yield block
    block = decryptor.finish()
    original.update(block)
    if (stored_size, stored.hexdigest()) != (sealed.object_size, sealed.object):
        raise IntegrityError("This is not the object that was stored", where=sealed.object)
    if (size + len(block), original.hexdigest()) != (sealed.size, sealed.sha256):
        raise IntegrityError("This is not the original that was sealed", where=sealed.object)
    yield block


def verify_item(file: BufferedReader, identity: HybridIdentity, sealed: Sealed) -> None:
    """Return if ``file`` is the object, and holds the original, that ``sealed`` says.

    Raises what ``read_item`` raises.
    """
    for _ in read_item(file, identity, sealed):
        pass


def verify_many(
    store: Store,
    items: Iterable[tuple[HybridIdentity, Sealed]],
    *,
    workers: int = WORKERS,
) -> Iterator[SviedkaError | None]:
    """Verify many items on ``workers`` threads; yields, in their order, what is wrong or None.

    ``items`` is read as the work goes on, so it may be longer than memory.
    """

    def verify_one(item: tuple[HybridIdentity, Sealed]) -> SviedkaError | None:
        identity, sealed = item
        try:
            with store.open(sealed.object) as file:
                verify_item(file, identity, sealed)
        except SviedkaError as error:
            return error
        return None

    return each(verify_one, items, workers)


def read_batch(file: BufferedReader, identity: HybridIdentity, *, name: str, root: bytes) -> Batch:
    """Open a sealed batch, held to the name of its object and to the root in the ledger.

    At most about 16 MiB are read. Raises FormatError, AccessError, IntegrityError, StorageError.
    """
    with disk_errors(name):
        data = file.read(_LONGEST_BATCH + 1)
    if len(data) > _LONGEST_BATCH:
        raise FormatError("An object is too long to be a batch of records", where=name)
    if hashlib.sha256(data).hexdigest() != name:
        raise IntegrityError("This is not the object that was stored", where=name)
    batch = parse(open_sealed([_Sole(identity)], data))
    if batch.root != root:
        raise IntegrityError("The records are not those that the ledger names", where=name)
    return batch
