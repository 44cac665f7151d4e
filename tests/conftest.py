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
