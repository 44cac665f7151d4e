"""What holds after any bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.keep.index.records import records
from sviedka.keep.reading import open_batch
from tests.input.conftest import GOOD
from tests.program import contents, leftovers

if TYPE_CHECKING:
    from tests.program import Done, Program

USAGE, FORMAT, INTEGRITY, ACCESS, STORAGE, CLOCK, SANDBOX = range(2, 9)
"""Exit statuses, by the kinds of errors."""
LONGEST_LINE = 2_000
"""Characters of an error's line; what comes from hostile input is cut."""


def refused(program: Program, done: Done, status: int, *said: str) -> None:
    """It ended with this status, and told in words what, where and what to do; nothing changed."""
    assert done.status == status, done.told
    clear(done)
    for each in said:
        assert each in done.err, done.err
    intact(program)


def clear(done: Done) -> None:
    """A failure is told in a line, with its place or its remedy; a slip of the user's says all."""
    assert done.is_clear, done.told
    assert done.status == USAGE or "Where: " in done.err or "To do: " in done.err, done.err
    assert all(len(line) < LONGEST_LINE for line in done.err.splitlines()), done.err[:4000]


def intact(program: Program) -> list[tuple[str, bytes, bytes]]:
    """Nothing that was there is lost, and nothing is there by half; gives all that is there."""
    with program.open() as archive:
        archive.log.verify()
        archive.check_signature()
        there = contents(archive)
    good = [(name, content) for label, name, content in there if label == "good"]
    assert good == sorted((name.encode(), content) for name, content in GOOD.items())
    assert not leftovers(program.archive, program.home)
    assert not list(program.temporary.rglob("*"))
    return there


def everything(program: Program) -> bytes:
    """All that can be read of the archive: every original, every record."""
    with program.open() as archive:
        with archive.projector.index.reading() as db:
            found = {each.batch.entry: each for each in records(db, limit=-1)}
        batches = [open_batch(archive, each) for each in found.values()]
        read = [record for batch in batches for record in batch.records if record]
        return b"\n".join([*read, *(content for _, _, content in contents(archive))])
