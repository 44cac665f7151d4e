"""SHA-256 on a second thread, beside other work on the same bytes.

For one long file it is the only way to use two cores; for many short ones whole files are spread
over threads (``parallel``), and a second one here would only cost.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_LONG: Final = 16 << 20  # bytes; below it nothing was gained by measure


class Beside:
    """The hash of ``size`` bytes or so, given block by block; a context manager.

    A block that was given to ``start`` may be changed again after ``wait``.
    """

    def __init__(self, size: int) -> None:
        self._hash = hashlib.sha256()
        self._pool = ThreadPoolExecutor(1) if size >= _LONG else None
        self._begun: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.shutdown()

    def start(self, block: memoryview) -> None:
        """Begin to hash ``block``."""
        if self._pool:
            self._begun = self._pool.submit(self._hash.update, block)
        else:
            self._hash.update(block)

    def wait(self) -> None:
        """Return once the block is hashed."""
        if self._begun:
            self._begun.result()

    def hexdigest(self) -> str:
        """The hash of all blocks, in hex."""
        return self._hash.hexdigest()
