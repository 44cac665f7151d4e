"""Ending a process at its nth change of the disk, as a loss of power does."""

import os
from contextlib import contextmanager

CHANGES = (
    "fsync", "ftruncate", "link", "mkdir", "open", "rename", "replace", "rmdir", "unlink", "write",
)  # fmt: skip


class Cut(BaseException):
    """Not an Exception: nothing may handle it."""


@contextmanager
def cut_at(monkeypatch, nth):
    """Nothing gets to the disk from the nth change on, except through SQLite."""
    left = [nth]

    def cutting(real):
        def change(*args, **options):
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return real(*args, **options)

        return change

    with monkeypatch.context() as patched:
        for name in CHANGES:
            patched.setattr(os, name, cutting(getattr(os, name)))
        yield
