"""Settings of every property in the tree."""

import os

from hypothesis import settings

ON_A_SERVER = "CI" in os.environ

# No deadline: a machine busy with something else is no defect of the code. On a server every run
# tries the same, so that a failure is of the change at hand; at home each run tries something new.
settings.register_profile(
    "sviedka",
    deadline=None,
    max_examples=100,
    derandomize=ON_A_SERVER,
    database=None if ON_A_SERVER else settings.default.database,
    print_blob=True,
)
settings.load_profile("sviedka")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes that are no words by their number.

    Every worker has to collect the same names, and what was compressed just now holds the time.
    """
    if isinstance(val, bytes) and not (val.isascii() and val.decode().isprintable()):
        return f"{argname}: {len(val)} bytes"
    return None
