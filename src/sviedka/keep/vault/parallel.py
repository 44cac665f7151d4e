"""Doing the same to many things on a few threads, in order, without running ahead."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORKERS: Final = 2
"""Hashing lets go of the interpreter, encryption does not: more threads than this gain nothing."""

_AHEAD: Final = 256
"""How many are begun before the first of them has to be done."""

_A = TypeVar("_A")
_B = TypeVar("_B")


def each(work: Callable[[_A], _B], things: Iterable[_A], workers: int) -> Iterator[_B]:
    """Yield ``work(thing)`` for each of ``things``, in their order, on ``workers`` threads.

    ``things`` is read as the work goes on. What ``work`` raises is raised here at its place, and
    then, as when the caller stops early, what was not yet begun is left undone.
    """
    pending: deque[Future[_B]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for thing in things:
            pending.append(pool.submit(work, thing))
            if len(pending) >= _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
