from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka.keep.vault.parallel import each


@given(st.lists(st.integers()), st.integers(1, 4))
def test_it_is_map(numbers: list[int], workers: int) -> None:
    assert list(each(lambda n: n * 2, numbers, workers)) == [n * 2 for n in numbers]


def test_order_does_not_hang_on_speed() -> None:
    def slow_at_first(n: int) -> int:
        time.sleep(0.05 if n == 0 else 0)
        return n

    assert list(each(slow_at_first, range(20), 4)) == list(range(20))


def test_an_error_is_raised_at_its_place_and_ends_the_work() -> None:
    begun = []

    def fail_at_three(n: int) -> int:
        begun.append(n)
        if n == 3:
            raise ZeroDivisionError
        time.sleep(0.01)
        return n

    results = each(fail_at_three, range(10_000), 1)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert len(begun) < 100


def test_it_does_not_run_ahead_without_end() -> None:
    taken = 0

    def counting() -> object:
        nonlocal taken
        for n in range(100_000):
            taken += 1
            yield n

    results = each(lambda n: n, counting(), 2)
    next(results)
    assert taken <= 256
    results.close()


def test_it_uses_that_many_threads() -> None:
    together = threading.Barrier(2, timeout=10)
    assert len(list(each(lambda _: together.wait(), range(2), 2))) == 2
