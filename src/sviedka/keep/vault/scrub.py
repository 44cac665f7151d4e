"""Checking a store against the ledger without any key: every object there and unharmed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sviedka.errors import NotFoundError, StorageError
from sviedka.keep.vault.disk import disk_errors
from sviedka.keep.vault.parallel import WORKERS, each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sviedka.keep.vault.store import Store

_BLOCK: Final = 1 << 20


class Harm(StrEnum):
    """What can be wrong with an object, or with what lies among the objects."""

    MISSING = "missing"
    """There is no object of this name."""
    TRUNCATED = "truncated"
    """Its end is missing."""
    EXTENDED = "extended"
    """It goes on behind its end."""
    SWAPPED = "swapped"
    """Under its name lies another object of the ledger."""
    ALTERED = "altered"
    """It has its size but not its bytes."""
    UNREADABLE = "unreadable"
    """The disk does not give it back."""
    UNLISTED = "unlisted"
    """An object that the ledger does not name: of an interrupted import, or wrongly still there."""
    FOREIGN = "foreign"
    """No object at all: something put there that the format does not know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One harm. ``name`` is the object's, or the path of what is foreign within the store."""

    harm: Harm
    name: str
    detail: str = ""


def _tell_nobody(_count: int) -> None:
    """Take no notice of how far it is."""


def scrub(
    store: Store, expected: Mapping[str, int], *, workers: int = WORKERS
) -> Iterator[Finding]:
    """Read every object and compare it with ``expected``: sizes in bytes by name.

    Yields what is wrong, first with the objects in their order, then with what else lies there.
    Raises StorageError only if the store as a whole cannot be listed.
    """
    yield from compare(store, expected, workers=workers)
    for name in store.names():
        if name not in expected:
            yield Finding(Harm.UNLISTED, name)
    for path in store.foreign():
        yield Finding(Harm.FOREIGN, path)


def compare(
    store: Store,
    expected: Mapping[str, int],
    *,
    workers: int = WORKERS,
    read: Callable[[int], None] = _tell_nobody,
) -> Iterator[Finding]:
    """What is wrong with the objects that are expected, in their order; raises nothing.

    ``read`` is told of bytes as they are read, on any thread.
    """
    sizes = frozenset(expected.values())

    def check(name: str) -> Finding | None:
        try:
            return _check(store, name, expected, sizes, read)
        except NotFoundError:
            return Finding(Harm.MISSING, name)
        except StorageError as error:
            return Finding(Harm.UNREADABLE, name, error.what)

    yield from filter(None, each(check, expected, workers))


def _check(
    store: Store,
    name: str,
    expected: Mapping[str, int],
    sizes: frozenset[int],
    read: Callable[[int], None],
) -> Finding | None:
    size = store.size(name)
    if size in sizes:  # else it is none of the objects, so there is no need to read it
        found = _hash(store, name, read)
        if found == name:
            return None
        if found in expected:
            return Finding(Harm.SWAPPED, name, found)
    if size == expected[name]:
        return Finding(Harm.ALTERED, name)
    harm = Harm.TRUNCATED if size < expected[name] else Harm.EXTENDED
    return Finding(harm, name, f"{size} bytes instead of {expected[name]}")


def _hash(store: Store, name: str, read: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_BLOCK))
    with store.open(name) as file, disk_errors(name):
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            read(count)
    return digest.hexdigest()
