"""What a store of sealed objects can do, wherever it lies: a folder now, a bucket later.

An object is a file that never changes, named by the SHA-256 of its bytes in hex (docs/format.md
§5). It is written in a *stage*: many objects that become durable together, before the ledger
entry that names them is appended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sviedka.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from io import BufferedReader
    from types import TracebackType
    from typing import Self

    from sviedka.keep.age.stream import Bytes

_NAME = re.compile(r"[0-9a-f]{64}")


def is_name(text: str) -> bool:
    """Whether ``text`` is the name of an object: 64 hex digits in lower case."""
    return _NAME.fullmatch(text) is not None


def check_name(text: str) -> str:
    """Return ``text`` if it is the name of an object; UsageError if not."""
    if not is_name(text):
        raise UsageError(f"not the name of an object: {text[:80]!r}")
    return text


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was written: its name, which is its SHA-256 in hex, and its size in bytes."""

    name: str
    size: int


class Writer(Protocol):
    """One object being written; leaving its ``with`` block without ``close`` drops it."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the object unless it was closed."""
        ...

    def write(self, data: Bytes) -> None:
        """Append ``data``; raises StorageError."""
        ...

    def close(self) -> Stored:
        """End the object and learn its name; it is there once the stage is committed."""
        ...

    def drop(self) -> None:
        """Take the object back, closed or not, as long as the stage is not committed."""
        ...


class Stage(Protocol):
    """Objects that become durable together. ``writer`` may be called from several threads."""

    def writer(self) -> Writer:
        """Begin one more object; raises StorageError."""
        ...

    def drop(self, name: str) -> None:
        """Take a closed object back, by its name; NotFoundError if it is not in this stage."""
        ...

    def commit(self) -> None:
        """Make every closed object durable under its name; raises StorageError.

        Only when this has returned may a ledger entry name them. If it raises, some of them may
        be there, whole and unused; nothing that was there before has changed.
        """
        ...


class Store(Protocol):
    """Objects by name. Everything here raises StorageError, and UsageError for what is no name."""

    def staging(self) -> AbstractContextManager[Stage]:
        """Begin a stage; leaving the block without ``commit`` leaves nothing behind."""
        ...

    def open(self, name: str) -> BufferedReader:
        """Open an object for reading, unchecked; NotFoundError if it is not there."""
        ...

    def size(self, name: str) -> int:
        """Bytes of an object; NotFoundError if it is not there."""
        ...

    def has(self, name: str) -> bool:
        """Whether an object is there, whole or not."""
        ...

    def delete(self, names: Iterable[str]) -> int:
        """Remove objects for good; tells how many were there. Absent ones are none of its worry."""
        ...

    def names(self) -> Iterator[str]:
        """The names of all objects, in no order."""
        ...

    def foreign(self) -> Iterator[str]:
        """Paths within the store of whatever is neither an object nor an interrupted write."""
        ...

    def sweep(self) -> int:
        """Remove what interrupted writes left; tells how many. Writes under way are spared."""
        ...
