"""How long people wait for a command that does nothing big; twice the aim, for busy machines."""

import statistics
import time

import pytest


@pytest.mark.slow
@pytest.mark.parametrize(("words", "aim"), [(["--help"], 0.3), (["status"], 0.5)])
def test_it_answers_at_once(begun, words, aim):
    took = []
    for _ in range(7):
        began = time.monotonic()
        begun.run(*words)
        took.append(time.monotonic() - began)
    assert statistics.median(took) <= 2 * aim
