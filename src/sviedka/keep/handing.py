"""Giving an original out: whole and checked or not at all, and entered in its custody."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from sviedka.keep import durable
from sviedka.keep.reading import read_original
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from sviedka.keep.index.items import Item


def write_original(archive: Archive, item: Item, out: Path, purpose: str = "") -> None:
    """Write an original to a file that is not there yet; custody gets a ``dis`` event first.

    IntegrityError, AccessError, NotFoundError or StorageError leave no file.
    """
    given_out(archive, item, purpose)
    write_new(out, read_original(archive, item, purpose))


def write_new(out: Path, blocks: Iterable[bytes]) -> None:
    """Write a file that is not there yet, whole or not at all, whatever ``blocks`` raises."""
    with new_file(out) as file:
        for block in blocks:
            file.write(block)


@contextmanager
def new_file(out: Path) -> Iterator[BinaryIO]:
    """A file that is there when the context ends well; after an error nothing is."""
    draft = out.with_name(out.name + durable.TMP)
    with durable.storage_errors(out):
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(number, "wb", closefd=False) as file:
                yield file
            os.fsync(number)
            draft.rename(out)
        except BaseException:  # Ctrl-C too: no half of a file stays
            draft.unlink(missing_ok=True)
            raise
        finally:
            os.close(number)
    durable.sync_folder(out.absolute().parent)


def given_out(archive: Archive, item: Item, purpose: str = "") -> None:
    """Enter in the custody of an item that it, or what was made of it, is given out (``dis``)."""
    with archive.save(Event("dis", purpose, about=(item.id.hex(),))) as save:
        save.happened(item.case.hex(), item.facet)  # type: ignore[arg-type]
        save.finish()
